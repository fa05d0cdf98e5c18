namespace Rebalancer.Runtime.Cluster;

/// <summary>How a node keeps its place in the cluster.</summary>
public sealed record ClusterSettings
{
    /// <summary>Between two heartbeats; each is moved by up to a quarter either way, so that nodes started together do not beat together.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>After a heartbeat that failed the next one comes sooner.</summary>
    public TimeSpan HeartbeatRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>This long before its lease ends a node stops everything it owns, on its own monotonic clock.</summary>
    public TimeSpan FenceMargin { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// A node takes from the dead only when it has reached the lease store for this long without a gap: after a restart of the database
    /// every node looks dead to the one that is back first.
    /// </summary>
    public TimeSpan TakeoverGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Shards a node gives away at one heartbeat because another should have them, so that a joining node does not stop the world.</summary>
    public int MaxMoves { get; init; } = 8;

    /// <summary>How long an answer from another node is waited for before its asker is forgotten.</summary>
    public TimeSpan QuestionTimeout { get; init; } = TimeSpan.FromMinutes(2);
}
