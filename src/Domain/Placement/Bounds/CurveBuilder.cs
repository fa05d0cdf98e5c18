using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>The points that a trade's curve goes through under some prices: nothing, the least order, the ends of the tax lots and the most.</summary>
/// <param name="lots">Null where the block does not pay the tax.</param>
internal sealed class CurveBuilder(SearchProblem problem, TradeRanges ranges, SidePrices prices, LotPrices? lots)
{
    private const double RelativeError = 1e-9;

    // Nothing, the two ends of each side, and the end of every lot.
    private readonly CurvePoint[] _buffer = new CurvePoint[(lots?.MostLots ?? 0) + 5];

    /// <summary>Whether the trade may be left alone.</summary>
    public bool MayRest(int trade) => !ranges.MustTrade[trade];

    /// <summary>The points of one trade in one state, not in order; valid until the next call.</summary>
    public Span<CurvePoint> Points(int trade, TradeState state, RowMode mode)
    {
        var count = 0;
        if ((state is TradeState.Free or TradeState.Off) && MayRest(trade))
        {
            _buffer[count++] = new CurvePoint(0, 0, -1, 0);
        }

        if (state == TradeState.Off)
        {
            return _buffer.AsSpan(0, count);
        }

        if (state != TradeState.Sell && mode != RowMode.NoBuys && ranges.Most[SearchProblem.BuySide(trade)] > 0)
        {
            var side = SearchProblem.BuySide(trade);
            _buffer[count++] = Point(side, ranges.Least[side], 0);
            _buffer[count++] = Point(side, ranges.Most[side], 0);
        }

        if (state != TradeState.Buy && mode != RowMode.NoSells)
        {
            count = AddSells(trade, mode, count);
        }

        return _buffer.AsSpan(0, count);
    }

    private int AddSells(int trade, RowMode mode, int count)
    {
        var (side, pair) = (SearchProblem.SellSide(trade), problem.Pair[trade]);
        var least = ranges.Least[side];
        var isWithoutLoss = mode == RowMode.NoLosses || problem.LossForbidden[problem.Asset[trade]];
        var most = isWithoutLoss ? Math.Min(ranges.Most[side], problem.Taxes.LossFree[pair] * (1 + RelativeError)) : ranges.Most[side];
        if (most <= 0 || most < least * (1 - RelativeError))
        {
            return count;
        }

        // A number of lots times the lot may pass the holding, which is rounded from decimals, by the last bit: it is the holding.
        least = Math.Min(least, most);
        var (tax, sold) = (0.0, 0.0);
        var hasLeast = false;
        for (var lot = problem.Taxes.Start[pair]; lots is not null && lot < problem.Taxes.Start[pair + 1] && sold < most; lot++)
        {
            var end = problem.Taxes.End[lot];
            if (!hasLeast && end >= least)
            {
                _buffer[count++] = Point(side, least, tax + (lots.PerValue[lot] * (least - sold)));
                hasLeast = true;
            }

            var until = Math.Min(end, most);
            tax += lots.PerValue[lot] * (until - sold);
            sold = until;
            if (sold > least && sold < most)
            {
                _buffer[count++] = Point(side, sold, tax);
            }
        }

        if (!hasLeast)
        {
            _buffer[count++] = Point(side, least, tax);
        }

        _buffer[count++] = Point(side, most, tax);
        return count;
    }

    private CurvePoint Point(int side, double value, double tax) =>
        new((prices.ChangePerValue[side] * value) + prices.ChangePerOrder[side], prices.PerOrder[side] + (prices.PerValue[side] * value) + tax, side, value);
}
