using System.Diagnostics;
using Rebalancer.Cluster.World;

namespace Rebalancer.Cluster.Trials;

/// <summary>
/// Nodes are killed one after another while prices move and money comes in; each comes back before the next goes. Then one is stopped as a
/// supervisor stops it, and comes back.
/// </summary>
public static class KillTrial
{
    public static Task<TrialResult> RunAsync(ClusterOptions options, Action<string> say, CancellationToken cancellationToken) =>
        TrialRun.RunAsync(options, say, (world, failover) => StrikeAsync(options, world, failover, say, cancellationToken), cancellationToken);

    private static async Task<IReadOnlyList<double>> StrikeAsync(
        ClusterOptions options, ClusterWorld world, Failover failover, Action<string> say, CancellationToken cancellationToken)
    {
        for (var kill = 0; kill < options.Strikes; kill++)
        {
            await Task.Delay(options.DisturbEvery, cancellationToken);
            var victim = world.Nodes[kill % world.Nodes.Count];
            var since = Stopwatch.StartNew();
            victim.Kill();
            await failover.MeasureAsync(victim.Name, since, cancellationToken);
            say($"kill {kill + 1} of {options.Strikes}, {victim.Name}: {failover.Last}");
            victim.Start();
            if (options.StrikeEvery - since.Elapsed is { Ticks: > 0 } rest)
            {
                await Task.Delay(rest, cancellationToken);
            }
        }

        return await StopAsync(world, say, cancellationToken);
    }

    private static async Task<IReadOnlyList<double>> StopAsync(ClusterWorld world, Action<string> say, CancellationToken cancellationToken)
    {
        var stops = new List<double>();
        foreach (var node in world.Nodes)
        {
            var stop = await node.TerminateAsync();
            var since = Stopwatch.StartNew();
            var handOff = new Failover(world);
            await handOff.MeasureAsync(node.Name, since, cancellationToken);
            say($"graceful stop of {node.Name}: {stop.TotalSeconds:0.00} s; then {handOff.Last}");
            stops.Add(stop.TotalSeconds);
            node.Start();
            await world.UntilAllAnswerAsync(cancellationToken);
        }

        return stops;
    }
}
