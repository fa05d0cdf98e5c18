namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>Chooses the frontier's algorithm: the critical line for bounds alone, the active-set one for everything else.</summary>
public static class FrontierBuilder
{
    /// <exception cref="WeightException">The constraints exclude each other; the message names them.</exception>
    public static EfficientFrontier Build(IReadOnlyList<string> assets, double[] means, SymmetricMatrix covariance, WeightConstraints constraints)
    {
        var rows = ConstraintRows.Of(assets, constraints);
        var risk = constraints.L2 == 0 ? covariance : covariance.WithRidge(constraints.L2);
        return constraints.IsBoundsOnly
            ? new EfficientFrontier(means, risk, CriticalLine.Trace(means, risk, constraints.Lower, constraints.Upper, constraints.Sum))
            : new EfficientFrontier(means, risk, new ConstrainedFrontier(means, risk, rows.Equalities, rows.Inequalities, rows.ViolatedCut));
    }
}
