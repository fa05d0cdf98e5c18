namespace Rebalancer.Domain.Placement.Stages;

/// <summary>
/// Asks the solver or runs the search, keeps every answer for the journal, and limits each question by work. The clock is a backstop for all
/// questions together: each gets what the ones before have left of it. With recorded answers nothing is asked and nothing is searched.
/// </summary>
internal sealed class SolverSession(IMilpSolver solver, double backstopSeconds, IDeadline? deadline = null)
{
    // What a question gets near the end: the small ones, such as the worth of cash, are answered in it.
    private const double LeastSeconds = 0.1;

    // A solver looks at its clock only now and then. It is waited for so long after the time limit, and so long at least.
    private const double LateSeconds = 0.75;
    private const double LeastPatienceSeconds = 0.35;

    private static readonly MilpSolution Unanswered = new(MilpStatus.NoSolution, MilpStop.Clock, double.NaN, double.NaN, [], [], 0);

    private readonly List<MilpSolution> _answers = [];
    private bool _clockEndedAQuestion;

    public IReadOnlyList<MilpSolution> Answers => _answers;

    /// <summary>Null where nothing but work limits the search.</summary>
    public IDeadline? Deadline => deadline;

    /// <summary>True when the wall clock has ended a question, recorded or not, or the deadline has passed.</summary>
    public bool IsCutShort => _clockEndedAQuestion || deadline is { HasPassed: true };

    /// <summary>True when the wall clock ended one of the recorded questions, so that another run may give another plan.</summary>
    public bool StoppedByClock => _answers.Exists(answer => answer.Stop == MilpStop.Clock);

    /// <summary>Whether a plan is rebuilt and its answers came from the search; null when a new plan is made.</summary>
    public bool? RecordedSearch => solver is RecordedSolver recorded ? recorded.Next?.Search is not null : null;

    /// <returns>The answer, which is kept; after the deadline that there is none, for nothing is asked then.</returns>
    public MilpSolution Solve(MilpProblem problem, int nodes, double absoluteGap)
    {
        var answer = Ask(problem, nodes, absoluteGap);
        _answers.Add(answer);
        return answer;
    }

    /// <summary>Solves without recording: for what only leads to an answer of the search, which is recorded as a whole.</summary>
    public MilpSolution Ask(MilpProblem problem, int nodes, double absoluteGap)
    {
        var answer = deadline switch
        {
            null => solver.Solve(problem, new MilpLimits(nodes, absoluteGap, backstopSeconds)),
            { HasPassed: true } => Unanswered,
            _ => AskUntil(deadline, problem, nodes, absoluteGap),
        };
        _clockEndedAQuestion |= answer.Stop == MilpStop.Clock;
        return answer;
    }

    /// <summary>The recorded answer when a plan is rebuilt, otherwise what the search finds; either way it is kept.</summary>
    public MilpSolution Search(Func<MilpSolution> search)
    {
        var answer = solver is RecordedSolver recorded ? recorded.Take() : search();
        _answers.Add(answer);
        return answer;
    }

    private MilpSolution AskUntil(IDeadline end, MilpProblem problem, int nodes, double absoluteGap)
    {
        var left = end.SecondsLeft;
        try
        {
            return solver.Solve(problem, new MilpLimits(nodes, absoluteGap, Math.Min(backstopSeconds, Math.Max(LeastSeconds, left)))
            {
                PatienceSeconds = Math.Max(LeastPatienceSeconds, left + LateSeconds),
            });
        }
        catch (SolverUnavailableException) when (end.SecondsLeft < 0)
        {
            // It was given up because of the time: the search has a plan, which is better than the simple method's.
            return Unanswered;
        }
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
