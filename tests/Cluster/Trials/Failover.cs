using System.Diagnostics;
using Rebalancer.Cluster.World;

namespace Rebalancer.Cluster.Trials;

/// <summary>Measures how long what a lost node owned is without an owner, and without an answer.</summary>
public sealed class Failover(ClusterWorld world)
{
    /// <summary>What a failed node owned is owned again within this time.</summary>
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public List<double> OwnedAfter { get; } = [];

    public List<double> AnsweredAfter { get; } = [];

    public List<string> Violations { get; } = [];

    /// <summary>The last measurement in words.</summary>
    public string Last => $"owned after {OwnedAfter[^1]:0.0} s, answering after {AnsweredAfter[^1]:0.0} s";

    /// <summary>Waits until every shard that the nodes of that name held is another's, and until everything answers.</summary>
    /// <param name="since">Started when the node was lost.</param>
    public async Task MeasureAsync(string node, Stopwatch since, CancellationToken cancellationToken)
    {
        while (since.Elapsed < Limit && await world.Watch.CountHeldAsync(node, cancellationToken) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }

        OwnedAfter.Add(since.Elapsed.TotalSeconds);
        if (since.Elapsed > Promise)
        {
            Violations.Add($"{node}'s shards were without an owner for {since.Elapsed.TotalSeconds:0.0} s");
        }

        await UntilAllAnswerAsync(since, cancellationToken);
    }

    /// <summary>Waits until everything answers, whoever owns it.</summary>
    public async Task UntilAllAnswerAsync(Stopwatch since, CancellationToken cancellationToken)
    {
        while (since.Elapsed < Limit && !await world.AllAnswerAsync(cancellationToken))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }

        AnsweredAfter.Add(since.Elapsed.TotalSeconds);
        if (since.Elapsed >= Limit)
        {
            Violations.Add($"not everything answered {Limit} after a failure");
        }
    }
}
