namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// Cardinality and minimum-if-held by branch and bound over the set of assets held. A node fixes some assets in (with a minimum: at least that much
/// long, or short) and some out (zero); the same method without the two rules, under these bounds, is its relaxation. A lower bound above zero binds
/// an asset that is held. Exact; meant for up to 50 assets.
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

            var branch = ChooseBranch(constraints, relaxed.Weights, node, most, minimum);
            if (branch < 0)
            {
                best = relaxed;
                continue;
            }

            foreach (var decision in Decisions(constraints, branch, minimum))
            {
                pending.Push(With(node, branch, decision, most));
            }
        }

        return best?.Weights ?? throw new InfeasibleWeightsException(
            FormattableString.Invariant($"no weights hold at most {most} assets of at least {minimum} each within the other constraints; relax one of them"));
    }

    /// <summary>The undecided asset that breaks a rule and weighs most, or −1 when the rules hold.</summary>
    private static int ChooseBranch(WeightConstraints constraints, double[] weights, Held[] node, int most, double minimum)
    {
        var held = weights.Count(weight => Math.Abs(weight) > Nothing);
        var undecided = Enumerable.Range(0, node.Length).Where(i => node[i] == Held.Undecided && Math.Abs(weights[i]) > Nothing);
        var offending = held > most ? undecided : undecided.Where(i =>
            Math.Abs(weights[i]) < minimum - Nothing || weights[i] < constraints.Lower[i] - Nothing || weights[i] > constraints.Upper[i] + Nothing);
        return offending.OrderByDescending(i => Math.Abs(weights[i])).ThenBy(i => i).FirstOrDefault(-1);
    }

    /// <summary>The likeliest comes last: it is looked at first.</summary>
    private static IEnumerable<Held> Decisions(WeightConstraints constraints, int asset, double minimum)
    {
        yield return Held.Out;
        if (minimum == 0)
        {
            yield return Held.In;
            yield break;
        }

        if (constraints.Lower[asset] <= -minimum)
        {
            yield return Held.Short;
        }

        if (constraints.Upper[asset] >= minimum)
        {
            yield return Held.Long;
        }
    }

    private static Held[] With(Held[] node, int asset, Held decision, int most)
    {
        var child = (Held[])node.Clone();
        child[asset] = decision;
        if (child.Count(held => held is Held.In or Held.Long or Held.Short) >= most)
        {
            for (var i = 0; i < child.Length; i++)
            {
                child[i] = child[i] == Held.Undecided ? Held.Out : child[i];
            }
        }

        return child;
    }

    private static WeightConstraints Bounded(WeightConstraints constraints, Held[] node, double minimum) => constraints with
    {
        Lower = [.. constraints.Lower.Select((lower, i) => node[i] switch
        {
            Held.Out => 0,
            Held.Long => Math.Max(lower, minimum),
            Held.Undecided => Math.Min(lower, 0),
            _ => lower,
        })],
        Upper = [.. constraints.Upper.Select((upper, i) => node[i] switch
        {
            Held.Out => 0,
            Held.Short => Math.Min(upper, -minimum),
            Held.Undecided => Math.Max(upper, 0),
            _ => upper,
        })],
        MaximumAssets = null,
        MinimumIfHeld = null,
    };

    private enum Held
    {
        Undecided,
        Out,
        In,
        Long,
        Short,
    }
}
