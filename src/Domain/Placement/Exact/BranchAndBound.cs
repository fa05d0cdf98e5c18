using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Exact;

/// <param name="Values">Signed value by trade.</param>
/// <param name="Bound">No plan is below this.</param>
/// <param name="Nodes">The work it took.</param>
internal sealed record ClosedPlan(double[] Values, double Objective, double Bound, int Nodes);

/// <summary>
/// Branch and bound over what each trade does, with the Lagrangian bound in place of a linear program: it is far closer, because lots and fixed
/// costs are whole in it, and costs some tens of microseconds. Each node finds its best prices, rules out what cannot be in a better plan, makes
/// a plan of its mixture, and splits on the trade that tells most (<see cref="Branching"/>); where the mixture decides all, on an amount. Best
/// nodes first, so that at any time the least open bound holds for all plans.
/// </summary>
/// <remarks>
/// Fisher (1981), The Lagrangian relaxation method for solving integer programming problems; Barnhart et al. (1998), Branch-and-price, for the
/// prices by columns.
/// </remarks>
internal sealed class BranchAndBound
{
    private const int RootRounds = 60;
    private const int NodeRounds = 12;

    // Of a state that is only tried: the first rounds raise a bound most, and eight candidates are tried in a node.
    private const int TryingRounds = 4;
    private const int MostEliminations = 3;

    // Looking at all trades for states to rule out is what costs most in a node, and finds little while the distance to the cutoff is about the same.
    private const double ShareOfDistance = 0.8;

    // Prices are good enough to branch by where at most this share of what is open could still be gained by better ones.
    private const double ShareToGain = 0.1;

    // Ranges this much apart are a point, as far as doubles tell.
    private const double RelativeWidth = 1e-9;
    private const double LeastShareOfRange = 1e-3;

    private readonly SearchProblem _problem;
    private readonly TradeRanges _ranges;
    private readonly LagrangianRelaxation _relaxation;
    private readonly PriceMaster _master;
    private readonly Elimination _elimination;
    private readonly PseudoCosts _costs;
    private readonly Branching _branching;
    private readonly NodePlans _plans;
    private readonly PriorityQueue<OpenNode, double> _open = new();
    private readonly double _tolerance;
    private Multipliers _split;
    private double _leastClosed = double.PositiveInfinity;
    private int _nodes;

    /// <param name="plan">A plan that obeys all rules of the problem; what stage 0 has left short is in its rooms.</param>
    /// <param name="tolerance">A plan that is better by no more than this is not looked for; base currency.</param>
    /// <param name="isSplit">
    /// Whether the accounts' copies of the trades are in the bound, at the split of the multipliers that <see cref="Run"/> begins with.
    /// </param>
    /// <param name="isPart">Whether the problem is a part of a plan that is closed for the sake of a better plan, not of a bound.</param>
    public BranchAndBound(SearchProblem problem, SearchState plan, double tolerance, bool isSplit = false, bool isPart = false)
    {
        (_problem, _tolerance) = (problem, tolerance);
        _ranges = TradeRanges.Of(problem, isRestored: true);
        _relaxation = new LagrangianRelaxation(problem, _ranges, isRestored: true, isSplit);
        _split = Multipliers.None(problem);
        _master = new PriceMaster(_relaxation, problem, _ranges, plan.Objective);
        _elimination = new Elimination(problem, _ranges, _relaxation, _master);
        _costs = new PseudoCosts(problem.TradeCount);
        _branching = new Branching(_ranges, _master, _costs, () => Climb(out _, TryingRounds), isTrying: !isPart);
        _plans = new NodePlans(problem, plan, isPart);
    }

    private double Cutoff => _plans.Objective - _tolerance;

    /// <param name="start">Multipliers to begin with.</param>
    /// <param name="nodes">The work.</param>
    /// <param name="deadline">Ends it early, but not before the first node: its bound is the least there should be.</param>
    public ClosedPlan Run(Multipliers start, int nodes, IDeadline? deadline)
    {
        _split = start;
        if (double.IsFinite(_relaxation.Bound(start, LagrangianRelaxation.UsualNodes)))
        {
            _master.Add(_relaxation.Solutions(start));
        }

        Open(new OpenNode(_ranges.Copy(), double.NegativeInfinity, double.PositiveInfinity, null));
        while (_open.Count > 0 && _nodes < nodes && !(_nodes > 0 && deadline is { HasPassed: true }))
        {
            var node = _open.Dequeue();
            if (!IsClosed(node.Bound))
            {
                _nodes++;
                Process(node, deadline);
            }
        }

        var open = _open.TryPeek(out _, out var least) ? least : double.PositiveInfinity;
        return new ClosedPlan(_plans.Best, _plans.Objective, Math.Min(Math.Min(open, _leastClosed), _plans.Objective), _nodes);
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

    private void Process(OpenNode node, IDeadline? deadline)
    {
        _ranges.Load(node.Ranges);
        var (bound, distance) = (node.Bound, node.Distance);
        for (var elimination = 0; ; elimination++)
        {
            bound = Math.Max(bound, Climb(out var at, _nodes == 1 ? RootRounds : NodeRounds));
            if (elimination == 0)
            {
                Learn(node, bound);
            }

            if (IsClosed(bound))
            {
                return;
            }

            _master.Mix();
            if (elimination == 0)
            {
                _plans.Try(_master.Values, _nodes);
                if (IsClosed(bound))
                {
                    return;
                }
            }

            if (!Eliminate(at, ref distance))
            {
                return;
            }

            if (_elimination.Closed == 0 || elimination == MostEliminations)
            {
                break;
            }
        }

        if (_branching.Choose(_elimination.Undecided, bound, Cutoff, deadline) is { } decision)
        {
            Split(decision, bound, distance);
        }
        else
        {
            SplitAmount(bound, distance);
        }
    }

    private void Learn(OpenNode node, double bound)
    {
        if (node.Decided is { } decided)
        {
            _costs.Learn(decided.Trade, decided.State, decided.Share, Math.Max(0, Math.Min(bound, Cutoff) - decided.From));
        }
    }

    /// <summary>Rules out what cannot be in a better plan: of all trades, where the bound has come so much nearer to the cutoff that there may be more of it.</summary>
    /// <returns>False where there is no better plan here.</returns>
    private bool Eliminate(Multipliers at, ref double distance)
    {
        var bound = _relaxation.BoundOfPrices(at, LagrangianRelaxation.UsualNodes);
        var isOfAll = Cutoff - bound < ShareOfDistance * distance;
        distance = isOfAll ? Cutoff - bound : distance;
        var isPossible = _elimination.Run(bound, Cutoff, isOfAll);
        _leastClosed = Math.Min(_leastClosed, _elimination.LeastClosed);
        return isPossible;
    }

    /// <summary>The best bound of the ranges that a few rounds find, and the prices that give it.</summary>
    private double Climb(out Multipliers best, int rounds)
    {
        _master.Restrict();
        best = Prices();
        var (reached, at) = (double.NegativeInfinity, best);
        for (var round = 1; ; round++)
        {
            // Only the prices of the rows move here: what the accounts' copies cost is the same in every round.
            var value = round == 1 ? _relaxation.Bound(best, LagrangianRelaxation.UsualNodes) : _relaxation.BoundOfPrices(at, LagrangianRelaxation.UsualNodes);
            if (value > reached)
            {
                (reached, best) = (value, at);
            }

            // Where some block has no solution at all, the bound is infinite.
            if (reached >= Cutoff || round == rounds || !_master.Add(_relaxation.Solutions(at)))
            {
                return reached;
            }

            at = Prices();
            if (_master.Objective + _relaxation.LeastOfAccounts - reached < ShareToGain * Math.Min(_tolerance, Cutoff - reached))
            {
                return reached;
            }
        }
    }

    private Multipliers Prices() => _master.Solve() with { Value = _split.Value, Order = _split.Order };

    private void Split(Decision decision, double bound, double distance)
    {
        foreach (var state in _ranges.StatesOf(decision.Trade))
        {
            var ranges = _ranges.Copy();
            ranges.Decide(decision.Trade, state);
            Open(new OpenNode(ranges, Math.Max(bound, decision.Bound(state)), distance, new DecidedTrade(decision.Trade, state, _master.Share(decision.Trade, state), bound)));
        }
    }

    /// <summary>Splits the side that the mixture has in the most different values, at their mean.</summary>
    private void SplitAmount(double bound, double distance)
    {
        var (side, widest) = (-1, 0.0);
        for (var candidate = 0; candidate < _ranges.Most.Length; candidate++)
        {
            var difference = _master.Largest[candidate] - _master.Least[candidate];
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

        var (below, above) = Halves(side, _master.Values[side] / _master.Orders[side]);
        var (down, up) = (_ranges.Copy(), _ranges.Copy());
        (down.Most[side], up.Least[side]) = (below, above);
        Open(new OpenNode(down, bound, distance, null));
        Open(new OpenNode(up, bound, distance, null));
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

    private void Open(OpenNode node) => _open.Enqueue(node, node.Bound);
}
