namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>Which rule about whole assets a row is solved under; the row's minimum is the smaller of the two it can be.</summary>
internal enum RowMode
{
    Any,

    /// <summary>The asset is not bought anywhere.</summary>
    NoBuys,

    /// <summary>The asset is not sold anywhere.</summary>
    NoSells,

    /// <summary>The asset is not sold at a loss anywhere.</summary>
    NoLosses,
}

/// <summary>What a trade is decided to do; anything at first.</summary>
internal enum TradeState : byte
{
    Free,
    Off,
    Buy,
    Sell,
}

/// <summary>A piece of a curve between two neighbouring points of its hull.</summary>
/// <param name="Right">Index of the point where it ends; it begins at the one before.</param>
/// <param name="IsDecision">Its ends are different decisions, so that a point inside it is none.</param>
internal readonly record struct RowSegment(double Slope, double Length, int Trade, int Right, TradeState State, bool IsDecision);

/// <summary>
/// The curves of a row's trades under some multipliers: for every trade and state the lower convex hull of what it may do, cut into
/// segments, and all segments in the order of their slopes. Curves of decided states are worked out when they are first asked for.
/// </summary>
internal sealed class RowTrades
{
    private const int States = 4;
    private const int NotBuilt = -1;
    private readonly CurveBuilder _curves;
    private readonly IReadOnlyList<int> _trades;
    private readonly RowLayout.Range _copied;
    private readonly int[] _start;
    private readonly int[] _count;
    private RowMode _mode;
    private CurvePoint[] _points = new CurvePoint[16];
    private int _pointCount;
    private double[] _slopes = new double[16];
    private RowSegment[] _segments = new RowSegment[16];
    private int _segmentCount;

    /// <param name="copied">What trades of other rows may change this one by; the last trade here stands for them.</param>
    public RowTrades(CurveBuilder curves, IReadOnlyList<int> trades, RowLayout.Range copied)
    {
        (_curves, _trades, _copied) = (curves, trades, copied);
        Count = trades.Count + (copied.IsEmpty ? 0 : 1);
        _start = new int[Count * States];
        _count = new int[Count * States];
    }

    public int Count { get; }

    /// <summary>In the order of their slopes.</summary>
    public ReadOnlySpan<RowSegment> Segments => _segments.AsSpan(0, _segmentCount);

    /// <summary>Sums of <see cref="First"/> over all trades while they are free.</summary>
    public (double Change, double Cost) FirstOfAll { get; private set; }

    /// <summary>What the placement problem calls a trade; −1 for the copy of other rows' trades.</summary>
    public int TradeOf(int trade) => trade < _trades.Count ? _trades[trade] : -1;

    /// <summary>The point of least change; only of a state the trade has.</summary>
    public CurvePoint First(int trade, TradeState state) => _points[_start[Key(trade, state)]];

    public int FirstIndex(int trade, TradeState state) => _start[Key(trade, state)];

    public CurvePoint Point(int index) => _points[index];

    /// <summary>Works the free curves out under the multipliers that the builder holds.</summary>
    /// <param name="copyPrice">Of one unit of what trades of other rows change.</param>
    /// <returns>False where some trade has nothing left that it may do.</returns>
    public bool Build(RowMode mode, double copyPrice)
    {
        (_mode, _pointCount, _segmentCount) = (mode, 0, 0);
        _count.AsSpan().Fill(NotBuilt);
        for (var trade = 0; trade < _trades.Count; trade++)
        {
            var points = _curves.Points(_trades[trade], TradeState.Free, mode);
            if (points.Length == 0)
            {
                return false;
            }

            AddCurve(trade, TradeState.Free, points);
        }

        if (Count > _trades.Count)
        {
            AddCurve(_trades.Count, TradeState.Free,
                [new CurvePoint(_copied.Least, copyPrice * _copied.Least, -1, 0), new CurvePoint(_copied.Largest, copyPrice * _copied.Largest, -1, 0)]);
        }

        Array.Sort(_slopes, _segments, 0, _segmentCount);
        var (change, cost) = (0.0, 0.0);
        for (var trade = 0; trade < Count; trade++)
        {
            var first = First(trade, TradeState.Free);
            (change, cost) = (change + first.Change, cost + first.Cost);
        }

        FirstOfAll = (change, cost);
        return true;
    }

    /// <summary>Whether the trade can be in a decided state; its curve is ready after this.</summary>
    public bool Has(int trade, TradeState state)
    {
        if (state == TradeState.Off)
        {
            return _curves.MayRest(_trades[trade]);
        }

        if (_count[Key(trade, state)] == NotBuilt)
        {
            var from = _segmentCount;
            AddCurve(trade, state, _curves.Points(_trades[trade], state, _mode));
            for (var added = from; added < _segmentCount; added++)
            {
                MoveIntoPlace(added);
            }
        }

        return _count[Key(trade, state)] > 0;
    }

    private static int Key(int trade, TradeState state) => (trade * States) + (int)state;

    private void AddCurve(int trade, TradeState state, Span<CurvePoint> points)
    {
        var hull = points[..TradeCurve.Hull(points)];
        (_start[Key(trade, state)], _count[Key(trade, state)]) = (_pointCount, hull.Length);
        if (_pointCount + hull.Length > _points.Length)
        {
            Array.Resize(ref _points, 2 * (_pointCount + hull.Length));
        }

        hull.CopyTo(_points.AsSpan(_pointCount));
        _pointCount += hull.Length;
        for (var index = 1; index < hull.Length; index++)
        {
            AddSegment(hull[index - 1], hull[index], trade, state, _pointCount - hull.Length + index);
        }
    }

    private void AddSegment(CurvePoint left, CurvePoint right, int trade, TradeState state, int rightIndex)
    {
        if (_segmentCount == _segments.Length)
        {
            Array.Resize(ref _slopes, 2 * _segmentCount);
            Array.Resize(ref _segments, 2 * _segmentCount);
        }

        var length = right.Change - left.Change;
        var slope = (right.Cost - left.Cost) / length;
        _slopes[_segmentCount] = slope;
        _segments[_segmentCount++] = new RowSegment(slope, length, trade, rightIndex, state, left.Side != right.Side);
    }

    private void MoveIntoPlace(int added)
    {
        var segment = _segments[added];
        var at = added;
        for (; at > 0 && _segments[at - 1].Slope > segment.Slope; at--)
        {
            _segments[at] = _segments[at - 1];
        }

        _segments[at] = segment;
    }
}
