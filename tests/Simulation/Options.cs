using System.Globalization;

namespace Rebalancer.Simulation;

/// <summary>What the command line asks for.</summary>
/// <param name="Minutes">Virtual time a seed.</param>
/// <param name="Trace">File that receives every delivery and event; null writes none.</param>
/// <param name="Error">What is wrong with the command line, or null.</param>
internal sealed record Options(int Seeds, int Seed, double Minutes, string? Trace, string? Error)
{
    public static Options Parse(string[] args)
    {
        var options = new Options(1, 1, 30, null, null);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            options = (args[i], int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) switch
            {
                ("--seeds", true) => options with { Seeds = number },
                ("--seed", true) => options with { Seed = number },
                ("--minutes", true) => options with { Minutes = number },
                ("--trace", _) when value.Length > 0 => options with { Trace = value },
                _ => options with { Error = $"'{args[i]} {value}' is not understood; use --seeds N, --seed S, --minutes M, --trace FILE" },
            };
        }

        return options;
    }
}
