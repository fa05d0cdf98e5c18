using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Methods;

/// <summary>Contradictions between a largest number of assets, a least weight of a held one, and bounds, told by their sizes.</summary>
internal static class HeldSetRules
{
    /// <returns>Null when the sizes do not contradict each other.</returns>
    public static string? Contradiction(IReadOnlyList<string> assets, WeightConstraints constraints)
    {
        var least = constraints.Net?.Low ?? constraints.Sum;
        var most = constraints.MaximumAssets ?? assets.Count;
        var reachable = constraints.Upper.OrderDescending().Take(most).Sum();
        if (reachable < least - 1e-12)
        {
            return FormattableString.Invariant(
                $"at most {most} assets of at most {constraints.Upper.Max():0.######} each weigh {reachable:0.######} together, not {least}; allow more assets or a higher upper bound");
        }

        if (constraints.MinimumIfHeld is not { } minimum)
        {
            return null;
        }

        var largest = constraints.Upper.Max();
        if (minimum > largest + 1e-12)
        {
            return FormattableString.Invariant(
                $"an asset that is held must weigh at least {minimum}, and no asset may weigh more than {largest:0.######}; lower the one or raise the other");
        }

        var heldAnyway = Enumerable.Range(0, assets.Count).Where(i => constraints.Lower[i] > 0).ToArray();
        var sum = heldAnyway.Sum(i => Math.Max(minimum, constraints.Lower[i]));
        var ceiling = constraints.Net?.High ?? constraints.Sum;
        return minimum > ceiling || sum > ceiling + 1e-12
            ? FormattableString.Invariant(
                $"the {heldAnyway.Length} assets that must be held weigh {sum:0.######} at {minimum} or more each, above {ceiling}; lower the least weight of a held asset or a lower bound")
            : heldAnyway.Length > most
                ? $"{heldAnyway.Length} assets have a lower bound above zero, and at most {most} may be held; allow more assets or lower a bound"
                : null;
    }
}
