namespace Rebalancer.Domain.Placement.Stages;

/// <summary>Asks the solver, keeps every answer for the journal, and limits each question by work.</summary>
internal sealed class SolverSession(IMilpSolver solver, double backstopSeconds)
{
    private readonly List<MilpSolution> _answers = [];

    public IReadOnlyList<MilpSolution> Answers => _answers;

    /// <summary>True when the wall clock ended one of the questions, so that another run may give another plan.</summary>
    public bool StoppedByClock => _answers.Exists(answer => answer.Stop == MilpStop.Clock);

    public MilpSolution Solve(MilpProblem problem, int nodes, double absoluteGap)
    {
        var answer = solver.Solve(problem, new MilpLimits(nodes, absoluteGap, backstopSeconds));
        _answers.Add(answer);
        return answer;
    }
}

/// <summary>Gives the journaled answers again, in order, so that a plan can be rebuilt without solving.</summary>
internal sealed class RecordedSolver(IReadOnlyList<MilpSolution> answers) : IMilpSolver
{
    private int _next;

    public MilpSolution Solve(MilpProblem problem, MilpLimits limits) =>
        _next < answers.Count ? answers[_next++] : throw new SolverUnavailableException("the recorded answers end here, as the solver did");
}
