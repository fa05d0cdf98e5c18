using System.Globalization;

namespace Rebalancer.Bench;

/// <summary>What the command line asks for; the placement benches read the options, the others know only their name.</summary>
/// <param name="Sizes">Accounts and assets of the portfolios; all of the bench's own where none is named.</param>
/// <param name="Seeds">Portfolios a size, seeds 1 to this.</param>
/// <param name="Seconds">Time limit; the size's own where none is named.</param>
public sealed record BenchOptions(
    IReadOnlyList<string> Names, IReadOnlyList<(int Accounts, int Assets)> Sizes, int Seeds, double? Seconds, int WashSaleDays)
{
    private const int DefaultSeeds = 5;

    /// <returns>Null where an argument is not understood; <paramref name="problem"/> says which.</returns>
    public static BenchOptions? Parse(string[] args, out string? problem)
    {
        var (names, sizes) = (new List<string>(), new List<(int, int)>());
        var (seeds, days) = (DefaultSeeds, 0);
        double? seconds = null;
        problem = null;
        for (var index = 0; index < args.Length; index++)
        {
            var value = index + 1 < args.Length ? args[index + 1] : "";
            var understood = args[index] switch
            {
                "--size" => Size(value, sizes),
                "--seeds" => int.TryParse(value, CultureInfo.InvariantCulture, out seeds) && seeds > 0,
                "--wash-sale-days" => int.TryParse(value, CultureInfo.InvariantCulture, out days) && days >= 0,
                "--seconds" => Positive(value, ref seconds),
                _ when args[index].StartsWith('-') => false,
                _ => true,
            };
            if (!understood)
            {
                problem = $"'{args[index]} {value}' is not understood. ";
                return null;
            }

            if (args[index].StartsWith('-'))
            {
                index++;
            }
            else
            {
                names.Add(args[index]);
            }
        }

        return new BenchOptions(names, sizes, seeds, seconds, days);
    }

    private static bool Size(string text, List<(int, int)> sizes)
    {
        var parts = text.Split('x');
        if (parts.Length != 2 || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out var accounts) || !int.TryParse(parts[1], CultureInfo.InvariantCulture, out var assets)
            || accounts < 1 || assets < 1)
        {
            return false;
        }

        sizes.Add((accounts, assets));
        return true;
    }

    private static bool Positive(string text, ref double? seconds)
    {
        var isNumber = double.TryParse(text, CultureInfo.InvariantCulture, out var value) && value > 0;
        seconds = value;
        return isNumber;
    }
}
