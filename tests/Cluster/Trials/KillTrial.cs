using System.Diagnostics;
using Rebalancer.Cluster.World;

namespace Rebalancer.Cluster.Trials;

/// <summary>
/// Nodes are killed one after another while prices move and money comes in; each comes back before the next goes. At the end one is stopped
/// as a supervisor stops it, and the venues' book is held against the journal.
/// </summary>
public static class KillTrial
{
    public static async Task<TrialResult> RunAsync(ClusterOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        var total = Stopwatch.StartNew();
        await using var world = await ClusterWorld.CreateAsync(options.Directory, options.Accounts, options.Seed, cancellationToken);
        for (var i = 0; i < options.Nodes; i++)
        {
            world.AddNode();
        }

        await world.UntilAllAnswerAsync(cancellationToken);
        say($"{options.Nodes} nodes answer for {options.Accounts} accounts after {total.Elapsed.TotalSeconds:0.0} s");
        world.Disturb(options.DisturbEvery);
        var failover = new Failover(world);
        for (var kill = 0; kill < options.Kills; kill++)
        {
            await Task.Delay(options.DisturbEvery, cancellationToken);
            var victim = world.Nodes[kill % world.Nodes.Count];
            var since = Stopwatch.StartNew();
            victim.Kill();
            await failover.MeasureAsync(victim.Name, since, cancellationToken);
            say($"kill {kill + 1} of {options.Kills}, {victim.Name}: owned after {failover.OwnedAfter[^1]:0.0} s, answering after {failover.AnsweredAfter[^1]:0.0} s");
            victim.Start();
            if (options.KillEvery - since.Elapsed is { Ticks: > 0 } rest)
            {
                await Task.Delay(rest, cancellationToken);
            }
        }

        var open = await world.CalmDownAsync(TimeSpan.FromMinutes(3), cancellationToken);
        var stop = await world.Nodes[0].TerminateAsync();
        var graceful = Stopwatch.StartNew();
        var handOff = new Failover(world);
        await handOff.MeasureAsync(world.Nodes[0].Name, graceful, cancellationToken);
        say($"graceful stop: {stop.TotalSeconds:0.00} s; owned by others {handOff.OwnedAfter[0]:0.00} s later");
        var (comparison, events) = await Judge.JudgeAsync(world, open, cancellationToken);
        return new TrialResult(
            "kills", options.Accounts, failover.OwnedAfter, failover.AnsweredAfter, [stop.TotalSeconds], world.Owner.Transfers, comparison.Orders,
            comparison.Fills, comparison.CaughtBetweenSendAndAnswer, events, total.Elapsed.TotalSeconds, comparison.Violations);
    }
}
