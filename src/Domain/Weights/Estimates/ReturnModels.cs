using Rebalancer.Domain.Weights.History;

namespace Rebalancer.Domain.Weights.Estimates;

/// <summary>How expected returns are estimated: by the mean, an exponentially weighted mean, or the capital asset pricing model.</summary>
public enum ReturnModel
{
    Mean,
    Ema,
    Capm,
}

/// <param name="Frequency">Periods a year: 252 for equities, 365 for crypto.</param>
/// <param name="Compounding">Geometric annualisation, (1 + r)^frequency − 1; otherwise mean × frequency.</param>
/// <param name="Span">Span of the exponential mean; α = 2 / (span + 1).</param>
/// <param name="Market">Market returns for CAPM, aligned with the table's days, NaN where missing; null is the equal-weight average.</param>
/// <param name="RiskFree">A year.</param>
public sealed record ReturnOptions(int Frequency = 252, bool Compounding = true, int Span = 500, double[]? Market = null, double RiskFree = 0.02);

/// <summary>Expected annual returns, length n, from a table of periodic ones.</summary>
public static class ReturnModels
{
    public static double[] Estimate(ReturnModel model, ReturnTable returns, ReturnOptions options) => model switch
    {
        ReturnModel.Mean => [.. Assets(returns).Select(asset => Mean(returns, asset, options))],
        ReturnModel.Ema => [.. Assets(returns).Select(asset => Exponential(returns, asset, options))],
        ReturnModel.Capm => Capm(returns, options),
        _ => throw new ArgumentOutOfRangeException(nameof(model), model, "unknown return model"),
    };

    /// <summary>(∏(1 + r))^(frequency / count) − 1 with the asset's own count, or mean × frequency.</summary>
    private static double Mean(ReturnTable returns, int asset, ReturnOptions options)
    {
        var observed = Observed(returns, asset);
        return options.Compounding
            ? Math.Pow(observed.Aggregate(1.0, (growth, value) => growth * (1 + value)), (double)options.Frequency / observed.Length) - 1
            : observed.Average() * options.Frequency;
    }

    /// <summary>Exponentially weighted mean, weights normalised, the latest observation weighing most.</summary>
    private static double Exponential(ReturnTable returns, int asset, ReturnOptions options)
    {
        Observed(returns, asset);
        var decay = 1 - (2.0 / (options.Span + 1));
        var (sum, weights) = (0.0, 0.0);
        foreach (var value in returns.Column(asset))
        {
            // A missing day ages what came before it, as the calendar does.
            (sum, weights) = (sum * decay, weights * decay);
            if (!double.IsNaN(value))
            {
                (sum, weights) = (sum + value, weights + 1);
            }
        }

        var mean = sum / weights;
        return options.Compounding ? Math.Pow(1 + mean, options.Frequency) - 1 : mean * options.Frequency;
    }

    /// <summary>r_f + β (market return − r_f); β from covariances (ddof 1) over the days both have.</summary>
    private static double[] Capm(ReturnTable returns, ReturnOptions options)
    {
        var market = options.Market ?? EqualWeightMarket(returns);
        var both = new ReturnTable([.. returns.Assets, "the market"], returns.Dates, [.. Assets(returns).Select(asset => returns.Column(asset).ToArray()), market]);
        var covariance = SampleCovariance.Pairwise(both);
        var last = returns.Assets.Count;
        var premium = Mean(both, last, options) - options.RiskFree;
        return [.. Assets(returns).Select(asset => options.RiskFree + (covariance[asset, last] / covariance[last, last] * premium))];
    }

    private static double[] EqualWeightMarket(ReturnTable returns)
    {
        var market = new double[returns.Count];
        for (var t = 0; t < market.Length; t++)
        {
            var (sum, count) = (0.0, 0);
            for (var asset = 0; asset < returns.Assets.Count; asset++)
            {
                if (returns.Column(asset)[t] is var value && !double.IsNaN(value))
                {
                    (sum, count) = (sum + value, count + 1);
                }
            }

            market[t] = count == 0 ? double.NaN : sum / count;
        }

        return market;
    }

    private static double[] Observed(ReturnTable returns, int asset)
    {
        var observed = returns.Observed(asset);
        return observed.Length > 0
            ? observed
            : throw new WeightException($"{returns.Assets[asset]} has no returns; it needs at least two prices on consecutive rows");
    }

    private static IEnumerable<int> Assets(ReturnTable returns) => Enumerable.Range(0, returns.Assets.Count);
}
