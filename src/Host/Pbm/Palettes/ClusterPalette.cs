using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Hosting;
using Rebalancer.Runtime.Cluster;

namespace Rebalancer.Host.Pbm.Palettes;

/// <summary><c>cluster</c>: the nodes, who comes and who goes.</summary>
/// <param name="leave">Hands everything over and ends this process.</param>
internal sealed class ClusterPalette(ServiceCluster cluster, ILeaseStore leases, Action leave) : IPbmPalette
{
    public string Name => "cluster";

    public string Description => "Nodes: who is there, leaving, declaring one dead";

    public IReadOnlyList<PbmCommand> Commands =>
    [
        new("show", "cluster show", "The living nodes", async (_, cancellationToken) => PbmAnswer.Of((await leases.ListNodesAsync(cancellationToken)).Select(ItemOf))),
        new("leave", "cluster leave [--node NODE]", "Hand everything over to the other nodes and end", (_, _) => Task.FromResult(Leave()), Role: Role.Admin),
        new("down", "cluster down ADDRESS", "Take a dead node's shards at once instead of when its lease has run out", DownAsync, Role: Role.Admin),
        new("tail", "cluster tail", "Nodes that come and go", TailAsync, Follows: true),
    ];

    private PbmItem ItemOf(LiveNode node)
    {
        var self = node.Id == cluster.Member.NodeId ? " (this node)" : "";
        var remaining = node.Remaining == Timeout.InfiniteTimeSpan ? "has its journal to itself" : FormattableString.Invariant($"lease {node.Remaining.TotalSeconds:0.0} s");
        return new PbmItem(
            $"{node.Id}{self}  {(node.Node.Address.Length == 0 ? "-" : node.Node.Address)}  version {node.Node.Version}, format {node.Node.Format}  {remaining}",
            new { id = node.Id, address = node.Node.Address, version = node.Node.Version, format = node.Node.Format, leaseSeconds = node.Remaining == Timeout.InfiniteTimeSpan ? (double?)null : node.Remaining.TotalSeconds });
    }

    private PbmAnswer Leave()
    {
        leave();
        return PbmAnswer.Done($"{cluster.Member.NodeId} hands over and ends.");
    }

    /// <summary>Safe even if the node lives: its appends are fenced from then on, and what it had armed before is waited for as after any takeover.</summary>
    private async Task<PbmAnswer> DownAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var wanted = call.Arguments.Required(0, "ADDRESS");
        var nodes = await leases.ListNodesAsync(cancellationToken);
        var found = nodes.Where(node => node.Id == wanted || node.Node.Address.TrimEnd('/') == wanted.TrimEnd('/')).ToList();
        if (found is not [var dead])
        {
            throw new PbmException($"{wanted}: is the id or address of no living node; 'cluster show' lists them");
        }

        if (dead.Id == cluster.Member.NodeId)
        {
            throw new PbmException($"{wanted}: is this node; use 'cluster leave'");
        }

        await leases.LeaveAsync(dead.Id, cancellationToken);
        return PbmAnswer.Done($"{dead.Id} is declared dead; the others take over its shards.");
    }

    private async Task<PbmAnswer> TailAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var nodes = await leases.ListNodesAsync(cancellationToken);
        var now = nodes.Select(node => node.Id).ToList();
        var before = call.Cursor?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return PbmAnswer.Of(
            [
                .. nodes.Where(node => !before.Contains(node.Id)).Select(node => ItemOf(node) with { Line = $"{(call.Cursor is null ? "is here" : "came")}: {ItemOf(node).Line}" }),
                .. before.Except(now).Select(id => new PbmItem($"went: {id}", new { id, gone = true })),
            ],
            string.Join(',', now));
    }
}
