using System.Diagnostics;
using Rebalancer.Cluster.World;

namespace Rebalancer.Cluster.Trials;

/// <summary>
/// Nodes are frozen, long past the end of their leases, and go on as if nothing had happened: one inside a transaction of the database, one
/// between the permit of an order and its write to the venue, the others at random moments.
/// </summary>
public static class PauseTrial
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(40);

    /// <summary>Longer than an append takes, shorter than a node's patience with its database.</summary>
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromMilliseconds(150);

    /// <summary>Within this time the owner's money has made some node trade.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Task<TrialResult> RunAsync(ClusterOptions options, Action<string> say, CancellationToken cancellationToken) =>
        TrialRun.RunAsync(options, say, async (world, failover) =>
        {
            var moments = new Random(options.Seed);
            for (var pause = 0; pause < options.Strikes; pause++)
            {
                var node = world.Nodes[pause % world.Nodes.Count];
                var moment = await FreezeAsync(world, node, pause, moments, cancellationToken);
                var since = Stopwatch.StartNew();
                await failover.MeasureAsync(node.Name, since, cancellationToken);
                say($"pause {pause + 1} of {options.Strikes}, {node.Name}, {moment}: {failover.Last}");
                if (Pause - since.Elapsed is { Ticks: > 0 } rest)
                {
                    await Task.Delay(rest, cancellationToken);
                }

                node.Resume();
                await world.UntilAllAnswerAsync(cancellationToken);
            }

            return [];
        }, cancellationToken);

    private static async Task<string> FreezeAsync(ClusterWorld world, ClusterNode node, int pause, Random moments, CancellationToken cancellationToken)
    {
        if (pause == 0)
        {
            return await world.Watch.InsideAnAppendAsync(node.Name, Patience, node.Pause, cancellationToken)
                ? "inside a transaction"
                : throw new TimeoutException($"{node.Name} appended nothing for {Patience}; see its log");
        }

        if (pause == 1)
        {
            node.Link.ReplyDelay = SlowAnswer;
            var armed = await world.Watch.UntilArmedAsync(node.Name, Patience, cancellationToken);
            node.Pause();
            node.Link.ReplyDelay = TimeSpan.Zero;
            return armed ? "between permit and write" : throw new TimeoutException($"{node.Name} armed nothing for {Patience}; see its log");
        }

        await Task.Delay(TimeSpan.FromMilliseconds(moments.Next(5_000)), cancellationToken);
        node.Pause();
        return "at a random moment";
    }
}
