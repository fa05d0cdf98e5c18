using System.Diagnostics;
using Npgsql;
using Rebalancer.Cluster.World;

namespace Rebalancer.Cluster.Trials;

/// <summary>Measures how long what a lost node owned is without an owner, and without an answer.</summary>
public sealed class Failover(ClusterWorld world)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public List<double> OwnedAfter { get; } = [];

    public List<double> AnsweredAfter { get; } = [];

    /// <summary>Waits until every shard that the nodes of that name held is another's, and until everything answers.</summary>
    /// <param name="since">Started when the node was lost.</param>
    public async Task MeasureAsync(string node, Stopwatch since, CancellationToken cancellationToken)
    {
        while (since.Elapsed < Limit && await CountHeldAsync(node, cancellationToken) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }

        OwnedAfter.Add(since.Elapsed.TotalSeconds);
        while (since.Elapsed < Limit && !await world.AllAnswerAsync(cancellationToken))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }

        AnsweredAfter.Add(since.Elapsed.TotalSeconds);
    }

    /// <summary>Ids of the node's processes that hold shards: with a restarted one only the dead count.</summary>
    private async Task<long> CountHeldAsync(string node, CancellationToken cancellationToken)
    {
        await using var command = world.Database.CreateCommand("SELECT count(*) FROM shard_lease WHERE owner LIKE $1");
        command.Parameters.Add(new NpgsqlParameter { Value = node + "-%" });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
