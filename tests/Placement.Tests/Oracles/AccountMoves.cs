using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>Every set of trades that one account may make, found by trying every number of lots in every market.</summary>
internal sealed class AccountMoves(Ledger ledger, PlacementAccount account)
{
    public const int Most = 60_000;

    private readonly List<AccountOutcome> _found = [];
    private readonly List<OracleTrade> _trades = [];
    private int _tried;

    /// <returns>Null when there are too many to try.</returns>
    public IReadOnlyList<AccountOutcome>? All()
    {
        Try(0);
        return _tried > Most ? null : _found;
    }

    public static bool IsAllowed(Ledger ledger, PlacementAccount account, OracleTrade trade)
    {
        var market = trade.Market;
        var notional = trade.Quantity * ledger.Price(market.Asset) / ledger.Price(market.Quote);
        return IsOpen(ledger, account, market, trade.Side)
            && trade.Quantity > 0 && trade.Quantity % StepOf(market) == 0
            && trade.Quantity >= market.MinQuantity && trade.Quantity <= (market.MaxQuantity ?? decimal.MaxValue)
            && notional >= market.MinNotional && notional <= (market.MaxNotional ?? decimal.MaxValue)
            && trade.Quantity <= (market.Volume * market.MaxVolumeShare ?? decimal.MaxValue);
    }

    /// <summary>Whether this side of the market may be traded at all, whatever the size.</summary>
    public static bool IsOpen(Ledger ledger, PlacementAccount account, PlacementMarket market, TradeSide side)
    {
        var (problem, buys) = (ledger.Problem, side == TradeSide.Buy);
        return !account.Frozen && ledger.IsManaged(market.Asset) && ledger.IsManaged(market.Quote)
            && market.Allow.HasFlag(buys ? AllowedSides.Buy : AllowedSides.Sell)
            && (ledger.IsCash(market.Asset) || problem.Objective != (buys ? PlacementObjective.SellOnly : PlacementObjective.BuyOnly))
            && (ledger.IsCash(market.Asset) || ledger.IsFarFromTarget(market.Asset) || (!buys && ledger.IsShort(account)))
            && !(buys && Recent(problem, market.Asset).Any(recent => recent.Side == TradeSide.Sell && recent.Gain < 0));
    }

    /// <summary>Trades of the asset within the wash-sale window, by anyone.</summary>
    public static IEnumerable<RecentTrade> Recent(PlacementProblem problem, string asset) => problem.RecentTrades.Where(recent =>
        problem.Taxes is { WashSaleDays: > 0 and var days } && recent.Asset == asset && Math.Abs(recent.Date.DayNumber - problem.AsOf.DayNumber) <= days);

    /// <summary>Step of a quantity; a market without lots has 8 decimals.</summary>
    public static decimal StepOf(PlacementMarket market) => market.LotSize > 0 ? market.LotSize : 0.00000001m;

    /// <summary>Smallest quantity that a market takes, in whole steps.</summary>
    public static decimal Smallest(Ledger ledger, PlacementMarket market)
    {
        var least = Math.Max(market.MinQuantity, market.MinNotional * ledger.Price(market.Quote) / ledger.Price(market.Asset));
        return Math.Max(1, Math.Ceiling(least / StepOf(market))) * StepOf(market);
    }

    /// <summary>Largest quantity that a market takes of what there is, in whole steps.</summary>
    public static decimal Largest(Ledger ledger, PlacementMarket market, decimal quantity)
    {
        decimal?[] limits = [quantity, market.MaxQuantity, market.MaxNotional * ledger.Price(market.Quote) / ledger.Price(market.Asset), market.Volume * market.MaxVolumeShare];
        return Math.Floor(limits.OfType<decimal>().Min() / StepOf(market)) * StepOf(market);
    }

    private void Try(int index)
    {
        if (_tried > Most)
        {
            return;
        }

        if (index == account.Markets.Count)
        {
            _tried++;
            if (new AccountOutcome(ledger, account, _trades) is { IsPermitted: true } outcome)
            {
                _found.Add(outcome);
            }

            return;
        }

        Try(index + 1);
        foreach (var trade in Sizes(account.Markets[index]))
        {
            _trades.Add(trade);
            Try(index + 1);
            _trades.RemoveAt(_trades.Count - 1);
        }
    }

    private IEnumerable<OracleTrade> Sizes(PlacementMarket market)
    {
        if (!ledger.IsManaged(market.Asset) || !ledger.IsManaged(market.Quote))
        {
            yield break;
        }

        var worth = ledger.Names(account).Where(ledger.IsManaged).Sum(name => Math.Max(0, ledger.Before(account, name)) * ledger.Price(name)) / ledger.Price(market.Asset);
        foreach (var side in new[] { TradeSide.Buy, TradeSide.Sell })
        {
            // The other side of the same asset is closed by a trade in another of its markets.
            if (_trades.Exists(trade => trade.Market.Asset == market.Asset && trade.Side != side))
            {
                continue;
            }

            var most = side == TradeSide.Buy || ledger.IsMoney(market.Asset) ? worth : ledger.Before(account, market.Asset);
            for (var quantity = market.LotSize; quantity <= most; quantity += market.LotSize)
            {
                var trade = new OracleTrade(market, side, quantity);
                if (IsAllowed(ledger, account, trade))
                {
                    yield return trade;
                }
            }
        }
    }
}
