using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>Options whose value is <c>LO:HI</c>.</summary>
internal static class RangeOption
{
    public static Option<(double Low, double High)?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "LO:HI",
        CustomParser = Parse,
    };

    private static (double Low, double High)? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
        if (text.Split(':') is [var low, var high]
            && double.TryParse(low, NumberStyles.Float, CultureInfo.InvariantCulture, out var from)
            && double.TryParse(high, NumberStyles.Float, CultureInfo.InvariantCulture, out var to)
            && from <= to)
        {
            return (from, to);
        }

        result.AddError($"'{text}' is not a range; write LO:HI with LO not above HI, as 0:0.4, and --name=-1:1 when it begins with a minus");
        return null;
    }
}
