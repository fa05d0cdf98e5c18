using System.Diagnostics;
using MathNet.Numerics.LinearAlgebra;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Bench.Weights;

/// <summary>
/// From 1000 days of returns to a covariance, and from there to weights, by the methods a user calls: long-only, risk-free 2 %. MathNet's
/// product is the measure of the machine: it is the same code everywhere.
/// </summary>
internal static class WeightBench
{
    private const int Days = 1000;
    private const int MostRuns = 2001;
    private static readonly int[] Sizes = [20, 100, 400];

    // The compiler replaces its first code only after a while.
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    public static async IAsyncEnumerable<object> RunAsync()
    {
        foreach (var size in Sizes)
        {
            var tasks = Tasks(size).ToArray();
            foreach (var (_, work) in tasks)
            {
                Repeat(work, WarmUp, int.MaxValue);
            }

            foreach (var (name, work) in tasks)
            {
                yield return new WeightRow(name, size, Median(work));
                await Task.Yield();
            }
        }
    }

    private static IEnumerable<(string Name, Action Work)> Tasks(int size)
    {
        var returns = MarketReturns.Create(size, Days, seed: size);
        var covariance = Covariance(returns);
        var problem = new OptimisationProblem(
            returns.Assets, returns, ReturnModels.Estimate(ReturnModel.Mean, returns, new ReturnOptions()), covariance,
            WeightConstraints.LongOnly(size), new MethodOptions(), new NoSolver());
        var dense = Matrix<double>.Build.Dense(Days, size, (day, asset) => returns.Column(asset)[day]);

        yield return ("covariance", () => Covariance(returns));
        yield return ("covariance (MathNet)", () => dense.TransposeThisAndMultiply(dense));
        yield return ("min volatility", () => OptimisationMethods.Find("min-volatility").Optimise(problem));
        yield return ("max sharpe", () => OptimisationMethods.Find("max-sharpe").Optimise(problem));
        yield return ("frontier", () => FrontierBuilder.Build(problem.Assets, problem.Means, covariance, problem.Constraints));
        yield return ("hrp", () => OptimisationMethods.Find("hrp").Optimise(problem));
        yield return ("risk parity", () => OptimisationMethods.Find("risk-parity").Optimise(problem));
    }

    private static SymmetricMatrix Covariance(ReturnTable returns) => RiskModels.Estimate(RiskModel.Sample, returns, new RiskOptions(), []);

    /// <summary>Of at most 2001 runs, or what the time allows.</summary>
    private static double Median(Action work)
    {
        var times = Repeat(work, Patience, MostRuns);
        return Math.Round(times.Order().ElementAt(times.Count / 2), 4);
    }

    /// <returns>Milliseconds of each run.</returns>
    private static List<double> Repeat(Action work, TimeSpan patience, int mostRuns)
    {
        var times = new List<double>();
        for (var started = Stopwatch.GetTimestamp(); times.Count < mostRuns && Stopwatch.GetElapsedTime(started) < patience;)
        {
            var run = Stopwatch.GetTimestamp();
            work();
            times.Add(Stopwatch.GetElapsedTime(run).TotalMilliseconds);
        }

        return times;
    }

    /// <summary>None of these methods is a linear program.</summary>
    private sealed class NoSolver : IMilpSolver
    {
        public MilpSolution Solve(MilpProblem problem, MilpLimits limits) => throw new SolverUnavailableException("the weight bench solves no linear programs");
    }
}
