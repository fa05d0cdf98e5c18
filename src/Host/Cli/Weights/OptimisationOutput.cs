using System.CommandLine;
using System.Globalization;
using Rebalancer.Domain.Weights;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>Prints weights and what they would have been like.</summary>
internal static class OptimisationOutput
{
    /// <param name="tailLevel">Level of the CVaR shown.</param>
    public static void Write(CliContext context, ParseResult parse, OptimisationResult result, double tailLevel)
    {
        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Json)
        {
            context.Out.WriteLine(JsonOutput.Format(OptimisationJson.Of(result)));
            return;
        }

        var rows = result.Assets.Select((asset, i) => (Asset: asset, Weight: result.Weights[i], Risk: result.Metrics.RiskContributions[i])).ToList();
        context.WriteRows(parse, rows,
        [
            new Column<(string Asset, double Weight, double Risk)>("Asset", row => row.Asset),
            new("Weight", row => Percent(row.Weight), AlignRight: true, Raw: row => Number(row.Weight)),
            new("Share of risk", row => Percent(row.Risk), AlignRight: true, Raw: row => Number(row.Risk)),
        ]);
        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Table)
        {
            context.Out.WriteLine();
            foreach (var line in Lines(result, tailLevel))
            {
                context.Out.WriteLine(line);
            }
        }

        EstimateCommands.Warn(context, result.Warnings);
    }

    /// <summary>Weights alone, where there is no history to measure them by.</summary>
    public static void WriteWeights(CliContext context, ParseResult parse, SortedDictionary<string, double> weights, string method)
    {
        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Json)
        {
            context.Out.WriteLine(JsonOutput.Format(new { weights, method, warnings = Array.Empty<string>() }));
            return;
        }

        context.WriteRows(parse, weights.ToList(),
        [
            new Column<KeyValuePair<string, double>>("Asset", row => row.Key),
            new("Weight", row => Percent(row.Value), AlignRight: true, Raw: row => Number(row.Value)),
        ]);
    }

    private static IEnumerable<string> Lines(OptimisationResult result, double tailLevel)
    {
        var metrics = result.Metrics;
        yield return $"{result.Method}: expected return {Percent(metrics.ExpectedReturn)} a year, volatility {Percent(metrics.Volatility)}, Sharpe {Short(metrics.Sharpe)}, Sortino {Short(metrics.Sortino)}";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"in this history: maximum drawdown {Percent(metrics.MaximumDrawdown)}, CVaR {tailLevel:0.##%} {Percent(metrics.ConditionalValueAtRisk)} a period");
        yield return $"diversification ratio {Short(metrics.DiversificationRatio)}, effective bets {Short(metrics.EffectiveBets)}, tracking error to {metrics.TrackingReference} {Percent(metrics.TrackingError)}";
        if (metrics.Turnover is { } turnover)
        {
            yield return $"turnover from the current weights {Percent(turnover)}, bought and sold counted each";
        }
    }

    private static string Percent(double? value) => value?.ToString("0.00 %", CultureInfo.InvariantCulture) ?? "–";

    private static string Short(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("0.00", CultureInfo.InvariantCulture) : "–";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
