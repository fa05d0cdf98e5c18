using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Host.Backtest;

/// <summary>What a backtest found, in the shape that is printed and drawn. Money is in base currency; shares, drift and statistics are numbers.</summary>
/// <param name="Assumptions">What was modelled and how, a sentence each.</param>
/// <param name="Notes">What the reader must know of this run, such as a halt.</param>
/// <param name="Strategies">The portfolio first, then what it is held against.</param>
public sealed record BacktestResult(
    string Portfolio, string Currency, DateOnly From, DateOnly To, int Rows, IReadOnlyList<string> Accounts, IReadOnlyList<string> Assets,
    IReadOnlyList<string> Assumptions, IReadOnlyList<string> Notes, IReadOnlyList<DateOnly> Dates, IReadOnlyList<BacktestStrategy> Strategies,
    IReadOnlyList<BacktestDecisionRow> Decisions)
{
    internal static BacktestResult Of(BacktestInput input, PlayedHistory whole, PlayedHistory held, PlayedHistory? naive)
    {
        List<BacktestStrategy> strategies = [Strategy("Rebalancer", whole), Strategy("Buy and hold", held)];
        if (naive is not null)
        {
            strategies.Add(Strategy("Each account alone", naive));
        }

        List<string> notes = [.. whole.Halts.Select(halt => $"{halt}. Nothing is traded after it; limits.maxDrawdown of the settings decides.")];
        notes.AddRange(whole.Decisions.Where(decision => decision.RefusedBecause is not null)
            .GroupBy(decision => decision.RefusedBecause!, StringComparer.Ordinal).Take(5)
            .Select(group => $"{group.First().At:yyyy-MM-dd}: a decision was refused ({group.Count()} times for this reason): {group.Key}"));
        if (whole.Fills.Count == 0)
        {
            notes.Add("Nothing was traded: look at the assets of the accounts and at their cash.");
        }

        return new BacktestResult(
            input.Portfolio.Id, input.Portfolio.BaseCurrency, Day(whole.Samples[0].At), Day(whole.Samples[^1].At), whole.Samples.Count,
            [.. input.Accounts.Select(account => account.Id)], [.. input.Accounts.SelectMany(account => account.Assets).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            BacktestAssumptions.Of(input), notes, [.. whole.Samples.Select(sample => Day(sample.At))], strategies,
            [.. whole.Decisions.Where(decision => decision.Disposition == Disposition.Dispatched).Select(decision => BacktestDecisionRow.Of(decision, whole))]);

        BacktestStrategy Strategy(string name, PlayedHistory played) =>
            BacktestStrategy.Of(name, played, DriftSeries.Of(played.Samples, whole.Decisions, input.Portfolio.BaseCurrency));
    }

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}

/// <param name="Turnover">Half of what was bought and sold for it, in base currency.</param>
/// <param name="Spread">What was lost against the recorded prices.</param>
/// <param name="GapBasisPoints">At most so much of the value is the plan from the best one, as proven.</param>
public sealed record BacktestDecisionRow(
    string Id, DateTimeOffset At, string Trigger, int Orders, double DriftBefore, double DriftPlanned, double? DriftAfter, decimal Turnover, decimal Fees, decimal Spread,
    double GapBasisPoints)
{
    internal static BacktestDecisionRow Of(BacktestDecision decision, PlayedHistory played)
    {
        var next = played.Decisions.FirstOrDefault(other => other.At > decision.At && other.Disposition == Disposition.Dispatched)?.At ?? DateTimeOffset.MaxValue;
        var fills = played.FillsBetween(decision.At, next);
        return new BacktestDecisionRow(
            decision.Id, decision.At, decision.Trigger, decision.Orders, decision.DriftBefore, decision.DriftPlanned, decision.DriftAfter,
            decimal.Round(fills.Sum(fill => fill.Notional) / 2, 2), decimal.Round(fills.Sum(fill => fill.Fee), 2), decimal.Round(fills.Sum(fill => fill.Spread), 2),
            decision.GapBasisPoints);
    }
}
