using Rebalancer.Host.Api;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Host.Hosting;

/// <summary>Looks at the running system from outside: actors, mailboxes, shards, streams of the journal.</summary>
/// <param name="journalName">How the operator knows the journal, without secrets.</param>
public sealed class TopologyReader(ActorSystem system, ClusterMember member, IJournal journal, string journalName, TimeProvider wallClock)
{
    private const int StreamsShown = 200;

    private readonly long _startedAt = wallClock.GetTimestamp();

    public async Task<ServiceTopology> ReadAsync(CancellationToken cancellationToken)
    {
        var actors = system.Inspect();
        var streams = new List<StreamView>();
        foreach (var id in (await journal.ListPersistenceIdsAsync("", cancellationToken)).Take(StreamsShown))
        {
            streams.Add(new StreamView(id, (await journal.ReadHeadAsync(id, cancellationToken))?.LastSequenceNr ?? 0));
        }

        return new ServiceTopology(
            Versions.Product, system.Clock.GetUtcNow(), wallClock.GetElapsedTime(_startedAt),
            [.. member.Nodes.Select(node => new NodeView(
                node.Id, node.Node.Address, node.Node.Version, node.Id == member.NodeId, node.Remaining == Timeout.InfiniteTimeSpan ? null : node.Remaining.TotalSeconds))],
            [.. actors.Children.Where(child => child.Children.Count > 0).Select(TypeOf)],
            actors, system.DeadLetters.Count, journalName, streams.Sum(stream => stream.Events), streams);
    }

    private static EntityTypeView TypeOf(ActorInfo region) => new(
        region.Path[(region.Path.LastIndexOf('/') + 1)..],
        region.Children.Select(entity => ShardPlacement.ShardOf(entity.Path[(region.Path.Length + 1)..])).Distinct().Count(),
        region.Children.Count, region.MailboxDepth + region.Children.Sum(Waiting), region.Children.Sum(Restarts));

    private static long Waiting(ActorInfo actor) => actor.MailboxDepth + actor.Children.Sum(Waiting);

    private static int Restarts(ActorInfo actor) => actor.Restarts + actor.Children.Sum(Restarts);
}
