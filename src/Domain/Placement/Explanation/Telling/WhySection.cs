using System.Globalization;
using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Explanation.Telling;

/// <summary>Why: target by target, the trades that serve it, what each costs, and why not in the other accounts.</summary>
internal static class WhySection
{
    // More trades for one target are summed up: nobody reads a hundred of the same.
    private const int MostTradesInFull = 6;

    public static IReadOnlyList<string> Tell(Plan plan, MoneyText money)
    {
        var text = new TextBlock();
        if (plan.Explanation is not { } explanation)
        {
            foreach (var trade in plan.Trades)
            {
                text.Add(2, $"{Deed(trade)}: {trade.Reason}.");
            }

            return text.Lines;
        }

        if (plan.Trades.Count == 0)
        {
            text.Add(2, plan.Status == PlanStatus.Infeasible ? "Nothing is traded, because not all rules can be kept."
                : money.IsNothing(plan.DeviationBefore) ? "Nothing is traded: counted over all accounts together, every asset is on its target."
                : "Nothing is traded: no trade that the rules allow would bring the portfolio nearer its targets for less than it costs.");
        }

        var trades = plan.Trades.Zip(explanation.Trades, (trade, why) => (Trade: trade, Why: why)).ToList();
        foreach (var target in trades.Where(entry => entry.Why.Target is not null).GroupBy(entry => entry.Why.Target!, StringComparer.Ordinal))
        {
            text.Add(2, Goal(target.First().Why, money));
            if (target.Count() <= MostTradesInFull)
            {
                TellEach(text, plan, [.. target], money);
            }
            else
            {
                TellTogether(text, [.. target], money);
            }
        }

        foreach (var (trade, why) in trades.Where(entry => entry.Why.Target is null))
        {
            text.Add(2, $"{Deed(trade)}: {trade.Reason}. {Cost(why, money)}");
        }

        return text.Lines;
    }

    private static string Goal(TradeExplanation why, MoneyText money)
    {
        var before = why.BelowTargetBefore;
        var was = money.IsNothing(before) ? $"{why.Target} was on its target" : $"{why.Target} was {money.Of(Math.Abs(before))} {Side(before)} its target, counted over all accounts";
        var after = why.BelowTargetAfter;
        var now = money.IsNothing(after) ? "after the trades it is on target" : $"after the trades it is {money.Of(Math.Abs(after))} {Side(after)}";
        return $"{was}; {now}.";
    }

    private static string Side(decimal below) => below > 0 ? "below" : "above";

    private static void TellEach(TextBlock text, Plan plan, List<(PlannedTrade Trade, TradeExplanation Why)> trades, MoneyText money)
    {
        foreach (var (trade, why) in trades)
        {
            text.Add(4, $"{Deed(trade)}. {Cost(why, money)}{Against(trade, why)}");
            foreach (var other in why.Alternatives)
            {
                var also = other.Accounts.Where(account => plan.Trades.Any(made => made.Account == account && made.Asset == trade.Asset && made.Side == trade.Side)).ToList();
                var none = other.Accounts.Except(also, StringComparer.Ordinal).ToList();
                if (none.Count > 0)
                {
                    text.Add(6, $"Not in {TextBlock.Names(none)}: {other.Reason}.");
                }

                if (also.Count > 0)
                {
                    text.Add(6, $"Not more in {TextBlock.Names(also)}: {other.Reason}.");
                }
            }

            if (why.Alternatives.Count == 0)
            {
                text.Add(6, "There is no other account.");
            }
        }
    }

    private static void TellTogether(TextBlock text, List<(PlannedTrade Trade, TradeExplanation Why)> trades, MoneyText money)
    {
        foreach (var side in trades.GroupBy(entry => entry.Trade.Side))
        {
            var largest = side.OrderByDescending(entry => entry.Trade.Notional).Select(entry => entry.Trade.Account).Distinct().ToList();
            var costs = side.Sum(entry => entry.Why.Fee + entry.Why.Spread + entry.Why.Ticket);
            var tax = side.Sum(entry => entry.Why.Tax);
            text.Add(4, string.Create(CultureInfo.InvariantCulture,
                $"{side.Count()} trades {(side.Key == TradeSide.Buy ? "buy" : "sell")} it, largest first in {TextBlock.Names(largest)}; they cost {money.Of(costs)}{(tax == 0 ? "" : $" and {money.Of(tax)} of tax")}."));
            foreach (var reason in side.SelectMany(entry => entry.Why.Alternatives).GroupBy(other => other.Kind).OrderBy(group => group.Key))
            {
                var accounts = reason.SelectMany(other => other.Accounts).Distinct(StringComparer.Ordinal).Except(largest, StringComparer.Ordinal).ToList();
                if (accounts.Count > 0)
                {
                    text.Add(6, $"Not in {TextBlock.Names(accounts)}: {InGeneral(reason.Key)}.");
                }
            }
        }
    }

    /// <summary>A trade that goes against its own target makes sense only together with others.</summary>
    private static string Against(PlannedTrade trade, TradeExplanation why) =>
        why.BelowTargetBefore > 0 && trade.Side == TradeSide.Sell ? $" {trade.Account} needs the money, and other accounts buy more than this."
        : why.BelowTargetBefore < 0 && trade.Side == TradeSide.Buy ? " Other accounts sell more than this."
        : "";

    private static string Deed(PlannedTrade trade) =>
        $"{trade.Account} {(trade.Side == TradeSide.Buy ? "buys" : "sells")} {DecimalText.Format(trade.Quantity)} {trade.Asset} for {MoneyText.Of(trade.Notional * 1_000, trade.Quote).Of(trade.Notional)}";

    private static string Cost(TradeExplanation why, MoneyText money)
    {
        var parts = new (decimal Amount, string Name)[] { (why.Fee, "fee"), (why.Spread, "spread"), (why.Ticket, "ticket") }.Where(part => !money.IsNothing(part.Amount)).ToList();
        var tax = money.IsNothing(why.Tax) ? "" : why.Tax < 0 ? $" It saves {money.Of(-why.Tax)} of tax." : $" Tax on its gain: {money.Of(why.Tax)}.";
        return parts switch
        {
            [] => tax.Length > 0 ? tax.TrimStart() : "It costs nothing.",
            [var only] => $"Cost: {money.Of(only.Amount)} {only.Name}.{tax}",
            _ => $"Cost: {money.Of(parts.Sum(part => part.Amount))} ({string.Join(", ", parts.Select(part => $"{money.Number(part.Amount)} {part.Name}"))}).{tax}",
        };
    }

    private static string InGeneral(AlternativeKind kind) => kind switch
    {
        AlternativeKind.Equal => "would do as well",
        AlternativeKind.Dearer => "dearer there",
        AlternativeKind.ProceedsNeeded => "the money is needed where the sale is made",
        AlternativeKind.Frozen => "frozen",
        AlternativeKind.NoMarket => "not traded there",
        AlternativeKind.NothingHeld => "nothing of it is held there",
        AlternativeKind.NotAllowed => "not allowed there",
        AlternativeKind.WashSale => "the wash-sale window forbids it there",
        AlternativeKind.TradedTheOtherWay => "it is traded the other way there",
        AlternativeKind.Cap => "a cap is reached there",
        AlternativeKind.NoCash => "not enough cash there",
        AlternativeKind.TooLarge => "more than the largest order there",
        AlternativeKind.BelowMinimum => "below the smallest order there",
        AlternativeKind.LotTooLarge => "less than a lot there",
        AlternativeKind.GainBudget => "the gain budget is used up",
        AlternativeKind.NoFee => "too little there of what the fee is taken in",
        _ => "several rules forbid it there",
    };
}
