using Rebalancer.Domain.Placement;
using Rebalancer.Gateway.Solver;

namespace Rebalancer.Gateway.Tests.Solver;

public sealed class HighsSolverTests : IDisposable
{
    private static readonly MilpLimits Limits = new(100_000, 0, 30);
    private readonly HighsSolver _solver = new(TimeProvider.System);

    public void Dispose() => _solver.Dispose();

    [Fact]
    public void Solve_ChairsAndTables_FindsTheKnownIntegerOptimum()
    {
        // Maximise 30c + 50t subject to c + 2t <= 40, 2c + t <= 50: the example of the HiGHS package, optimum 1100 at (20, 10).
        var solution = _solver.Solve(Workshop(integer: true), Limits);

        solution.Status.ShouldBe(MilpStatus.Optimal);
        solution.Objective.ShouldBe(-1100, 1e-9);
        solution.Bound.ShouldBe(-1100, 1e-6);
        solution.Values.Select(value => Math.Round(value)).ShouldBe([20, 10]);
    }

    [Fact]
    public void Solve_LinearProgram_GivesRowDuals()
    {
        var solution = _solver.Solve(Workshop(integer: false), Limits);

        // Both rows bind; their prices solve d1 + 2 d2 = -30, 2 d1 + d2 = -50.
        solution.RowDuals[0].ShouldBe(-70.0 / 3, 1e-9);
        solution.RowDuals[1].ShouldBe(-10.0 / 3, 1e-9);
    }

    [Fact]
    public void Solve_ContradictingRows_SaysInfeasible()
    {
        var problem = new MilpProblem([1], [0], [1], [true], [2], [double.PositiveInfinity], [0, 1], [0], [1]);

        _solver.Solve(problem, Limits).Status.ShouldBe(MilpStatus.Infeasible);
    }

    [Fact]
    public void Solve_SameProblemTwice_GivesTheSameBits()
    {
        var first = _solver.Solve(Knapsack(30), Limits);
        var second = _solver.Solve(Knapsack(30), Limits);

        second.Values.ShouldBe(first.Values);
        second.Bound.ShouldBe(first.Bound);
    }

    [Fact]
    public void Solve_WithNodeLimit_StopsByWorkWithABoundBelowTheObjective()
    {
        var solution = _solver.Solve(MarketSplit(5, 40), new MilpLimits(50, 0, 60));

        solution.Stop.ShouldBe(MilpStop.Work);
        solution.Status.ShouldBeOneOf(MilpStatus.Feasible, MilpStatus.NoSolution);
        if (solution.Status == MilpStatus.Feasible)
        {
            solution.Bound.ShouldBeLessThan(solution.Objective);
        }
    }

    [Fact]
    public void Solve_LongerThanAnAnswerIsOfUse_IsSolverUnavailableAndTheNextSolveWorks()
    {
        _solver.WarmUp();
        var started = TimeProvider.System.GetTimestamp();

        Should.Throw<SolverUnavailableException>(() => _solver.Solve(MarketSplit(6, 50), new MilpLimits(int.MaxValue, 0, 60) { PatienceSeconds = 0.3 }));

        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        _solver.Solve(Workshop(integer: true), Limits).Status.ShouldBe(MilpStatus.Optimal);
    }

    [Fact]
    public void Solve_MalformedProblem_IsSolverUnavailableAndTheNextSolveWorks()
    {
        var broken = Workshop(integer: true) with { RowIndices = [0, 1, 0, 7] };

        Should.Throw<SolverUnavailableException>(() => _solver.Solve(broken, Limits));
        _solver.Solve(Workshop(integer: true), Limits).Status.ShouldBe(MilpStatus.Optimal);
    }

    private static MilpProblem Workshop(bool integer) => new(
        [-30, -50], [0, 0], [double.PositiveInfinity, double.PositiveInfinity], [integer, integer],
        [double.NegativeInfinity, double.NegativeInfinity], [40, 50], [0, 2, 4], [0, 1, 0, 1], [1, 2, 2, 1]);

    private static MilpProblem Knapsack(int items)
    {
        var random = new Random(7);
        var weights = Enumerable.Range(0, items).Select(_ => (double)random.Next(20, 100)).ToArray();
        return new MilpProblem(
            [.. weights.Select(weight => -weight - 5)], new double[items], [.. Enumerable.Repeat(1.0, items)], [.. Enumerable.Repeat(true, items)],
            [double.NegativeInfinity], [weights.Sum() / 2], [.. Enumerable.Range(0, items + 1)], new int[items], weights);
    }

    /// <summary>Market split problems (Cornuéjols and Dawande, 1999): small and very hard for branch and bound.</summary>
    private static MilpProblem MarketSplit(int rows, int columns)
    {
        var random = new Random(11);
        var matrix = Enumerable.Range(0, rows * columns).Select(_ => (double)random.Next(0, 100)).ToArray();
        var half = Enumerable.Range(0, rows).Select(row => Math.Floor(Enumerable.Range(0, columns).Sum(column => matrix[(column * rows) + row]) / 2)).ToArray();
        var slacks = rows * 2;
        return new MilpProblem(
            [.. new double[columns], .. Enumerable.Repeat(1.0, slacks)],
            new double[columns + slacks],
            [.. Enumerable.Repeat(1.0, columns), .. Enumerable.Repeat(double.PositiveInfinity, slacks)],
            [.. Enumerable.Repeat(true, columns), .. Enumerable.Repeat(false, slacks)],
            half, half,
            [.. Enumerable.Range(0, columns + 1).Select(column => column * rows), .. Enumerable.Range(1, slacks).Select(slack => (columns * rows) + slack)],
            [.. Enumerable.Range(0, rows * columns).Select(entry => entry % rows), .. Enumerable.Range(0, slacks).Select(slack => slack / 2)],
            [.. matrix, .. Enumerable.Range(0, slacks).Select(slack => slack % 2 == 0 ? 1.0 : -1.0)]);
    }
}
