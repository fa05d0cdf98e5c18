using System.Diagnostics;
using Rebalancer.Cluster.World;

namespace Rebalancer.Cluster.Trials;

/// <summary>
/// Two nodes start at once on an empty database, the others later; then an account is added on one node to a portfolio of another's, trades,
/// and is taken out while it has orders; and so a whole portfolio, added on one node and removed on another.
/// </summary>
public static class MembershipTrial
{
    private const string Newcomer = "broker-999";

    private const string NewPortfolio = "second";

    private const string NewcomersAccount = "broker-998";

    private const string Portfolio = """
        { // one portfolio, as it would stand in the settings file
          "id": "second", "baseCurrency": "USD", "targets": { "method": "fixed", "weights": { "BND": 0.5 } },
          "limits": { "maxDailyTurnover": 100, "maxBalanceAgeSeconds": 60, "maxPriceAgeSeconds": { "crypto": 30, "equity": 30 } } }
        """;

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
            await AddAndRemovePortfolioAsync(world, failover, say, cancellationToken);
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
        await AddAccountAsync(world, second, failover, Newcomer, "portfolio-1", cancellationToken);
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

    private static async Task AddAndRemovePortfolioAsync(ClusterWorld world, Failover failover, Action<string> say, CancellationToken cancellationToken)
    {
        var (first, second) = (world.Nodes[0], world.Nodes[1]);
        var file = Path.Combine(world.Files.Directory, "second.json");
        await File.WriteAllTextAsync(file, Portfolio, cancellationToken);
        await DoAsync(second, failover, cancellationToken, "portfolio", "add", file, "--why", "a goal of its own");
        await UntilListedAsync(first, failover, isListed: true, cancellationToken);
        await AddAccountAsync(world, second, failover, NewcomersAccount, NewPortfolio, cancellationToken);
        var since = Stopwatch.StartNew();
        if (!await world.Watch.UntilAccountArmsAsync(NewcomersAccount, Limit, cancellationToken))
        {
            failover.Violations.Add($"{NewPortfolio} sent no order within {Limit}");
            return;
        }

        say($"{NewPortfolio} added on {second.Name}: its first order is armed {since.Elapsed.TotalSeconds:0.0} s after its account");
        since.Restart();
        await DoAsync(first, failover, cancellationToken, "portfolio", "remove", NewPortfolio);
        var left = await world.Owner.CountOpenOrdersAsync(NewcomersAccount, cancellationToken);
        await UntilListedAsync(second, failover, isListed: false, cancellationToken);
        say($"removed on {first.Name} with that order under way, after {since.Elapsed.TotalSeconds:0.0} s; {left} orders of it are open at the venue");
        if (left > 0)
        {
            failover.Violations.Add($"{NewPortfolio} was removed with {left} orders open");
        }
    }

    /// <summary>Every node shows what was changed on another.</summary>
    private static async Task UntilListedAsync(ClusterNode node, Failover failover, bool isListed, CancellationToken cancellationToken)
    {
        var since = Stopwatch.StartNew();
        while ((await node.TryGetAsync("api/v1/status", cancellationToken))?.Contains($"\"id\":\"{NewPortfolio}\"", StringComparison.Ordinal) != isListed)
        {
            if (since.Elapsed > Limit)
            {
                failover.Violations.Add($"{node.Name} {(isListed ? "does not show" : "still shows")} {NewPortfolio} after {Limit}");
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private static Task AddAccountAsync(ClusterWorld world, ClusterNode node, Failover failover, string id, string portfolio, CancellationToken cancellationToken) => DoAsync(
        node, failover, cancellationToken, "account", "add", id, "--portfolio", portfolio, "--venue", "simulated", "--endpoint", world.Files.Venues.ToString(),
        "--option", "kind=broker", "--option", "exchange=cedar", "--option", "hours=always-open", "--option", "latencyMilliseconds=1000", "--balance", "USD=100000");

    private static async Task DoAsync(ClusterNode node, Failover failover, CancellationToken cancellationToken, params IReadOnlyList<string> command)
    {
        var (code, output) = await node.RunAsync(cancellationToken, command);
        if (code != 0)
        {
            failover.Violations.Add($"'{string.Join(' ', command)}' on {node.Name} ended with {code}: {output}");
        }
    }
}
