using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Settings;

/// <summary>How models and linkages are written, on the command line and in the settings.</summary>
public static class WeightWords
{
    public static IReadOnlyList<(string Word, ReturnModel Meaning)> ReturnModels { get; } =
        [("mean", ReturnModel.Mean), ("ema", ReturnModel.Ema), ("capm", ReturnModel.Capm)];

    public static IReadOnlyList<(string Word, RiskModel Meaning)> RiskModels { get; } =
    [
        ("sample", RiskModel.Sample), ("semi", RiskModel.Semi), ("exp", RiskModel.Exponential), ("ledoit-wolf", RiskModel.LedoitWolf),
        ("ledoit-wolf-single-factor", RiskModel.LedoitWolfSingleFactor),
        ("ledoit-wolf-constant-correlation", RiskModel.LedoitWolfConstantCorrelation), ("oas", RiskModel.OracleApproximating),
    ];

    public static IReadOnlyList<(string Word, MissingReturns Meaning)> Missing { get; } =
        [("pairwise", MissingReturns.Pairwise), ("drop", MissingReturns.Drop), ("zero", MissingReturns.Zero)];

    public static IReadOnlyList<(string Word, LinkageMethod Meaning)> Linkages { get; } =
        [("single", LinkageMethod.Single), ("complete", LinkageMethod.Complete), ("average", LinkageMethod.Average), ("ward", LinkageMethod.Ward)];
}
