using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles.Programs;

/// <param name="Value">Traded, in units of the program.</param>
/// <param name="Order">One where there is a trade.</param>
internal sealed record SideColumns(PlacementMarket Market, TradeSide Side, Expression Value, int Order)
{
    public int Sign => Side == TradeSide.Buy ? 1 : -1;
}

/// <summary>The sizes that markets take, written from the specification: amounts, their smallest and largest, and the binary of an order.</summary>
internal sealed class MarketColumns(Ledger ledger, LinearProgram program, decimal unit)
{
    public IEnumerable<SideColumns> Of(PlacementAccount account)
    {
        foreach (var market in account.Markets.Where(market => ledger.IsManaged(market.Asset) && ledger.IsManaged(market.Quote)))
        {
            foreach (var side in new[] { TradeSide.Buy, TradeSide.Sell })
            {
                if (AccountMoves.IsOpen(ledger, account, market, side) && Columns(account, market, side) is { } columns)
                {
                    yield return columns;
                }
            }
        }
    }

    private SideColumns? Columns(PlacementAccount account, PlacementMarket market, TradeSide side)
    {
        // Whatever is done in an account, no more than all it has can go through one market.
        var wealth = ledger.Names(account).Where(ledger.IsManaged).Sum(name => Math.Max(0, ledger.Before(account, name)) * ledger.Price(name)) / ledger.Price(market.Asset);
        var available = side == TradeSide.Buy || ledger.IsMoney(market.Asset) ? wealth : ledger.Before(account, market.Asset);
        var (smallest, largest) = (AccountMoves.Smallest(ledger, market), AccountMoves.Largest(ledger, market, available));
        if (largest < smallest)
        {
            return null;
        }

        // Lots are counted; a fractional amount is its value.
        var isWhole = market.LotSize > 0;
        var per = isWhole ? market.LotSize : unit / ledger.Price(market.Asset);
        var (amount, order) = (program.Column((double)(largest / per), isWhole), program.Binary());
        program.AtMost(Expression.Of((amount, 1), (order, -(double)(largest / per))), 0);
        program.AtLeast(Expression.Of((amount, 1), (order, -(double)(smallest / per))), 0);
        return new SideColumns(market, side, Expression.Of((amount, (double)(per * ledger.Price(market.Asset) / unit))), order);
    }
}
