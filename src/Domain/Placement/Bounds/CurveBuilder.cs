using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// What every side costs under some multipliers, and the points that its curve goes through: nothing, the minimum, the ends of the tax
/// lots and the most. Tax follows the lots in their order; where several markets sell from the same lots, each pays the lower convex
/// envelope, which is never more than they pay together.
/// </summary>
internal sealed class CurveBuilder
{
    private const double RelativeError = 1e-9;
    private readonly SearchProblem _problem;
    private readonly TradeRanges _ranges;
    private readonly RowLayout _layout;
    private readonly double[] _perValue;
    private readonly double[] _perOrder;
    private readonly double[] _changePerValue;
    private readonly double[] _changePerOrder;
    private readonly double[] _lotTax;
    private readonly bool[] _sharesLots;
    private readonly CurvePoint[] _buffer;

    public CurveBuilder(SearchProblem problem, TradeRanges ranges, RowLayout layout)
    {
        (_problem, _ranges, _layout) = (problem, ranges, layout);
        var sides = problem.Most.Length;
        (_perValue, _perOrder, _changePerValue, _changePerOrder) = (new double[sides], new double[sides], new double[sides], new double[sides]);
        _lotTax = new double[problem.Taxes.Tax.Length];
        _sharesLots = new bool[problem.Taxes.LossFree.Length];
        var seen = new bool[_sharesLots.Length];
        var mostLots = 0;
        for (var trade = 0; trade < problem.TradeCount; trade++)
        {
            var pair = problem.Pair[trade];
            (_sharesLots[pair], seen[pair]) = (seen[pair], true);
            mostLots = Math.Max(mostLots, problem.Taxes.Start[pair + 1] - problem.Taxes.Start[pair]);
            FillChanges(trade);
        }

        // Nothing, the two ends of each side, and the end of every lot.
        _buffer = new CurvePoint[mostLots + 5];
    }

    /// <summary>Sum of the magnitudes of everything the bound adds up: what rounding errors are measured by.</summary>
    public double Magnitude { get; private set; }

    /// <summary>Whether the trade may be left alone.</summary>
    public bool MayRest(int trade) => !_ranges.MustTrade[trade];

    public void Price(Multipliers multipliers)
    {
        Magnitude = 0;
        for (var side = 0; side < _perValue.Length; side++)
        {
            if (_problem.Most[side] > 0)
            {
                PriceSide(multipliers, side);
            }
        }

        PriceLots(multipliers.Gain);
    }

    /// <summary>The points of one trade in one state, not in order; valid until the next call.</summary>
    public Span<CurvePoint> Points(int trade, TradeState state, RowMode mode)
    {
        var count = 0;
        if (state == TradeState.Free && !_ranges.MustTrade[trade])
        {
            _buffer[count++] = new CurvePoint(0, 0, -1, 0);
        }

        if (state != TradeState.Sell && mode != RowMode.NoBuys && _ranges.Most[SearchProblem.BuySide(trade)] > 0)
        {
            var side = SearchProblem.BuySide(trade);
            _buffer[count++] = Point(side, _ranges.Least[side], 0);
            _buffer[count++] = Point(side, _ranges.Most[side], 0);
        }

        if (state != TradeState.Buy && mode != RowMode.NoSells)
        {
            count = AddSells(trade, mode, count);
        }

        return _buffer.AsSpan(0, count);
    }

    private int AddSells(int trade, RowMode mode, int count)
    {
        var (side, pair, least) = (SearchProblem.SellSide(trade), _problem.Pair[trade], _ranges.Least[SearchProblem.SellSide(trade)]);
        var isWithoutLoss = mode == RowMode.NoLosses || _problem.LossForbidden[_problem.Asset[trade]];
        var most = isWithoutLoss ? Math.Min(_ranges.Most[side], _problem.Taxes.LossFree[pair] * (1 + RelativeError)) : _ranges.Most[side];
        if (most <= 0 || most < least)
        {
            return count;
        }

        var (tax, sold) = (0.0, 0.0);
        var hasLeast = false;
        for (var lot = _problem.Taxes.Start[pair]; lot < _problem.Taxes.Start[pair + 1] && sold < most; lot++)
        {
            var end = _problem.Taxes.End[lot];
            if (!hasLeast && end >= least)
            {
                _buffer[count++] = Point(side, least, tax + (_lotTax[lot] * (least - sold)));
                hasLeast = true;
            }

            var until = Math.Min(end, most);
            tax += _lotTax[lot] * (until - sold);
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
        new((_changePerValue[side] * value) + _changePerOrder[side], _perOrder[side] + (_perValue[side] * value) + tax, side, value);

    private void FillChanges(int trade)
    {
        for (var side = SearchProblem.BuySide(trade); side <= SearchProblem.SellSide(trade); side++)
        {
            for (var entry = _problem.Deviation.Start[side]; entry < _problem.Deviation.Start[side + 1]; entry++)
            {
                if (_problem.Deviation.Row[entry] == _layout.Row[trade])
                {
                    (_changePerValue[side], _changePerOrder[side]) = (_problem.Deviation.PerValue[entry], _problem.Deviation.PerOrder[entry]);
                }
            }
        }
    }

    private void PriceSide(Multipliers multipliers, int side)
    {
        var (perValue, perOrder) = (_problem.Rate[side], _problem.Ticket[side / 2]);
        var magnitude = (Math.Abs(perValue) * _problem.Most[side]) + Math.Abs(perOrder);
        for (var entry = _problem.Resource.Start[side]; entry < _problem.Resource.Start[side + 1]; entry++)
        {
            var price = multipliers.Resources[_problem.Resource.Row[entry]];
            perValue -= price * _problem.Resource.PerValue[entry];
            perOrder -= price * _problem.Resource.PerOrder[entry];
            magnitude += price * ((Math.Abs(_problem.Resource.PerValue[entry]) * _problem.Most[side]) + Math.Abs(_problem.Resource.PerOrder[entry]));
        }

        for (var entry = _problem.Deviation.Start[side]; entry < _problem.Deviation.Start[side + 1]; entry++)
        {
            var row = _problem.Deviation.Row[entry];
            if (row != _layout.Row[side / 2])
            {
                perValue -= multipliers.Copies[row] * _problem.Deviation.PerValue[entry];
                perOrder -= multipliers.Copies[row] * _problem.Deviation.PerOrder[entry];
            }

            magnitude += _problem.DeviationWeight * ((Math.Abs(_problem.Deviation.PerValue[entry]) * _problem.Most[side]) + Math.Abs(_problem.Deviation.PerOrder[entry]));
        }

        (_perValue[side], _perOrder[side]) = (perValue, perOrder);
        Magnitude += magnitude;
    }

    private void PriceLots(double gainPrice)
    {
        var taxes = _problem.Taxes;
        for (var pair = 0; pair < _sharesLots.Length; pair++)
        {
            for (var lot = taxes.Start[pair]; lot < taxes.Start[pair + 1]; lot++)
            {
                _lotTax[lot] = taxes.Tax[lot] + (gainPrice * taxes.Gain[lot]);
                var size = taxes.End[lot] - (lot > taxes.Start[pair] ? taxes.End[lot - 1] : 0);
                Magnitude += size * (Math.Abs(taxes.Tax[lot]) + (gainPrice * Math.Abs(taxes.Gain[lot])));
            }

            if (_sharesLots[pair])
            {
                FlattenToEnvelope(taxes.Start[pair], taxes.Start[pair + 1]);
            }
        }
    }

    /// <summary>Averages neighbouring lots until their tax rises: the slopes of the lower convex envelope.</summary>
    private void FlattenToEnvelope(int from, int to)
    {
        var ends = _problem.Taxes.End;
        for (var lot = from + 1; lot < to; lot++)
        {
            var first = lot;
            while (first > from && _lotTax[first - 1] > _lotTax[lot])
            {
                var begin = first - 1;
                while (begin > from && _lotTax[begin - 1] == _lotTax[first - 1])
                {
                    begin--;
                }

                var start = begin > from ? ends[begin - 1] : 0;
                var (left, right) = (ends[first - 1] - start, ends[lot] - ends[first - 1]);
                var average = left + right > 0 ? ((_lotTax[first - 1] * left) + (_lotTax[lot] * right)) / (left + right) : _lotTax[lot];
                _lotTax.AsSpan(begin, lot - begin + 1).Fill(average);
                first = begin;
            }
        }
    }
}
