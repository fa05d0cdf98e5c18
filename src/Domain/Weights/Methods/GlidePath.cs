namespace Rebalancer.Domain.Weights.Methods;

/// <summary>Share of risky assets at an age; between two knots it falls linearly.</summary>
public readonly record struct GlideKnot(double Age, double RiskyShare);

/// <param name="Risky">Assets that share the risky part equally.</param>
/// <param name="Bonds">Takes 80 % of the safe part.</param>
/// <param name="Cash">Takes 20 % of the safe part; null leaves it to the cash target.</param>
public sealed record GlidePath(double Age, IReadOnlyList<string> Risky, string Bonds, string? Cash)
{
    public const string MethodName = "glide-path";

    /// <summary>At least one, by rising age; before the first and after the last the share stays.</summary>
    public IReadOnlyList<GlideKnot> Knots { get; init; } = [new(30, 0.9), new(50, 0.7), new(65, 0.4)];

    public double BondShareOfSafe { get; init; } = 0.8;

    /// <returns>Weight by asset, in order of name.</returns>
    /// <exception cref="WeightException">No risky asset, an asset in two classes, or knots that make no path.</exception>
    public SortedDictionary<string, double> Weights()
    {
        RequirePath();
        if (Risky.Count == 0)
        {
            throw new WeightException("the glide path has no risky assets; name some as risky");
        }

        var weights = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var risky = RiskyShare();
        foreach (var asset in Risky)
        {
            Put(weights, asset, risky / Risky.Count);
        }

        Put(weights, Bonds, (1 - risky) * BondShareOfSafe);
        if (Cash is not null)
        {
            Put(weights, Cash, (1 - risky) * (1 - BondShareOfSafe));
        }

        return weights;
    }

    private void RequirePath()
    {
        if (Knots.Count == 0 || Knots.Zip(Knots.Skip(1)).Any(pair => pair.Second.Age <= pair.First.Age))
        {
            throw new WeightException("the knots of the glide path are not by rising age; write them as 30:0.9, 50:0.7, 65:0.4");
        }

        if (Knots.FirstOrDefault(knot => knot.RiskyShare is < 0 or > 1) is { RiskyShare: not 0 } knot)
        {
            throw new WeightException(FormattableString.Invariant($"the risky share at age {knot.Age} is {knot.RiskyShare}; give a share from 0 to 1"));
        }

        if (Age is not (>= 0 and <= 130) || BondShareOfSafe is not (>= 0 and <= 1))
        {
            throw new WeightException(FormattableString.Invariant(
                $"the age is {Age} and the bonds' share of the safe part {BondShareOfSafe}; give an age in years and a share from 0 to 1"));
        }
    }

    private double RiskyShare()
    {
        if (Age <= Knots[0].Age)
        {
            return Knots[0].RiskyShare;
        }

        for (var i = 1; i < Knots.Count; i++)
        {
            var (from, to) = (Knots[i - 1], Knots[i]);
            if (Age <= to.Age)
            {
                return from.RiskyShare + ((to.RiskyShare - from.RiskyShare) * (Age - from.Age) / (to.Age - from.Age));
            }
        }

        return Knots[^1].RiskyShare;
    }

    private static void Put(SortedDictionary<string, double> weights, string asset, double weight)
    {
        if (!weights.TryAdd(asset, weight))
        {
            throw new WeightException($"{asset} is in two classes of the glide path; name it in one of risky, bonds and cash");
        }
    }
}
