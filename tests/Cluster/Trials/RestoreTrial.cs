using System.Diagnostics;
using Rebalancer.Cluster.World;

namespace Rebalancer.Cluster.Trials;

/// <summary>
/// A backup of the database is put back after trading went on: what was sent since is not in the journal any more. Every account must only
/// reduce until its owner says otherwise, and then trade again.
/// </summary>
public static class RestoreTrial
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    /// <returns>What did not hold.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(ClusterOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        await using var world = await ClusterWorld.CreateAsync(options, cancellationToken);
        for (var i = 0; i < options.Nodes; i++)
        {
            world.AddNode();
        }

        await world.UntilAllAnswerAsync(cancellationToken);
        world.Disturb(options.DisturbEvery);
        await StopAsync(world);
        var backup = await world.BackUpAsync();
        var at = await world.Watch.LastOffsetAsync(cancellationToken);
        await StartAsync(world, cancellationToken);
        if (!await world.Watch.UntilArmedAfterAsync(at, null, Limit, cancellationToken))
        {
            return [$"no order was armed within {Limit}, so that nothing was lost by the restore"];
        }

        await StopAsync(world);
        var before = await world.Watch.LastOffsetAsync(cancellationToken);
        await world.RestoreAsync(backup);
        say($"put back from event {before} to {await world.Watch.LastOffsetAsync(cancellationToken)}");
        var since = Stopwatch.StartNew();
        await StartAsync(world, cancellationToken);
        return await ConfirmAsync(world, options, at, since, say, cancellationToken);
    }

    private static async Task<IReadOnlyList<string>> ConfirmAsync(
        ClusterWorld world, ClusterOptions options, long restoredTo, Stopwatch since, Action<string> say, CancellationToken cancellationToken)
    {
        if (!await world.Watch.UntilAllReduceAsync(restoredTo, options.Accounts, Limit, cancellationToken))
        {
            return [$"not every account only reduces {Limit} after the restore"];
        }

        say($"every account only reduces {since.Elapsed.TotalSeconds:0.0} s after the start");
        return await TradeAgainAsync(world, NodeFiles.AccountIds(options.Accounts)[0], restoredTo, cancellationToken);
    }

    /// <summary>Resumes as an owner does: once, and again for each alarm about orders that no alarm before has told of.</summary>
    private static async Task<IReadOnlyList<string>> TradeAgainAsync(ClusterWorld world, string account, long restoredTo, CancellationToken cancellationToken)
    {
        var since = Stopwatch.StartNew();
        var answered = 0;
        do
        {
            var alarms = await world.Watch.ReadAlarmsAsync(restoredTo, account, cancellationToken);
            if (alarms.SelectMany(strays => strays).GroupBy(stray => stray).FirstOrDefault(stray => stray.Count() > 1) is { } repeated)
            {
                return [$"{account} alarmed of {repeated.Key} again after its owner had resumed it"];
            }

            if (alarms.Count > answered)
            {
                answered = alarms.Count;
                var (code, output) = await world.Nodes[0].RunAsync(cancellationToken, "resume", account, "--reason", "the trial's owner looked");
                if (code != 0)
                {
                    return [$"'resume {account}' ended with {code}: {output}"];
                }
            }

            if (await world.Watch.UntilArmedAfterAsync(restoredTo, account, LookAgain, cancellationToken))
            {
                return [];
            }
        }
        while (since.Elapsed < Limit);
        var events = string.Join('\n', await world.Watch.ReadEventsAsync($"account/{account}", cancellationToken));
        return [$"{account} was resumed and armed no order within {Limit}:\n{events}"];
    }

    private static async Task StopAsync(ClusterWorld world)
    {
        foreach (var node in world.Nodes)
        {
            await node.TerminateAsync();
        }
    }

    private static async Task StartAsync(ClusterWorld world, CancellationToken cancellationToken)
    {
        world.Nodes.ForEach(node => node.Start());
        await world.UntilAllAnswerAsync(cancellationToken);
    }
}
