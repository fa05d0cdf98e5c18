using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Rebalancer.Domain.Weights.Settings;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>Options whose value is <c>LO:HI</c>.</summary>
internal static class RangeOption
{
    public static Option<WeightRange?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "LO:HI",
        CustomParser = Parse,
    };

    /// <summary>False unless the text is two numbers, the first not above the second.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out WeightRange? range)
    {
        range = text.Split(':') is [var low, var high]
            && double.TryParse(low, NumberStyles.Float, CultureInfo.InvariantCulture, out var from)
            && double.TryParse(high, NumberStyles.Float, CultureInfo.InvariantCulture, out var to)
            && from <= to
                ? new WeightRange(from, to)
                : null;
        return range is not null;
    }

    private static WeightRange? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
        if (TryParse(text, out var range))
        {
            return range;
        }

        result.AddError($"'{text}' is not a range; write LO:HI with LO not above HI, as 0:0.4, and --name=-1:1 when it begins with a minus");
        return null;
    }
}
