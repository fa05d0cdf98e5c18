namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// The least cost of one row's trades and deviation: a greedy linear program over the segments in order of slope, and branching on the one
/// trade that ends inside a decision. Best nodes first; when the limit of nodes is reached, the open ones keep the bound of their program.
/// </summary>
internal sealed class RowMinimum(RowTrades trades)
{
    private readonly TradeState[] _states = new TradeState[trades.Count];
    private readonly List<Node> _nodes = [];
    private readonly PriorityQueue<int, double> _open = new();
    private RowCost _cost;
    private int _best;

    private readonly record struct Node(int Parent, int Trade, TradeState State, Walk Walk);

    /// <summary>Where a program ends: the segment it stops in, and the share of its length that it has passed.</summary>
    private readonly record struct Walk(double Value, RowSegment Segment, double Share);

    /// <summary>A lower bound of the row's cost, exact unless the nodes ran out.</summary>
    /// <param name="cutoff">No need to be better than this.</param>
    public double Solve(RowCost cost, int nodes, double cutoff)
    {
        _cost = cost;
        _nodes.Clear();
        _open.Clear();
        Add(-1, -1, TradeState.Free);
        return Search(nodes, cutoff);
    }

    /// <summary>The same with one trade decided, under the cost of the last <see cref="Solve"/>; infinite where the trade cannot be in that state.</summary>
    public double SolveWith(int trade, TradeState state, int nodes, double cutoff)
    {
        if (!trades.Has(trade, state))
        {
            return double.PositiveInfinity;
        }

        // The first node is the row with nothing decided; it is not asked for here.
        _nodes.Clear();
        _open.Clear();
        _nodes.Add(default);
        Add(0, trade, state);
        return Search(nodes, cutoff);
    }

    private double Search(int nodes, double cutoff)
    {
        while (true)
        {
            _best = _open.Dequeue();
            var walk = _nodes[_best].Walk;
            if (walk.Share == 0 || !walk.Segment.IsDecision || _nodes.Count >= nodes || walk.Value >= cutoff)
            {
                return walk.Value;
            }

            Branch(walk.Segment.Trade);
            if (_open.Count == 0)
            {
                return double.PositiveInfinity;
            }
        }
    }

    /// <summary>Which points the trades of the bound are at, and with what weight; at most two points a trade.</summary>
    public void Visit(Action<int, CurvePoint, double> visit)
    {
        Decide(_best);
        var walk = _nodes[_best].Walk;
        var at = new int[trades.Count];
        for (var trade = 0; trade < trades.Count; trade++)
        {
            at[trade] = _states[trade] == TradeState.Off ? -1 : trades.FirstIndex(trade, _states[trade]);
        }

        foreach (ref readonly var segment in trades.Segments)
        {
            if (segment.Right == walk.Segment.Right)
            {
                break;
            }

            at[segment.Trade] = _states[segment.Trade] == segment.State ? segment.Right : at[segment.Trade];
        }

        var partial = walk.Share > 0 ? walk.Segment.Trade : -1;
        for (var trade = 0; trade < trades.Count; trade++)
        {
            if (at[trade] >= 0)
            {
                visit(trades.TradeOf(trade), trades.Point(at[trade]), trade == partial ? 1 - walk.Share : 1);
            }
        }

        if (partial >= 0)
        {
            visit(trades.TradeOf(partial), trades.Point(walk.Segment.Right), walk.Share);
        }

        Undo(_best);
    }

    private void Branch(int trade)
    {
        var parent = _best;
        foreach (var state in TradeRanges.Decisions)
        {
            if (trades.Has(trade, state))
            {
                Add(parent, trade, state);
            }
        }
    }

    private void Add(int parent, int trade, TradeState state)
    {
        var node = _nodes.Count;
        _nodes.Add(new Node(parent, trade, state, default));
        Decide(node);
        var walk = WalkSegments(node);
        Undo(node);
        _nodes[node] = new Node(parent, trade, state, walk);
        _open.Enqueue(node, walk.Value);
    }

    private void Decide(int node)
    {
        for (var at = node; at > 0; at = _nodes[at].Parent)
        {
            _states[_nodes[at].Trade] = _nodes[at].State;
        }
    }

    private void Undo(int node)
    {
        for (var at = node; at > 0; at = _nodes[at].Parent)
        {
            _states[_nodes[at].Trade] = TradeState.Free;
        }
    }

    /// <summary>Where all trades stand before the first segment.</summary>
    private (double Change, double Cost) Start(int node)
    {
        var (change, cost) = trades.FirstOfAll;
        for (var at = node; at > 0; at = _nodes[at].Parent)
        {
            var (free, decided) = (trades.First(_nodes[at].Trade, TradeState.Free), default(CurvePoint));
            if (_nodes[at].State != TradeState.Off)
            {
                decided = trades.First(_nodes[at].Trade, _nodes[at].State);
            }

            change += decided.Change - free.Change;
            cost += decided.Cost - free.Cost;
        }

        return (change, cost);
    }

    private Walk WalkSegments(int node)
    {
        var (change, cost) = Start(node);
        var slope = _cost.SlopeAfter(change, out var until);
        foreach (ref readonly var segment in trades.Segments)
        {
            if (_states[segment.Trade] != segment.State)
            {
                continue;
            }

            var left = segment.Length;
            while (segment.Slope + slope < 0)
            {
                var step = Math.Min(left, until - change);
                cost += segment.Slope * step;
                left -= step;
                if (left <= 0)
                {
                    change += step;
                    break;
                }

                change = until;
                slope = _cost.SlopeAfter(change, out until);
            }

            if (left > 0)
            {
                return new Walk(cost + _cost.At(change), segment, (segment.Length - left) / segment.Length);
            }
        }

        return new Walk(cost + _cost.At(change), new RowSegment(double.PositiveInfinity, 0, -1, -1, TradeState.Off, false), 0);
    }
}
