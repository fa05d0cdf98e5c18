using System.Diagnostics;
using System.Globalization;
using Rebalancer.Bench.Placement;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Gateway.Solver;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Bench.Decisions;

/// <summary>From a fresh snapshot to orders that are durable in the journal, with a warm solver.</summary>
internal static class DecisionBench
{
    private static readonly (int Accounts, int Assets)[] Sizes = [(3, 8), (5, 20)];
    private const int Seeds = 5;

    public static async IAsyncEnumerable<BenchRow> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rebalancer-bench");
        using var solver = new HighsSolver(TimeProvider.System);
        await using (var journal = SqliteJournal.Open(Path.Combine(folder.FullName, "decisions.db"), TimeProvider.System))
        {
            var sequence = 0L;
            sequence = await DecideAsync(PortfolioInstance.Create(5, 20, 0), solver, journal, sequence);
            foreach (var (accounts, assets) in Sizes)
            {
                var times = new List<double>();
                for (var seed = 1; seed <= Seeds; seed++)
                {
                    var problem = PortfolioInstance.Create(accounts, assets, seed);
                    var started = Stopwatch.GetTimestamp();
                    sequence = await DecideAsync(problem, solver, journal, sequence);
                    times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }

                var name = string.Create(CultureInfo.InvariantCulture, $"decision {accounts}x{assets}");
                yield return new BenchRow($"{name}, median of {Seeds} portfolios", times.Order().ElementAt(Seeds / 2), "ms");
                yield return new BenchRow($"{name}, slowest", times.Max(), "ms");
            }
        }

        folder.Delete(recursive: true);
    }

    private static async Task<long> DecideAsync(PlacementProblem problem, IMilpSolver solver, SqliteJournal journal, long sequence)
    {
        var result = Planner.Plan(problem, solver);
        var payload = CanonicalJson.Write(new { problem, result.Plan, result.Answers });
        var outcome = await journal.AppendAsync(
            new AppendRequest(
                "portfolio/bench", sequence, journal.Epoch, "bench", TimeProvider.System.GetUtcNow(), "", "",
                [new EventToAppend("rebalance-decided", 1, payload)], [], null, [], []),
            CancellationToken.None);
        return outcome is AppendOutcome.Accepted accepted ? accepted.LastSequenceNr : throw new InvalidOperationException($"the append came to {outcome}");
    }
}
