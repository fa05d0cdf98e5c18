using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Search;

/// <summary>How an order moves one balance of its account, in base currency: by its value, and by there being an order.</summary>
internal readonly record struct SideMove(string Asset, double PerValue, double PerOrder)
{
    /// <summary>Everything an order moves, one by one: asset, quote, ticket and, where it is taken in something else, the fee.</summary>
    public static IReadOnlyList<SideMove> Of(TradeOption option, bool isBuy)
    {
        var moves = new List<SideMove>
        {
            new(option.Asset, isBuy ? (double)option.BuyInflow : -(double)option.SellOutflow, 0),
            new(option.Quote, isBuy ? -(double)option.BuyOutflow : (double)option.SellInflow, 0),
        };
        if (option.Market.TicketFee > 0)
        {
            moves.Add(new SideMove(option.Quote, 0, -(double)option.Market.TicketFee));
        }

        if (option.FeeElsewhere)
        {
            moves.Add(new SideMove(option.FeeAsset, -(double)option.Market.FeeRate, 0));
        }

        return moves;
    }
}

/// <summary>Collects the entries of one side after another; those in the same row add up.</summary>
internal sealed class SideEntriesBuilder
{
    private readonly List<int> _starts = [0];
    private readonly List<int> _rows = [];
    private readonly List<double> _perValue = [];
    private readonly List<double> _perOrder = [];

    public void Add(int row, double perValue, double perOrder)
    {
        var at = _rows.IndexOf(row, _starts[^1]);
        if (at >= 0)
        {
            _perValue[at] += perValue;
            _perOrder[at] += perOrder;
            return;
        }

        _rows.Add(row);
        _perValue.Add(perValue);
        _perOrder.Add(perOrder);
    }

    public void EndSide() => _starts.Add(_rows.Count);

    public SideEntries Build() => new([.. _starts], [.. _rows], [.. _perValue], [.. _perOrder]);
}
