using System.Diagnostics;
using Rebalancer.Cluster.World;

namespace Rebalancer.Cluster.Trials;

/// <summary>In turn, the database is killed and started again, and the line between one node and the database is cut.</summary>
public static class DatabaseTrial
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan CutFor = TimeSpan.FromSeconds(40);

    public static Task<TrialResult> RunAsync(ClusterOptions options, Action<string> say, CancellationToken cancellationToken) =>
        TrialRun.RunAsync(options, say, async (world, failover) =>
        {
            for (var strike = 0; strike < options.Strikes; strike++)
            {
                await Task.Delay(options.DisturbEvery, cancellationToken);
                if (strike % 2 == 0)
                {
                    await KillDatabaseAsync(world, failover, cancellationToken);
                    say($"strike {strike + 1} of {options.Strikes}, database killed and back after {Outage.TotalSeconds} s: answering {failover.AnsweredAfter[^1]:0.0} s after its return");
                }
                else
                {
                    var node = world.Nodes[strike / 2 % world.Nodes.Count];
                    await CutAsync(node, failover, cancellationToken);
                    say($"strike {strike + 1} of {options.Strikes}, {node.Name} cut off from the database: {failover.Last}");
                }

                await world.UntilAllAnswerAsync(cancellationToken);
            }

            return [];
        }, cancellationToken);

    private static async Task KillDatabaseAsync(ClusterWorld world, Failover failover, CancellationToken cancellationToken)
    {
        await world.Postgres.KillAsync();
        await Task.Delay(Outage, cancellationToken);
        await world.Postgres.RestartAsync();
        await failover.UntilAllAnswerAsync(Stopwatch.StartNew(), cancellationToken);
    }

    private static async Task CutAsync(ClusterNode node, Failover failover, CancellationToken cancellationToken)
    {
        var since = Stopwatch.StartNew();
        node.Link.Cut();
        await failover.MeasureAsync(node.Name, since, cancellationToken);
        if (CutFor - since.Elapsed is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, cancellationToken);
        }

        node.Link.Mend();
    }
}
