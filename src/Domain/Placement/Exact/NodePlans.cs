using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>Plans out of the relaxation's solutions: rounded into the rules, improved trade by trade, and now and then annealed for a while.</summary>
internal sealed class NodePlans
{
    // Annealing costs as much as several nodes: it pays at the first ones, which differ most, and then now and then.
    private const int FirstNodes = 5;
    private const int NodesBetween = 40;
    private const long Moves = 2_000;
    private const long MovesOfPart = 500;
    private const double Hottest = 1;
    private const double Coldest = 0.1;

    private readonly SearchProblem _problem;
    private readonly SearchState _state;
    private readonly StartingPlan _start;
    private readonly double[] _beginning;
    private readonly long _moves;

    /// <param name="plan">A plan that obeys all rules.</param>
    /// <param name="isPart">
    /// Whether the problem is a part of a larger plan. What the rest of it leaves may not be enough without what the part sells: then its plans begin
    /// with the part as it is.
    /// </param>
    public NodePlans(SearchProblem problem, SearchState plan, bool isPart)
    {
        _problem = problem;
        _moves = isPart ? MovesOfPart : Moves;
        _state = new SearchState(problem);
        _start = new StartingPlan(_state);
        _beginning = isPart && !_state.KeepsAllRules() ? [.. plan.Value] : new double[problem.TradeCount];
        (Best, Objective) = ([.. plan.Value], plan.Objective);
    }

    /// <summary>Values of the best plan so far, by trade.</summary>
    public double[] Best { get; private set; }

    public double Objective { get; private set; }

    /// <summary>Makes a plan of a relaxation's solution.</summary>
    /// <param name="values">Value by side.</param>
    /// <param name="node">Count of nodes so far.</param>
    public void Try(double[] values, int node)
    {
        _state.Load(_beginning);
        _start.Round(values);
        _start.Improve();
        if (node <= FirstNodes || node % NodesBetween == 0)
        {
            var annealing = new Annealing(_state, RoomPrices.None(_problem), (ulong)node);
            annealing.Run(_moves, Hottest, Coldest, null);
            _state.Load(annealing.Best);
        }

        if (_state.Objective < Objective && _state.KeepsAllRules())
        {
            (Best, Objective) = ([.. _state.Value], _state.Objective);
        }
    }
}
