using System.Diagnostics;
using Rebalancer.Cluster.World;

namespace Rebalancer.Cluster.Trials;

/// <summary>What every trial begins and ends with: nodes that answer and an owner who moves money; then calm, and the judgement.</summary>
public static class TrialRun
{
    private static readonly TimeSpan CalmLimit = TimeSpan.FromMinutes(3);

    /// <param name="strike">What the trial is about, between beginning and end; gives the seconds that graceful stops took.</param>
    public static async Task<TrialResult> RunAsync(
        ClusterOptions options, Action<string> say, Func<ClusterWorld, Failover, Task<IReadOnlyList<double>>> strike, CancellationToken cancellationToken)
    {
        var total = Stopwatch.StartNew();
        await using var world = await ClusterWorld.CreateAsync(options, cancellationToken);
        for (var i = 0; i < options.Nodes; i++)
        {
            world.AddNode();
        }

        await world.UntilAllAnswerAsync(cancellationToken);
        say($"{options.Nodes} nodes answer for {options.Accounts} accounts after {total.Elapsed.TotalSeconds:0.0} s");
        world.Disturb(options.DisturbEvery);
        var failover = new Failover(world);
        var stops = await strike(world, failover);
        var open = await world.CalmDownAsync(CalmLimit, cancellationToken);
        var (comparison, events) = await Judge.JudgeAsync(world, open, cancellationToken);
        return new TrialResult(
            options.Trial, options.Accounts, failover.OwnedAfter, failover.AnsweredAfter, stops, world.Owner.Transfers, comparison.Orders,
            comparison.Fills, comparison.CaughtBetweenSendAndAnswer, events, total.Elapsed.TotalSeconds, [.. comparison.Violations, .. failover.Violations]);
    }
}
