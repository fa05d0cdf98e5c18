using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Checking;

/// <summary>Comparison of amounts. Decimal division rounds in the 28th digit, which is the only difference that is forgiven.</summary>
internal static class Figures
{
    private const decimal Tolerance = 1e-9m;

    /// <summary>Adds a violation when a printed figure is not what the trades give.</summary>
    public static void Expect(string rule, string subject, decimal printed, decimal recomputed, List<string> violations)
    {
        if (!Same(printed, recomputed))
        {
            violations.Add($"{rule}: {subject} says {DecimalText.Format(printed)}, the trades give {DecimalText.Format(recomputed)}");
        }
    }

    public static bool Same(decimal left, decimal right) => Math.Abs(left - right) <= Slack(left, right);

    /// <summary>True when left is below right by more than rounding.</summary>
    public static bool Below(decimal left, decimal right) => right - left > Slack(left, right);

    private static decimal Slack(decimal left, decimal right) => Tolerance * Math.Max(1, Math.Max(Math.Abs(left), Math.Abs(right)));
}
