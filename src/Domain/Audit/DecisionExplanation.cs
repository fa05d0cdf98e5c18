using System.Globalization;
using System.Text;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Explanation.Telling;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Domain.Audit;

/// <summary>Tells a decision to someone who has never seen one: why, from what, what was done, what could not be, what came of it.</summary>
public static class DecisionExplanation
{
    public static string Explain(DecisionRecord record)
    {
        var text = new StringBuilder();
        var decided = record.Decided;
        text.AppendLine($"Decision {decided.DecisionId} of portfolio {record.Portfolio}, {Words.At(decided.At)}: {record.Status}.");
        text.AppendLine();
        text.AppendLine($"Why: {Reason(decided.Trigger)}.");
        TargetExplanation.Write(text, record);
        Before(text, decided);
        Accounts(text, decided);
        Trades(text, decided);
        if (decided.Plan.Explanation is null)
        {
            NotDone(text, decided);
        }
        else
        {
            Story(text, decided);
        }

        Quality(text, decided);
        Outcome(text, record);
        return text.ToString();
    }

    private static string Reason(Trigger trigger) => trigger.Kind switch
    {
        TriggerKind.Manual => $"it was asked for ({trigger.Detail})",
        TriggerKind.Schedule => $"the schedule said so ({trigger.Detail})",
        TriggerKind.DriftBand => $"an asset left its band: {trigger.Detail}",
        TriggerKind.Deposit => $"money came in: {trigger.Detail}",
        TriggerKind.SettingsChanged => trigger.Detail,
        TriggerKind.AccountAdded or TriggerKind.ShortCash or TriggerKind.IdleCash => trigger.Detail,
        _ => $"the decision before was not carried out in full: {trigger.Detail}",
    };

    private static void Before(StringBuilder text, RebalanceDecided decided)
    {
        var currency = decided.Settings.BaseCurrency;
        text.AppendLine();
        text.AppendLine($"Before: the portfolio was worth {Words.Money(decided.TotalValue, currency)}, and {Words.Percent(decided.DriftBefore)} of it was in the wrong place.");
        var width = decided.Assets.Select(asset => asset.Asset.Length).Append(4).Max();
        foreach (var asset in decided.Assets)
        {
            var off = asset.Weight - asset.Target;
            var verdict = off == 0 ? "on target"
                : $"{Words.Percent(Math.Abs(off))} {(off > 0 ? "too much" : "too little")}, {(asset.IsOut ? "outside" : "inside")} its band of ±{Words.Percent(asset.Band)}";
            text.AppendLine($"  {asset.Asset.PadRight(width)} {Words.Percent(asset.Weight),9} held, {Words.Percent(asset.Target),9} wanted: {verdict}");
        }

        text.AppendLine($"  {"cash".PadRight(width)} {Words.Percent(1 - decided.Assets.Sum(asset => asset.Weight)),9} held, {Words.Percent(1 - decided.Targets.Values.Sum()),9} wanted");
        if (decided.Settings.RebalanceTo != RebalanceTo.Target)
        {
            text.AppendLine(decided.Settings.RebalanceTo == RebalanceTo.BandEdge
                ? "Assets outside their band are taken to its edge; those inside keep their weight."
                : "Assets outside their band are taken half way into it; those inside keep their weight.");
        }
    }

    private static void Accounts(StringBuilder text, RebalanceDecided decided)
    {
        text.AppendLine();
        text.AppendLine("It was decided on these readings:");
        foreach (var account in decided.Accounts)
        {
            var age = account.BalancesAt is { } at ? $"balances {Words.Age(decided.At - at)} old" : "never read";
            text.AppendLine($"  {account.Id} ({account.Venue}): {age}{(account.FrozenBecause is { } frozen ? $"; frozen: {frozen}" : "")}");
        }

        if (decided.Prices.Count > 0)
        {
            var oldest = decided.Prices.MinBy(price => price.At)!;
            text.AppendLine($"  prices of {decided.Prices.Count} assets, the oldest {Words.Age(decided.At - oldest.At)} old ({oldest.Asset} from {oldest.Source})");
        }
    }

    private static void Trades(StringBuilder text, RebalanceDecided decided)
    {
        text.AppendLine();
        var plan = decided.Plan;
        if (plan.Trades.Count == 0)
        {
            text.AppendLine("Plan: no order. No trade would bring the portfolio nearer its targets for less than it costs.");
            return;
        }

        var orders = plan.Trades.Count == 1 ? "1 order" : string.Create(CultureInfo.InvariantCulture, $"{plan.Trades.Count} orders");
        text.AppendLine(
            $"Plan: {orders}, costing about {Words.Money(plan.Cost, decided.Settings.BaseCurrency)}" +
            $"{(plan.Tax != 0 ? $" and {Words.Money(plan.Tax, decided.Settings.BaseCurrency)} of tax" : "")}, to leave {Words.Percent(decided.DriftPlanned)} in the wrong place.");
        foreach (var trade in plan.Trades)
        {
            text.AppendLine(
                $"  {(trade.Side == TradeSide.Buy ? "buy" : "sell")} {Words.Quantity(trade.Quantity)} {trade.Asset} at {trade.Account} for about " +
                $"{Words.Money(trade.Notional, trade.Quote)} (price {Words.Quantity(trade.Price)}, fee {Words.Money(trade.Fee, trade.Quote)}){(plan.Explanation is null ? $": {trade.Reason}" : "")}");
        }

        if (decided.RefusedBecause is { } refused)
        {
            text.AppendLine($"It was not sent: {refused}.");
        }
    }

    /// <summary>What <c>plan --explain</c> says of the same plan, and what the portfolio noted before it was made.</summary>
    private static void Story(StringBuilder text, RebalanceDecided decided)
    {
        foreach (var section in PlanStory.Tell(decided.Plan, decided.Settings.BaseCurrency))
        {
            text.AppendLine();
            text.AppendLine($"{section.Title}:");
            foreach (var line in section.Title == PlanStory.Impossible ? decided.Notes.Select(note => $"  {note}").Concat(section.Lines) : section.Lines)
            {
                text.AppendLine(line);
            }
        }
    }

    private static void NotDone(StringBuilder text, RebalanceDecided decided)
    {
        var lines = decided.Notes
            .Concat(decided.Plan.Skipped.Select(skipped => $"{skipped.Asset} at {skipped.Account}: {skipped.Reason}"))
            .Concat(decided.Plan.Warnings)
            .Concat(decided.Plan.Transfers.Select(transfer =>
                $"moving {Words.Money(transfer.Amount, transfer.Currency)} from {transfer.From} to {transfer.To} would bring " +
                $"{Words.Money(transfer.WouldReduceDeviationBy, decided.Settings.BaseCurrency)} more into place"))
            .ToList();
        if (lines.Count == 0)
        {
            return;
        }

        text.AppendLine();
        text.AppendLine("What was not possible, and why:");
        foreach (var line in lines)
        {
            text.AppendLine($"  {line}");
        }
    }

    private static void Quality(StringBuilder text, RebalanceDecided decided)
    {
        var plan = decided.Plan;
        text.AppendLine();
        text.AppendLine(plan switch
        {
            { Fallback: true } => "How good: no solver answered, so this is the simple method's plan. It is shown, never traded.",
            { Bound: null } => "How good: the method used proves no bound.",
            { Status: PlanStatus.Optimal } when IsNone(plan.GapBasisPoints) => "How good: this is proven to be the best possible plan.",
            { Status: PlanStatus.Optimal } => $"How good: proven as good as was asked for. No plan is better by more than {Gap(decided)}.",
            _ => $"How good: a better plan may exist, but none is better by more than {Gap(decided)}.",
        });
    }

    /// <summary>A gap that would be printed as nothing.</summary>
    private static bool IsNone(double gapBasisPoints) => Math.Round(gapBasisPoints, 3) == 0;

    /// <summary>In money, and as a share of what the portfolio is worth.</summary>
    private static string Gap(RebalanceDecided decided)
    {
        var money = Words.Money(decided.Plan.Objective - decided.Plan.Bound!.Value, decided.Settings.BaseCurrency);
        return string.Create(CultureInfo.InvariantCulture, $"{money}, which is {decided.Plan.GapBasisPoints / 100:0.#####} % of the portfolio's value");
    }

    private static void Outcome(StringBuilder text, DecisionRecord record)
    {
        if (record.Reports.Count == 0 && record.Completed is null)
        {
            return;
        }

        text.AppendLine();
        text.AppendLine("What came of it:");
        foreach (var report in record.Reports)
        {
            foreach (var outcome in report.Outcomes)
            {
                text.AppendLine($"  {report.AccountId}: {Result(outcome)}");
            }
        }

        if (record.Completed is not { } completed)
        {
            return;
        }

        foreach (var account in completed.Unreported)
        {
            text.AppendLine($"  {account}: no answer before the decision expired; it is left alone until it answers");
        }

        text.AppendLine($"After: {Words.Percent(completed.DriftAfter)} in the wrong place at the decision's prices, fees {Words.Money(completed.Fees, record.Decided.Settings.BaseCurrency)}{Unpriced(completed)}.");
        foreach (var pair in completed.Untradeable)
        {
            text.AppendLine($"  {pair.Asset} at {pair.Account} is left alone for now: {pair.Reason}");
        }

        if (completed.Remainder is { } remainder)
        {
            text.AppendLine($"Still to do, and decided anew: {remainder}.");
        }
    }

    private static string Result(TradeOutcome outcome)
    {
        var done = outcome.Side == TradeSide.Buy ? "bought" : "sold";
        var fees = outcome.Fees.Count == 0 ? "no fee" : "fees " + string.Join(", ", outcome.Fees.Select(fee => $"{Words.Quantity(fee.Value)} {fee.Key}"));
        var why = outcome.Reason is { } reason ? $" ({outcome.State}: {reason})" : outcome.Filled < outcome.Intended ? $" ({outcome.State})" : "";
        return outcome.Filled == 0
            ? $"{done} none of {Words.Quantity(outcome.Intended)} {outcome.Market.Asset}{why}"
            : $"{done} {Words.Quantity(outcome.Filled)} of {Words.Quantity(outcome.Intended)} {outcome.Market.Asset} at " +
              $"{Words.Price(outcome.AveragePrice)} {outcome.Market.Quote} on average in {outcome.Fills} fill{(outcome.Fills == 1 ? "" : "s")}, {fees}{why}";
    }

    private static string Unpriced(RebalanceCompleted completed) => completed.UnpricedFees is not { } fees ? ""
        : $" and {string.Join(" and ", fees.Select(fee => $"{Words.Quantity(fee.Value)} {fee.Key}"))}, which had no price";
}
