using System.Globalization;
using System.Text;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;

namespace Rebalancer.Domain.Audit;

/// <summary>Tells where computed targets came from: method, history, what it found, what the reader must know about the data.</summary>
internal static class TargetExplanation
{
    public static void Write(StringBuilder text, DecisionRecord record)
    {
        if (record.Computation is not { } computed)
        {
            return;
        }

        text.AppendLine();
        text.AppendLine($"Targets: method {computed.Targets.Method}, computed {Words.At(computed.At)} ({computed.ComputationId}){Basis(computed)}.");
        if (computed.Metrics is { } metrics)
        {
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  expected a year: return {Words.Percent(metrics.ExpectedReturn)}, volatility {Words.Percent(metrics.Volatility)}, Sharpe {metrics.Sharpe:0.00}; in that history the largest fall was {Words.Percent(metrics.MaximumDrawdown ?? 0)}"));
        }

        if (computed.Smoothing < 1 && computed.Previous is not null)
        {
            var steps = computed.Weights.Keys.Union(computed.Recommended.Keys).Order(StringComparer.Ordinal)
                .Where(asset => computed.Weights.GetValueOrDefault(asset) != computed.Recommended.GetValueOrDefault(asset))
                .Select(asset => $"{asset} {Words.Percent(computed.Weights.GetValueOrDefault(asset))} on the way to {Words.Percent(computed.Recommended.GetValueOrDefault(asset))}");
            text.AppendLine($"  moved {Words.Percent(computed.Smoothing)} of the way from the targets before: {string.Join(", ", steps)}");
        }

        foreach (var source in computed.History.Series.GroupBy(series => series.Source, StringComparer.Ordinal))
        {
            text.AppendLine($"  {string.Join(", ", source.Select(series => series.Asset))}: prices of {source.Key}");
        }

        foreach (var warning in computed.Warnings)
        {
            text.AppendLine($"  note: {warning}");
        }
    }

    private static string Basis(TargetsComputed computed) => computed.History.Times.Count == 0
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $" from {computed.History.Times.Count} {computed.History.Frame.Word()} prices, {computed.History.Times[0]:yyyy-MM-dd} to {computed.History.Times[^1]:yyyy-MM-dd}");
}
