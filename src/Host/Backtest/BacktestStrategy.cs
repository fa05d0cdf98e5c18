namespace Rebalancer.Host.Backtest;

/// <summary>One way to run the money through the history, as a summary and as series over its dates.</summary>
/// <param name="AnnualReturn">Geometric, costs taken off; a year is 365.25 days.</param>
/// <param name="AnnualVolatility">Standard deviation of the returns from row to row, times √rows a year.</param>
/// <param name="Sharpe">Return over volatility, with nothing for the risk-free rate; null where nothing moved.</param>
/// <param name="MaxDrawdown">Largest fall from a high, as a share.</param>
/// <param name="AnnualTurnover">Half of what was bought and sold, a year, as a share of the average value.</param>
/// <param name="AverageDrift">Σ|weight − target| / 2 over all accounts together, on average over the rows.</param>
/// <param name="Costs">Fees and spread up to each date.</param>
public sealed record BacktestStrategy(
    string Name, decimal StartValue, decimal EndValue, double AnnualReturn, double AnnualVolatility, double? Sharpe, double MaxDrawdown,
    double AnnualTurnover, double? AverageDrift, decimal Fees, decimal Spread, int Fills, IReadOnlyList<decimal> Equity,
    IReadOnlyList<double> Drawdown, IReadOnlyList<double?> Drift, IReadOnlyList<decimal> Costs, IReadOnlyList<decimal> Turnover)
{
    private const double DaysAYear = 365.25;

    internal static BacktestStrategy Of(string name, PlayedHistory played, IReadOnlyList<double?> drift)
    {
        var samples = played.Samples;
        var years = Math.Max(1 / DaysAYear, (samples[^1].At - samples[0].At).TotalDays / DaysAYear);
        var returns = samples.Zip(samples.Skip(1), (before, after) => before.Value > 0 ? (double)(after.Value / before.Value) - 1 : 0).ToArray();
        var mean = returns.Length == 0 ? 0 : returns.Average();
        var deviation = returns.Length < 2 ? 0 : Math.Sqrt(returns.Sum(each => (each - mean) * (each - mean)) / (returns.Length - 1));
        var volatility = deviation * Math.Sqrt(returns.Length / years);
        var annual = samples[0].Value <= 0 ? 0 : Math.Pow((double)(samples[^1].Value / samples[0].Value), 1 / years) - 1;
        var drifts = drift.OfType<double>().ToList();
        var fallen = Drawdowns(samples);
        var traded = (double)played.Fills.Sum(fill => fill.Notional) / 2;
        return new BacktestStrategy(
            name, decimal.Round(samples[0].Value, 2), decimal.Round(samples[^1].Value, 2), annual, volatility, volatility > 0 ? annual / volatility : null,
            fallen.Max(), traded / years / Math.Max(0.01, (double)samples.Average(sample => sample.Value)), drifts.Count == 0 ? null : drifts.Average(),
            decimal.Round(played.Fills.Sum(fill => fill.Fee), 2), decimal.Round(played.Fills.Sum(fill => fill.Spread), 2), played.Fills.Count,
            [.. samples.Select(sample => decimal.Round(sample.Value, 2))], fallen, drift,
            played.RunningSum(fill => fill.Fee + fill.Spread), played.RunningSum(fill => fill.Notional / 2));
    }

    private static double[] Drawdowns(IReadOnlyList<BacktestSample> samples)
    {
        var (high, fallen) = (0m, new double[samples.Count]);
        for (var row = 0; row < fallen.Length; row++)
        {
            high = Math.Max(high, samples[row].Value);
            fallen[row] = high <= 0 ? 0 : (double)(1 - (samples[row].Value / high));
        }

        return fallen;
    }
}
