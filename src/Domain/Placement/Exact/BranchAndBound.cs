using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Exact;

/// <param name="Values">Signed value by trade.</param>
/// <param name="Bound">No plan is below this.</param>
internal sealed record ClosedPlan(double[] Values, double Objective, double Bound);

/// <summary>
/// Branch and bound over what each trade does, with the Lagrangian bound in place of a linear program: it is far closer, because lots and fixed
/// costs are whole in it, and costs some tens of microseconds. Each node climbs a few steps from its parent's multipliers, rules out what cannot
/// be in a better plan, tries to make a plan of its solution, and splits on the trade that its solutions agree on least; where they agree, on
/// an amount. Best nodes first, so that at any time the least open bound holds for all plans.
/// </summary>
/// <remarks>Fisher (1981), The Lagrangian relaxation method for solving integer programming problems, is the classic account of the method.</remarks>
internal sealed class BranchAndBound
{
    private const int RootPriceSteps = 50;
    private const int RootSteps = 300;
    private const int PriceSteps = 15;
    private const int SplitSteps = 5;
    private const int MostRootRounds = 4;
    private const int BlockNodes = 100;
    private const int NodesBetweenLooks = 16;

    // Ranges this much apart are a point, as far as doubles tell.
    private const double RelativeWidth = 1e-9;
    private const double LeastShareOfRange = 1e-3;

    private static readonly TradeState[] States = [TradeState.Off, TradeState.Buy, TradeState.Sell];

    private readonly SearchProblem _problem;
    private readonly TradeRanges _ranges;
    private readonly LagrangianRelaxation _relaxation;
    private readonly MeanOrders _orders;
    private readonly Elimination _elimination;
    private readonly NodePlans _plans;
    private readonly PriorityQueue<OpenNode, double> _open = new();
    private readonly double _tolerance;
    private double _leastClosed = double.PositiveInfinity;
    private int _nodes;

    /// <param name="plan">A plan that obeys all rules; stage 0 left no shortfall.</param>
    /// <param name="tolerance">A plan that is better by no more than this is not looked for; base currency.</param>
    public BranchAndBound(SearchProblem problem, SearchState plan, double tolerance)
    {
        (_problem, _tolerance) = (problem, tolerance);
        _ranges = TradeRanges.Of(problem);
        _relaxation = new LagrangianRelaxation(problem, _ranges, isRestored: true);
        _orders = new MeanOrders(_relaxation, problem.Most.Length);
        _elimination = new Elimination(problem, _ranges, _relaxation, _orders);
        _plans = new NodePlans(problem, _relaxation, plan);
    }

    private double Cutoff => _plans.Objective - _tolerance;

    /// <param name="start">Multipliers to begin with.</param>
    /// <param name="nodes">The work.</param>
    /// <param name="deadline">Ends it early.</param>
    public ClosedPlan Run(Multipliers start, int nodes, IDeadline? deadline)
    {
        Open(_ranges.Copy(), start, double.NegativeInfinity);
        while (_open.Count > 0 && _nodes < nodes && !(_nodes % NodesBetweenLooks == 0 && deadline is { HasPassed: true }))
        {
            var node = _open.Dequeue();
            if (!IsClosed(node.Bound))
            {
                _nodes++;
                Process(node);
            }
        }

        var open = _open.TryPeek(out _, out var least) ? least : double.PositiveInfinity;
        return new ClosedPlan(_plans.Best, _plans.Objective, Math.Min(Math.Min(open, _leastClosed), _plans.Objective));
    }

    /// <summary>Whether nothing in a part with this bound is worth looking for; what is closed keeps its bound.</summary>
    private bool IsClosed(double bound)
    {
        if (bound < Cutoff)
        {
            return false;
        }

        _leastClosed = Math.Min(_leastClosed, bound);
        return true;
    }

    private void Process(OpenNode node)
    {
        _ranges.Load(node.Ranges);
        _orders.Load(node.Orders);
        var (at, bound) = (node.At, node.Bound);
        var rounds = _nodes == 1 ? MostRootRounds : 2;
        for (var round = 0; round < rounds; round++)
        {
            (at, var reached) = Climb(at, isRoot: _nodes == 1 && round == 0);
            bound = Math.Max(bound, reached);
            if (IsClosed(bound))
            {
                return;
            }

            var here = _relaxation.Bound(at, BlockNodes);
            _relaxation.Gradient();
            _plans.Try(_nodes);
            if (IsClosed(bound))
            {
                return;
            }

            var isPossible = _elimination.Run(here, Cutoff);
            _leastClosed = Math.Min(_leastClosed, _elimination.LeastClosed);
            if (!isPossible)
            {
                return;
            }

            if (_elimination.Closed == 0)
            {
                break;
            }
        }

        if (_elimination.Next is { } decision)
        {
            Split(decision, at, bound);
        }
        else
        {
            SplitAmount(at, bound);
        }
    }

    private (Multipliers At, double Bound) Climb(Multipliers at, bool isRoot)
    {
        // The prices of cash are few and soon right; steps that move the splits too only disturb them until they are.
        var ascent = new MultiplierAscent(_relaxation, _problem, _ranges) { AfterStep = _orders.Count };
        ascent.Climb(at, _plans.Objective, isRoot ? RootPriceSteps : PriceSteps, BlockNodes, splits: false, Cutoff);
        if (ascent.Best < Cutoff)
        {
            ascent.Climb(ascent.At!, _plans.Objective, isRoot ? RootSteps : SplitSteps, BlockNodes, splits: true, Cutoff);
        }

        return (ascent.At!, ascent.Best);
    }

    private void Split(Decision decision, Multipliers at, double bound)
    {
        foreach (var state in States.Where(state => _ranges.Has(decision.Trade, state)))
        {
            var ranges = _ranges.Copy();
            foreach (var other in States.Where(other => other != state))
            {
                ranges.Close(decision.Trade, other);
            }

            Open(ranges, at, Math.Max(bound, decision.Bound(state)));
        }
    }

    /// <summary>Splits the side on whose value the asset's and the account's copy differ most, between the two.</summary>
    private void SplitAmount(Multipliers at, double bound)
    {
        var (side, widest) = (-1, 0.0);
        for (var candidate = 0; candidate < _ranges.Most.Length; candidate++)
        {
            var difference = Math.Abs(_relaxation.AssetValues[candidate] - _relaxation.AccountValues[candidate]);
            if (_ranges.Most[candidate] > _ranges.Least[candidate] * (1 + RelativeWidth) && difference > widest)
            {
                (side, widest) = (candidate, difference);
            }
        }

        if (side < 0)
        {
            // Nothing is left to decide that the relaxation knows of: what remains is what it leaves out.
            _leastClosed = Math.Min(_leastClosed, bound);
            return;
        }

        var (below, above) = Halves(side, (_relaxation.AssetValues[side] + _relaxation.AccountValues[side]) / 2);
        var (down, up) = (_ranges.Copy(), _ranges.Copy());
        (down.Most[side], up.Least[side]) = (below, above);
        Open(down, at, bound);
        Open(up, at, bound);
    }

    private (double Below, double Above) Halves(int side, double value)
    {
        var (least, most, lot) = (_ranges.Least[side], _ranges.Most[side], _problem.Lot[side / 2]);
        if (_problem.IsWhole[side / 2])
        {
            var lots = Math.Clamp(Math.Floor(value / lot), Math.Round(least / lot), Math.Round(most / lot) - 1);
            return (lots * lot, (lots + 1) * lot);
        }

        var isNearAnEnd = Math.Min(value - least, most - value) < LeastShareOfRange * (most - least);
        var middle = isNearAnEnd ? (least + most) / 2 : value;
        return (middle, middle);
    }

    private void Open(TradeRanges ranges, Multipliers at, double bound) => _open.Enqueue(new OpenNode(ranges, at, [.. _orders.Share], bound), bound);
}
