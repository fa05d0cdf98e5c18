namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// Cardinality and minimum-if-held by branch and bound over the set of assets held. A node fixes some assets in (at least the minimum) and
/// some out (zero); the same method without the two rules, under these bounds, is its relaxation. Exact; meant for up to 50 assets.
/// </summary>
internal static class HeldSetSearch
{
    private const int MostNodes = 20_000;
    private const double Nothing = 1e-9;

    /// <param name="relax">The method under given bounds: weights and the value it minimises, or null when infeasible.</param>
    /// <exception cref="WeightException">No held set meets the rules, or the search is too large.</exception>
    public static double[] Search(WeightConstraints constraints, Func<WeightConstraints, (double[] Weights, double Value)?> relax)
    {
        var size = constraints.Lower.Length;
        var most = constraints.MaximumAssets ?? size;
        var minimum = constraints.MinimumIfHeld ?? 0;
        (double[] Weights, double Value)? best = null;
        var nodes = 0;
        var pending = new Stack<Held[]>();
        pending.Push(new Held[size]);
        while (pending.TryPop(out var node))
        {
            if (++nodes > MostNodes)
            {
                throw new WeightException($"no proof within {MostNodes} held sets; fewer assets or a looser rule make the search smaller");
            }

            if (relax(Bounded(constraints, node, minimum)) is not { } relaxed || (best is not null && relaxed.Value >= best.Value.Value - (1e-10 * Math.Abs(best.Value.Value))))
            {
                continue;
            }

            var branch = ChooseBranch(relaxed.Weights, node, most, minimum);
            if (branch < 0)
            {
                best = relaxed;
                continue;
            }

            pending.Push(With(node, branch, Held.Out, most));
            pending.Push(With(node, branch, Held.In, most));
        }

        return best?.Weights ?? throw new InfeasibleWeightsException(
            FormattableString.Invariant($"no weights hold at most {most} assets of at least {minimum} each within the other constraints; relax one of them"));
    }

    /// <summary>The undecided asset that breaks a rule and weighs most, or −1 when the rules hold.</summary>
    private static int ChooseBranch(double[] weights, Held[] node, int most, double minimum)
    {
        var held = weights.Count(weight => Math.Abs(weight) > Nothing);
        var undecided = Enumerable.Range(0, node.Length).Where(i => node[i] == Held.Undecided && Math.Abs(weights[i]) > Nothing);
        var offending = held > most ? undecided : undecided.Where(i => weights[i] < minimum - Nothing);
        return offending.OrderByDescending(i => Math.Abs(weights[i])).ThenBy(i => i).FirstOrDefault(-1);
    }

    private static Held[] With(Held[] node, int asset, Held decision, int most)
    {
        var child = (Held[])node.Clone();
        child[asset] = decision;
        if (child.Count(held => held == Held.In) >= most)
        {
            for (var i = 0; i < child.Length; i++)
            {
                child[i] = child[i] == Held.In ? Held.In : Held.Out;
            }
        }

        return child;
    }

    private static WeightConstraints Bounded(WeightConstraints constraints, Held[] node, double minimum) => constraints with
    {
        Lower = [.. constraints.Lower.Select((lower, i) => node[i] switch { Held.Out => 0, Held.In => Math.Max(lower, minimum), _ => Math.Min(lower, 0) })],
        Upper = [.. constraints.Upper.Select((upper, i) => node[i] == Held.Out ? 0 : upper)],
        MaximumAssets = null,
        MinimumIfHeld = null,
    };

    private enum Held
    {
        Undecided,
        In,
        Out,
    }
}
