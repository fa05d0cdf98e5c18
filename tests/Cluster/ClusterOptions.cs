using System.Globalization;

namespace Rebalancer.Cluster;

/// <summary>What a trial is made of.</summary>
public sealed record ClusterOptions
{
    public string Trial { get; init; } = "kills";

    public int Nodes { get; init; } = 3;

    public int Accounts { get; init; } = 200;

    /// <summary>Kills, pauses or cuts.</summary>
    public int Strikes { get; init; } = 20;

    public TimeSpan StrikeEvery { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan DisturbEvery { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Between two readings of an account.</summary>
    public int PollSeconds { get; init; } = 15;

    /// <summary>Money that a trade must be worth to be made.</summary>
    public decimal MinTradeValue { get; init; } = 10;

    public int Seed { get; init; } = 1;

    /// <summary>Must not exist.</summary>
    public string Directory { get; init; } = Path.Combine(Path.GetTempPath(), $"cluster-trial-{Environment.ProcessId}");

    /// <exception cref="FormatException">An option is not known, or its value is not one.</exception>
    public static ClusterOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new ClusterOptions { Trial = arguments.Count > 0 ? arguments[0] : "kills" };
        for (var i = 1; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : throw new FormatException($"{arguments[i]}: lacks a value");
            options = arguments[i] switch
            {
                "--nodes" => options with { Nodes = Number(value) },
                "--accounts" => options with { Accounts = Number(value) },
                "--strikes" => options with { Strikes = Number(value) },
                "--strike-every" => options with { StrikeEvery = TimeSpan.FromSeconds(Number(value)) },
                "--disturb-every" => options with { DisturbEvery = TimeSpan.FromSeconds(Number(value)) },
                "--poll-seconds" => options with { PollSeconds = Number(value) },
                "--seed" => options with { Seed = Number(value) },
                "--data" when !Path.Exists(value) => options with { Directory = Path.GetFullPath(value) },
                _ => throw new FormatException($"{arguments[i]} {value}: expected --nodes, --accounts, --strikes, --strike-every SECONDS, --disturb-every SECONDS, --poll-seconds, --seed or --data DIRECTORY, which must not exist"),
            };
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
