using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Stages;
using Rebalancer.Gateway.Solver;
using Rebalancer.Placement.Tests.Search;

namespace Rebalancer.Placement.Tests.Stages;

/// <summary>All questions of a plan share one time limit.</summary>
public sealed class SolverSessionTests
{
    private static readonly MilpProblem Question = new([1], [0], [1], [false], [0], [1], [0, 1], [0], [1]);

    private readonly SetClock _clock = new();
    private readonly List<MilpLimits> _asked = [];
    private readonly SolverSession _session;

    public SolverSessionTests() => _session = new SolverSession(new Remembering(_asked), 60, new ClockDeadline(_clock, 60));

    [Fact]
    public void Solve_AfterOthersTookTheirTime_GetsWhatIsLeftOfIt()
    {
        Ask(0);
        Ask(45);
        Ask(59.99);
        Ask(60.4);

        _asked.ConvertAll(limits => Math.Round(limits.BackstopSeconds, 6)).ShouldBe([60, 15, 0.1, 0.1]);
        _asked.ShouldAllBe(limits => limits.Nodes == 7 && limits.AbsoluteGap == 3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(59.9)]
    [InlineData(60.5)]
    public void Solve_ByASolverThatHangs_IsWaitedForUntilShortlyAfterTheLimit(double second)
    {
        Ask(second);

        (second + _asked.Single().PatienceSeconds!.Value).ShouldBeInRange(60.7, 60.9);
    }

    [Fact]
    public void Solve_AfterTheDeadline_AsksNothingAndKeepsThatThereIsNoAnswer()
    {
        var answer = Ask(60.6);

        _asked.ShouldBeEmpty();
        answer.Status.ShouldBe(MilpStatus.NoSolution);
        _session.Answers.ShouldBe([answer]);
        _session.StoppedByClock.ShouldBeTrue();
    }

    [Fact]
    public void Solve_WithoutADeadline_GetsTheWholeLimitEveryTime()
    {
        var session = new SolverSession(new Remembering(_asked), 60);

        session.Solve(Question, 7, 3);
        session.Solve(Question, 7, 3);

        _asked.ShouldBe([new MilpLimits(7, 3, 60), new MilpLimits(7, 3, 60)]);
    }

    [Fact]
    public void Solve_BySomethingGivenUpForTheTime_HasNoAnswer()
    {
        var session = new SolverSession(new SlowSolver(new NoSolver(), _clock, 100, lateSeconds: 10), 60, new ClockDeadline(_clock, 60));

        session.Solve(Question, 7, 3).Stop.ShouldBe(MilpStop.Clock);
    }

    [Fact]
    public void Solve_BySomethingThatIsNotThere_SaysSo()
    {
        var session = new SolverSession(new NoSolver(), 60, new ClockDeadline(_clock, 60));

        Should.Throw<SolverUnavailableException>(() => session.Solve(Question, 7, 3));
    }

    private MilpSolution Ask(double second)
    {
        _clock.Elapsed = TimeSpan.FromSeconds(second);
        return _session.Solve(Question, 7, 3);
    }

    private sealed class Remembering(List<MilpLimits> asked) : IMilpSolver
    {
        public MilpSolution Solve(MilpProblem problem, MilpLimits limits)
        {
            asked.Add(limits);
            return new StoppedSolver().Solve(problem, limits);
        }
    }
}
