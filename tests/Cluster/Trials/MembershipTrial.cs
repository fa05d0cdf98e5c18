using System.Diagnostics;
using Rebalancer.Cluster.World;

namespace Rebalancer.Cluster.Trials;

/// <summary>
/// Two nodes start at once on an empty database, the others later; then an account is added on one node to a portfolio of another's, trades,
/// and is taken out while it has orders.
/// </summary>
public static class MembershipTrial
{
    private const string Newcomer = "broker-999";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static Task<TrialResult> RunAsync(ClusterOptions options, Action<string> say, CancellationToken cancellationToken) =>
        TrialRun.RunAsync(options with { Nodes = 2 }, say, async (world, failover) =>
        {
            say($"two nodes hold {await DescribeAsync(world, cancellationToken)} shards");
            for (var node = 2; node < options.Nodes; node++)
            {
                var since = Stopwatch.StartNew();
                world.AddNode();
                await UntilEvenAsync(world, failover, since, cancellationToken);
                say($"with {node + 1} nodes even after {since.Elapsed.TotalSeconds:0.0} s: {await DescribeAsync(world, cancellationToken)} shards");
            }

            await AddAndRemoveAsync(world, failover, say, cancellationToken);
            return [];
        }, cancellationToken);

    private static async Task<string> DescribeAsync(ClusterWorld world, CancellationToken cancellationToken) =>
        string.Join(", ", await world.Watch.ReadShardCountsAsync(cancellationToken));

    /// <summary>Rendezvous hashing spreads evenly but for chance: no node holds more than twice what another holds.</summary>
    private static async Task UntilEvenAsync(ClusterWorld world, Failover failover, Stopwatch since, CancellationToken cancellationToken)
    {
        IReadOnlyList<long> counts;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            counts = await world.Watch.ReadShardCountsAsync(cancellationToken);
        }
        while (since.Elapsed < Limit && (counts.Count < world.Nodes.Count || counts.Max() > 2 * counts.Min()));
        if (since.Elapsed >= Limit)
        {
            failover.Violations.Add($"the nodes still hold {string.Join(", ", counts)} shards after {Limit}");
        }

        await world.UntilAllAnswerAsync(cancellationToken);
    }

    private static async Task AddAndRemoveAsync(ClusterWorld world, Failover failover, Action<string> say, CancellationToken cancellationToken)
    {
        var second = world.Nodes[1];
        await DoAsync(
            second, failover, cancellationToken, "account", "add", Newcomer, "--portfolio", "portfolio-1", "--venue", "simulated", "--endpoint", world.Files.Venues.ToString(),
            "--option", "kind=broker", "--option", "exchange=cedar", "--option", "hours=always-open", "--option", "latencyMilliseconds=1000", "--balance", "USD=100000");
        var since = Stopwatch.StartNew();
        if (!await world.Watch.UntilAccountArmsAsync(Newcomer, Limit, cancellationToken))
        {
            failover.Violations.Add($"{Newcomer} took part in no decision within {Limit}");
            return;
        }

        say($"added on {second.Name}: its first order is armed after {since.Elapsed.TotalSeconds:0.0} s");
        since.Restart();
        await DoAsync(second, failover, cancellationToken, "account", "remove", Newcomer);
        var left = await world.Owner.CountOpenOrdersAsync(Newcomer, cancellationToken);
        say($"removed with that order under way, after {since.Elapsed.TotalSeconds:0.0} s; {left} orders of it are open at the venue");
        if (left > 0)
        {
            failover.Violations.Add($"{Newcomer} was taken out with {left} orders open");
        }
    }

    private static async Task DoAsync(ClusterNode node, Failover failover, CancellationToken cancellationToken, params IReadOnlyList<string> command)
    {
        var (code, output) = await node.RunAsync(cancellationToken, command);
        if (code != 0)
        {
            failover.Violations.Add($"'{string.Join(' ', command)}' on {node.Name} ended with {code}: {output}");
        }
    }
}
