using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Estimates;

/// <summary>How the covariance of returns is estimated.</summary>
public enum RiskModel
{
    Sample,
    Semi,
    Exponential,
    LedoitWolf,
    LedoitWolfSingleFactor,
    LedoitWolfConstantCorrelation,
    OracleApproximating,
}

/// <summary>What becomes of days on which an asset has no return.</summary>
public enum MissingReturns
{
    /// <summary>Each pair over the days both have.</summary>
    Pairwise,

    /// <summary>Only days on which every asset has a return.</summary>
    Drop,

    /// <summary>A missing return counts as zero.</summary>
    Zero,
}

/// <param name="Span">Of the exponential model; α = 2 / (span + 1).</param>
/// <param name="Benchmark">Of the semicovariance, a period.</param>
/// <param name="Missing">Null takes the model's default: pairwise for sample, zero for the shrinkage models.</param>
public sealed record RiskOptions(int Frequency = 252, int Span = 180, double Benchmark = 0.000079, MissingReturns? Missing = null);

/// <summary>Annual covariance matrices, n × n, from periodic returns.</summary>
public static class RiskModels
{
    private const double NegligibleEigenvalue = 1e-10;

    /// <param name="warnings">Receives what the reader of the result must know: how missing returns were treated, a repaired matrix.</param>
    public static SymmetricMatrix Estimate(RiskModel model, ReturnTable returns, RiskOptions options, ICollection<string> warnings)
    {
        var treated = Treat(model, returns, options, warnings);
        if (treated.Count < 2)
        {
            throw new WeightException($"{treated.Count} rows of returns are left; a covariance needs at least 2: use a longer history or another --missing");
        }

        if (treated.Count <= treated.Assets.Count)
        {
            warnings.Add($"{treated.Count} observations of {treated.Assets.Count} assets: the sample covariance is singular; a shrinkage model is safer");
        }

        var covariance = Periodic(model, treated, options).Scaled(options.Frequency);
        SingularPairs.Warn(treated.Assets, covariance, warnings);

        // From complete returns every model is a product X'X, or a mixture of two such, and cannot have a negative eigenvalue.
        return treated.IsComplete ? covariance : PositiveSemidefinite.Repair(covariance, NegligibleEigenvalue, warnings);
    }

    private static SymmetricMatrix Periodic(RiskModel model, ReturnTable returns, RiskOptions options) => model switch
    {
        RiskModel.Sample => SampleCovariance.Pairwise(returns),
        RiskModel.Semi => Semi(returns, options.Benchmark),
        RiskModel.Exponential => Exponential(returns, options.Span),
        RiskModel.LedoitWolf => Shrinkage.ConstantVariance(returns),
        RiskModel.LedoitWolfSingleFactor => Shrinkage.SingleFactor(returns),
        RiskModel.LedoitWolfConstantCorrelation => Shrinkage.ConstantCorrelation(returns),
        RiskModel.OracleApproximating => Shrinkage.OracleApproximating(returns),
        _ => throw new ArgumentOutOfRangeException(nameof(model), model, "unknown risk model"),
    };

    private static ReturnTable Treat(RiskModel model, ReturnTable returns, RiskOptions options, ICollection<string> warnings)
    {
        if (returns.IsComplete)
        {
            return returns;
        }

        var isPairable = model is RiskModel.Sample or RiskModel.Exponential;
        var missing = options.Missing ?? (isPairable ? MissingReturns.Pairwise : MissingReturns.Zero);
        if (missing == MissingReturns.Pairwise && !isPairable)
        {
            throw new WeightException($"--missing pairwise does not go with the risk model {model}, which needs every return; use drop or zero");
        }

        warnings.Add(missing switch
        {
            MissingReturns.Pairwise => "some returns are missing: each covariance is over the days both assets have",
            MissingReturns.Drop => "some returns are missing: only days on which every asset has one were used",
            _ => "some returns are missing: they count as zero in the covariance",
        });
        return missing switch
        {
            MissingReturns.Drop => returns.CompleteRows(),
            // The semicovariance counts a missing return as no shortfall; a return of zero would be one below the benchmark.
            MissingReturns.Zero => model == RiskModel.Semi ? returns : returns.WithZeros(),
            _ => returns,
        };
    }

    /// <summary>Products of returns below the benchmark; missing counts as no shortfall; the divisor is all rows.</summary>
    private static SymmetricMatrix Semi(ReturnTable returns, double benchmark)
    {
        var shortfalls = Enumerable.Range(0, returns.Assets.Count)
            .Select(asset => returns.Column(asset).ToArray().Select(value => double.IsNaN(value) ? 0 : Math.Min(value - benchmark, 0)).ToArray())
            .ToArray();
        return SampleCovariance.Products(shortfalls, returns.Count);
    }

    /// <summary>Exponentially weighted mean of the products of deviations from the plain means.</summary>
    private static SymmetricMatrix Exponential(ReturnTable returns, int span)
    {
        var decay = 1 - (2.0 / (span + 1));
        var deviations = Enumerable.Range(0, returns.Assets.Count).Select(asset =>
        {
            var mean = returns.Observed(asset).Average();
            return returns.Column(asset).ToArray().Select(value => value - mean).ToArray();
        }).ToArray();
        var covariance = new SymmetricMatrix(deviations.Length);
        for (var i = 0; i < deviations.Length; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                covariance[i, j] = WeightedMean(deviations[i], deviations[j], decay);
            }
        }

        return covariance;
    }

    private static double WeightedMean(double[] x, double[] y, double decay)
    {
        var (sum, weights) = (0.0, 0.0);
        for (var t = 0; t < x.Length; t++)
        {
            (sum, weights) = (sum * decay, weights * decay);
            if (x[t] * y[t] is var product && !double.IsNaN(product))
            {
                (sum, weights) = (sum + product, weights + 1);
            }
        }

        return weights > 0 ? sum / weights : throw new WeightException("two assets have no day in common; leave one out or use another --missing");
    }
}
