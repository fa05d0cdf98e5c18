namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>Weight constraints as rows of a linear or quadratic program, each with the name an error calls it.</summary>
internal sealed class ConstraintRows
{
    private const double CutTolerance = 1e-10;

    private readonly WeightConstraints _constraints;

    private ConstraintRows(IReadOnlyList<LinearConstraint> equalities, IReadOnlyList<LinearConstraint> inequalities, WeightConstraints constraints)
    {
        (Equalities, Inequalities, _constraints) = (equalities, inequalities, constraints);
    }

    public IReadOnlyList<LinearConstraint> Equalities { get; }

    public IReadOnlyList<LinearConstraint> Inequalities { get; }

    /// <exception cref="WeightException">An asset's lower bound is above its upper one.</exception>
    public static ConstraintRows Of(IReadOnlyList<string> assets, WeightConstraints constraints)
    {
        RefuseCrossedBounds(assets, constraints);
        var all = Enumerable.Range(0, assets.Count).ToArray();
        double[] ones = [.. all.Select(_ => 1.0)];
        double[] minusOnes = [.. all.Select(_ => -1.0)];
        var inequalities = new List<LinearConstraint>();
        foreach (var i in all)
        {
            inequalities.Add(LinearConstraint.Bound(Text($"{assets[i]} at least {constraints.Lower[i]}"), i, 1, constraints.Lower[i]));
            inequalities.Add(LinearConstraint.Bound(Text($"{assets[i]} at most {constraints.Upper[i]}"), i, -1, -constraints.Upper[i]));
        }

        foreach (var group in constraints.Groups)
        {
            if (group.Minimum is { } minimum)
            {
                inequalities.Add(new LinearConstraint(Text($"{group.Name} at least {minimum}"), group.Assets, ones[..group.Assets.Length], minimum));
            }

            if (group.Maximum is { } maximum)
            {
                inequalities.Add(new LinearConstraint(Text($"{group.Name} at most {maximum}"), group.Assets, minusOnes[..group.Assets.Length], -maximum));
            }
        }

        if (constraints.Net is { } net)
        {
            inequalities.Add(new LinearConstraint(Text($"net exposure at least {net.Low}"), all, ones, net.Low));
            inequalities.Add(new LinearConstraint(Text($"net exposure at most {net.High}"), all, minusOnes, -net.High));
        }

        LinearConstraint[] equalities = constraints.Net is null ? [new(Text($"weights add up to {constraints.Sum}"), all, ones, constraints.Sum)] : [];
        return new ConstraintRows(equalities, inequalities, constraints);
    }

    /// <summary>
    /// Σ|w − c| ≤ limit is the intersection of Σ ±(w − c) ≤ limit over all signs; the signs of a point that violates it give the cut it
    /// violates most.
    /// </summary>
    public LinearConstraint? ViolatedCut(double[] weights)
    {
        int[] all = [.. Enumerable.Range(0, weights.Length)];

        LinearConstraint? Cut(double? limit, double[] centre, string name)
        {
            if (limit is not { } most || weights.Zip(centre, (w, c) => Math.Abs(w - c)).Sum() <= most + CutTolerance)
            {
                return null;
            }

            double[] signs = [.. weights.Zip(centre, (w, c) => w >= c ? -1.0 : 1.0)];
            return new LinearConstraint(Text($"{name} at most {most}"), all, signs, -most + SymmetricMatrix.Dot(signs, centre));
        }

        return Cut(_constraints.MaximumGross, new double[all.Length], "gross exposure")
            ?? (_constraints.Current is { } current ? Cut(_constraints.MaximumTurnover, current, "turnover") : null);
    }

    private static void RefuseCrossedBounds(IReadOnlyList<string> assets, WeightConstraints constraints)
    {
        for (var i = 0; i < assets.Count; i++)
        {
            if (constraints.Lower[i] > constraints.Upper[i])
            {
                throw new InfeasibleWeightsException(Text($"the bounds of {assets[i]} are {constraints.Lower[i]} to {constraints.Upper[i]}; the lower one must not be above the upper"));
            }
        }
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
