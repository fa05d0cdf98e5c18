namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>What weights must meet in the mean-variance family. Assets are numbered as in the estimates.</summary>
/// <param name="Lower">Length n.</param>
/// <param name="Upper">Length n.</param>
public sealed record WeightConstraints(double[] Lower, double[] Upper)
{
    /// <summary>What the weights add up to, unless <see cref="Net"/> gives a range.</summary>
    public double Sum { get; init; } = 1;

    /// <summary>Range of Σw.</summary>
    public (double Low, double High)? Net { get; init; }

    /// <summary>Largest Σ|w|.</summary>
    public double? MaximumGross { get; init; }

    /// <summary>Weights held now, length n; with it <see cref="MaximumTurnover"/> limits Σ|w − w₀|.</summary>
    public double[]? Current { get; init; }

    public double? MaximumTurnover { get; init; }

    /// <summary>Cost of Σ|w − w₀| as a share of it; needs <see cref="Current"/>.</summary>
    public double TransactionCost { get; init; }

    /// <summary>Groups with limits of their own.</summary>
    public IReadOnlyList<GroupLimit> Groups { get; init; } = [];

    /// <summary>γ: γ·w'w is added to w'Σw.</summary>
    public double L2 { get; init; }

    /// <summary>Most assets with a weight.</summary>
    public int? MaximumAssets { get; init; }

    /// <summary>Least weight of an asset that has one.</summary>
    public double? MinimumIfHeld { get; init; }

    public bool IsBoundsOnly => Net is null && MaximumGross is null && MaximumTurnover is null && Groups.Count == 0;

    public static WeightConstraints LongOnly(int assets) =>
        new(new double[assets], [.. Enumerable.Repeat(1.0, assets)]);
}

/// <param name="Name">Grouping and group, such as <c>sector tech</c>.</param>
/// <param name="Assets">Numbers of its assets.</param>
public sealed record GroupLimit(string Name, int[] Assets, double? Minimum, double? Maximum);
