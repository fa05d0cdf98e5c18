namespace Rebalancer.Domain.Placement.Stages;

/// <summary>
/// Asks the solver or runs the search, keeps every answer for the journal, and limits each question by work. With recorded answers nothing is
/// asked and nothing is searched.
/// </summary>
internal sealed class SolverSession(IMilpSolver solver, double backstopSeconds, IDeadline? deadline = null)
{
    private readonly List<MilpSolution> _answers = [];

    public IReadOnlyList<MilpSolution> Answers => _answers;

    /// <summary>The solver itself, for what only leads to an answer that is recorded as a whole.</summary>
    public IMilpSolver Solver => solver;

    public double BackstopSeconds => backstopSeconds;

    /// <summary>Null where nothing but work limits the search.</summary>
    public IDeadline? Deadline => deadline;

    /// <summary>True when the wall clock ended one of the questions, so that another run may give another plan.</summary>
    public bool StoppedByClock => _answers.Exists(answer => answer.Stop == MilpStop.Clock);

    /// <summary>Whether a plan is rebuilt and its answers came from the search; null when a new plan is made.</summary>
    public bool? RecordedSearch => solver is RecordedSolver recorded ? recorded.Next?.Search is not null : null;

    public MilpSolution Solve(MilpProblem problem, int nodes, double absoluteGap)
    {
        var answer = solver.Solve(problem, new MilpLimits(nodes, absoluteGap, backstopSeconds));
        _answers.Add(answer);
        return answer;
    }

    /// <summary>The recorded answer when a plan is rebuilt, otherwise what the search finds; either way it is kept.</summary>
    public MilpSolution Search(Func<MilpSolution> search)
    {
        var answer = solver is RecordedSolver recorded ? recorded.Take() : search();
        _answers.Add(answer);
        return answer;
    }
}

/// <summary>Gives the journaled answers again, in order, so that a plan can be rebuilt without solving.</summary>
internal sealed class RecordedSolver(IReadOnlyList<MilpSolution> answers) : IMilpSolver
{
    private int _next;

    /// <summary>The answer that comes next; null where the record ends.</summary>
    public MilpSolution? Next => _next < answers.Count ? answers[_next] : null;

    public MilpSolution Solve(MilpProblem problem, MilpLimits limits) => Take();

    public MilpSolution Take()
    {
        var answer = Next ?? throw new SolverUnavailableException("the recorded answers end here, as the solver did");
        _next++;
        return answer;
    }
}
