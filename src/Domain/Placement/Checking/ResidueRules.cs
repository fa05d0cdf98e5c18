using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Checking;

/// <summary>A sale of what has no target leaves nothing behind that could have been sold along and cannot be sold alone.</summary>
internal static class ResidueRules
{
    private const decimal FractionalStep = 0.00000001m;

    public static void Check(PlanLedger ledger, List<string> violations)
    {
        var sold = ledger.Trades.Where(trade => trade.Side == TradeSide.Sell && !ledger.IsCurrency(trade.Asset)).GroupBy(trade => (trade.Account, trade.Asset));
        foreach (var pair in sold.Where(pair => !DeviationRows.NamesOf(ledger.Problem, pair.Key.Asset).Any(name => ledger.Problem.Targets.GetValueOrDefault(name) > 0)))
        {
            var account = ledger.Accounts.First(account => account.Account.Id == pair.Key.Account);
            var markets = account.Account.Markets.Where(market =>
                market.Asset == pair.Key.Asset && market.Allow.HasFlag(AllowedSides.Sell) && ledger.IsManaged(market.Quote)).ToList();
            CheckPair(ledger, account, pair.Key.Asset, markets, violations);
        }
    }

    private static void CheckPair(PlanLedger ledger, AccountLedger account, string asset, List<PlacementMarket> markets, List<string> violations)
    {
        var (before, after) = (account.Before[asset], account.After[asset]);
        var finest = markets.MinBy(Step)!;
        var inLots = Math.Floor(before / FeeFactor(finest) / Step(finest)) * Step(finest);

        // A market that not even the whole holding suffices for takes no rest either.
        var usable = markets.Where(market => Smallest(ledger, market) <= Math.Min(inLots, Largest(ledger, market))).ToList();
        var smallest = usable.Min(market => Smallest(ledger, market));
        var canSellAll = usable.Sum(market => Math.Min(inLots, Largest(ledger, market))) >= inLots;
        var isStranded = after >= Step(finest) * FeeFactor(finest) && Figures.Below(after / FeeFactor(finest), smallest);
        if (isStranded && smallest > Step(finest) && (canSellAll || inLots >= 2 * smallest))
        {
            violations.Add($"residue: {account.Account.Id} would keep {DecimalText.Format(after)} {asset}, too little to be sold; sell all, or leave {DecimalText.Format(smallest)}");
        }
    }

    private static decimal Step(PlacementMarket market) => market.LotSize > 0 ? market.LotSize : FractionalStep;

    private static decimal FeeFactor(PlacementMarket market) => market.FeeIn == market.Asset ? 1 + market.FeeRate : 1;

    private static decimal Smallest(PlanLedger ledger, PlacementMarket market)
    {
        var quantity = Math.Max(market.MinQuantity, market.MinNotional * ledger.Price(market.Quote) / ledger.Price(market.Asset));
        return Math.Max(1, Math.Ceiling(quantity / Step(market))) * Step(market);
    }

    private static decimal Largest(PlanLedger ledger, PlacementMarket market)
    {
        var byNotional = market.MaxNotional * ledger.Price(market.Quote) / ledger.Price(market.Asset) ?? decimal.MaxValue;
        var byVolume = market.Volume * market.MaxVolumeShare ?? decimal.MaxValue;
        return Math.Min(market.MaxQuantity ?? decimal.MaxValue, Math.Min(byNotional, byVolume));
    }
}
