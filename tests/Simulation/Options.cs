using System.Globalization;

namespace Rebalancer.Simulation;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Usage =
        """
        dotnet run -c Release --project tests/Simulation -- [--seeds N] [--seed S] [--processes 2] [--minutes M] [--day] [--calm]
            [--only FAULT,FAULT…] [--no-shrink] [--trace FILE] [--canary NAME] [--canaries]
        """;

    public int Seeds { get; init; } = 1;

    public int Seed { get; init; } = 1;

    /// <summary>Two runs every seed in another process too, and compares the hashes.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>Length of the safety phase; null: as the seed draws it.</summary>
    public double? Minutes { get; init; }

    /// <summary>A day of trading in 20 accounts, with prices every five seconds, instead of the seed's own hour.</summary>
    public bool IsDay { get; init; }

    /// <summary>Without faults.</summary>
    public bool IsCalm { get; init; }

    /// <summary>Ids of the faults to let happen; null: as the seed draws them.</summary>
    public IReadOnlySet<string>? Only { get; init; }

    /// <summary>File that receives every delivery and observation of the one seed.</summary>
    public string? Trace { get; init; }

    public string? Canary { get; init; }

    public bool AllCanaries { get; init; }

    /// <summary>Whether a failing seed's faults are reduced to few.</summary>
    public bool Shrinks { get; init; } = true;

    /// <summary>Hashes only, one a line, for the process that compares.</summary>
    public bool HashesOnly { get; init; }

    /// <summary>What is wrong with the command line, or null.</summary>
    public string? Error { get; init; }

    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (var i = 0; i < args.Length && options.Error is null; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            var (next, takesValue) = args[i] switch
            {
                "--seeds" when isNumber => (options with { Seeds = number }, true),
                "--seed" when isNumber => (options with { Seed = number }, true),
                "--processes" when number is 1 or 2 => (options with { Processes = number }, true),
                "--minutes" when isNumber => (options with { Minutes = number }, true),
                "--trace" when value.Length > 0 => (options with { Trace = value }, true),
                "--only" => (options with { Only = value.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal) }, true),
                "--canary" when value.Length > 0 => (options with { Canary = value }, true),
                "--canaries" => (options with { AllCanaries = true }, false),
                "--no-shrink" => (options with { Shrinks = false }, false),
                "--day" => (options with { IsDay = true }, false),
                "--calm" => (options with { IsCalm = true }, false),
                "--hashes" => (options with { HashesOnly = true }, false),
                _ => (options with { Error = $"'{args[i]} {value}' is not understood\n{Usage}" }, false),
            };
            options = next;
            i += takesValue ? 1 : 0;
        }

        return options;
    }

    /// <summary>The command line by which another process gives the same seeds' hashes.</summary>
    public IReadOnlyList<string> ForHashesOnly()
    {
        List<string> arguments =
        [
            "--hashes", "--seed", Seed.ToString(CultureInfo.InvariantCulture), "--seeds", Seeds.ToString(CultureInfo.InvariantCulture),
        ];
        if (Minutes is { } minutes)
            arguments.AddRange(["--minutes", minutes.ToString(CultureInfo.InvariantCulture)]);
        if (IsDay)
            arguments.Add("--day");
        if (IsCalm)
            arguments.Add("--calm");
        if (Canary is { } canary)
            arguments.AddRange(["--canary", canary]);
        return arguments;
    }
}
