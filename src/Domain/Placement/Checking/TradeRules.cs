using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Checking;

/// <summary>Rules that one trade keeps or breaks by itself: is there such a market, does it take this side, this size, this step.</summary>
internal static class TradeRules
{
    /// <summary>Smallest step of a quantity where the venue has no lots: 8 decimals.</summary>
    private const decimal FractionalStep = 0.00000001m;

    public static void Check(PlacementProblem problem, Plan plan, List<string> violations)
    {
        foreach (var trade in plan.Trades)
        {
            var account = problem.Accounts.FirstOrDefault(candidate => candidate.Id == trade.Account);
            var market = account?.Markets.FirstOrDefault(candidate => candidate.Asset == trade.Asset && candidate.Quote == trade.Quote);
            if (account is null || market is null)
            {
                violations.Add($"market: {trade.Account} has no market {trade.Asset}/{trade.Quote}");
                continue;
            }

            CheckPermission(problem, account, market, trade, violations);
            CheckSize(market, trade, violations);
            CheckAmounts(problem, market, trade, violations);
        }

        CheckThreshold(problem, plan, violations);
        CheckRepetition(plan, violations);
        CheckDirections(problem, plan, violations);
    }

    private static void CheckPermission(
        PlacementProblem problem, PlacementAccount account, PlacementMarket market, PlannedTrade trade, List<string> violations)
    {
        if (account.Frozen)
        {
            violations.Add($"frozen: {Name(trade)} is in an account that trades nothing");
        }

        if (problem.Unmanaged.Contains(trade.Asset))
        {
            violations.Add($"unmanaged: {Name(trade)} trades what nobody manages");
        }

        var side = trade.Side == TradeSide.Buy ? AllowedSides.Buy : AllowedSides.Sell;
        if (!market.Allow.HasFlag(side))
        {
            violations.Add($"allow: {Name(trade)} is not allowed in this market");
        }
    }

    private static void CheckSize(PlacementMarket market, PlannedTrade trade, List<string> violations)
    {
        var step = market.LotSize > 0 ? market.LotSize : FractionalStep;
        if (trade.Quantity <= 0)
        {
            violations.Add($"quantity: {Name(trade)} has quantity {DecimalText.Format(trade.Quantity)}");
        }
        else if (trade.Quantity % step != 0)
        {
            violations.Add($"lot: {Name(trade)}: {DecimalText.Format(trade.Quantity)} is no multiple of {DecimalText.Format(step)}");
        }

        var largest = Math.Min(market.MaxQuantity ?? decimal.MaxValue, market.Volume * market.MaxVolumeShare ?? decimal.MaxValue);
        if (trade.Quantity < market.MinQuantity || trade.Quantity > largest)
        {
            violations.Add(
                $"quantity limit: {Name(trade)}: {DecimalText.Format(trade.Quantity)} is outside {DecimalText.Format(market.MinQuantity)} to {DecimalText.Format(largest)}");
        }
    }

    private static void CheckAmounts(PlacementProblem problem, PlacementMarket market, PlannedTrade trade, List<string> violations)
    {
        var quotePrice = problem.PriceOf(trade.Quote);
        var price = problem.PriceOf(trade.Asset) / quotePrice;
        var notional = trade.Quantity * price;
        Figures.Expect("price", Name(trade), trade.Price, price, violations);
        Figures.Expect("notional", Name(trade), trade.Notional, notional, violations);
        Figures.Expect("fee", Name(trade), trade.Fee, notional * market.FeeRate, violations);
        if (Figures.Below(notional, market.MinNotional))
        {
            violations.Add($"minimum notional: {Name(trade)}: {DecimalText.Format(notional)} is below {DecimalText.Format(market.MinNotional)} {trade.Quote}");
        }

        if (market.MaxNotional is { } largest && Figures.Below(largest, notional))
        {
            violations.Add($"maximum notional: {Name(trade)}: {DecimalText.Format(notional)} is above {DecimalText.Format(largest)} {trade.Quote}");
        }
    }

    /// <summary>What is near its target is left alone, but for sells that bring back cash.</summary>
    private static void CheckThreshold(PlacementProblem problem, Plan plan, List<string> violations)
    {
        if (problem.Threshold is not { } threshold)
        {
            return;
        }

        var before = new PlanLedger(problem, []);
        var rows = DeviationRows.Of(before).ToDictionary(row => row.Name, row => Math.Abs(row.Before - (row.Target * before.TotalValue)), StringComparer.Ordinal);
        foreach (var trade in plan.Trades.Where(trade => !before.IsCash(trade.Asset) && (trade.Side == TradeSide.Buy || !CashRules.IsShort(before, trade.Account))))
        {
            if (!DeviationRows.NamesOf(problem, trade.Asset).Any(name => Figures.Below(threshold * before.TotalValue, rows.GetValueOrDefault(name))))
            {
                violations.Add($"threshold: {Name(trade)} though it is within {DecimalText.Format(threshold)} of its target");
            }
        }
    }

    private static void CheckRepetition(Plan plan, List<string> violations)
    {
        foreach (var market in plan.Trades.GroupBy(trade => (trade.Account, trade.Asset, trade.Quote)).Where(group => group.Count() > 1))
        {
            violations.Add($"one trade a market: {market.Key.Account} trades {market.Key.Asset}/{market.Key.Quote} {market.Count()} times");
        }

        foreach (var pair in plan.Trades.GroupBy(trade => (trade.Account, trade.Asset)))
        {
            if (pair.Select(trade => trade.Side).Distinct().Count() > 1)
            {
                violations.Add($"buy and sell: {pair.Key.Account} both buys and sells {pair.Key.Asset}");
            }
        }
    }

    private static void CheckDirections(PlacementProblem problem, Plan plan, List<string> violations)
    {
        if (problem.OneDirectionPerAsset)
        {
            foreach (var asset in plan.Trades.GroupBy(trade => trade.Asset).Where(group => group.Select(trade => trade.Side).Distinct().Count() > 1))
            {
                violations.Add($"one direction: {asset.Key} is bought in one account and sold in another");
            }
        }

        var forbidden = problem.Objective switch
        {
            PlacementObjective.BuyOnly => TradeSide.Sell,
            PlacementObjective.SellOnly => TradeSide.Buy,
            _ => (TradeSide?)null,
        };
        foreach (var trade in plan.Trades.Where(trade => trade.Side == forbidden && !IsConversion(problem, trade)))
        {
            violations.Add($"objective: {Name(trade)} goes against {problem.Objective}");
        }
    }

    /// <summary>Money changed into other money is neither a purchase nor a sale of an investment.</summary>
    private static bool IsConversion(PlacementProblem problem, PlannedTrade trade) =>
        trade.Asset == problem.BaseCurrency
        || (!problem.Targets.ContainsKey(trade.Asset)
            && problem.Accounts.Any(account => account.Cash.ContainsKey(trade.Asset) || account.Markets.Any(market => market.Quote == trade.Asset)));

    private static string Name(PlannedTrade trade) =>
        $"{trade.Account} {(trade.Side == TradeSide.Buy ? "buys" : "sells")} {trade.Asset}/{trade.Quote}";
}
