using Rebalancer.Host.Hosting;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Host.Pbm.Palettes;

/// <summary><c>cluster-sharding</c>: where entities live.</summary>
internal sealed class ShardingPalette(ActorSystem system, ServiceCluster cluster, ILeaseStore leases) : IPbmPalette
{
    private static readonly string[] EntityTypes = ["account", "portfolio", "service"];

    public string Name => "cluster-sharding";

    public string Description => "Where accounts and portfolios live, and under which epoch";

    public IReadOnlyList<PbmCommand> Commands =>
    [
        new("regions", "cluster-sharding regions [--node NODE|all]", "A node's regions with their living entities", (_, _) => Task.FromResult(Regions())),
        new("region-stats", "cluster-sharding region-stats -r TYPE", "Shards of a type by node", RegionStatsAsync),
        new("shards", "cluster-sharding shards -r TYPE", "Every shard of a type that was ever owned", ShardsAsync),
        new("entity", "cluster-sharding entity ID", "Where an entity lives, as account/main", EntityAsync),
    ];

    private PbmAnswer Regions() => PbmAnswer.Of(system.Inspect().Children.Where(child => EntityTypes.Contains(child.Path.Split('/')[^1])).Select(region =>
    {
        var type = region.Path.Split('/')[^1];
        return new PbmItem($"{type}: {region.Children.Count} entities live on {cluster.Member.NodeId}", new { type, node = cluster.Member.NodeId, entities = region.Children.Count });
    }));

    private async Task<PbmAnswer> RegionStatsAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var type = TypeOf(call);
        var owned = (await leases.ListAsync(type, cancellationToken)).ToLookup(lease => lease.Owner ?? "(nobody)", StringComparer.Ordinal);
        return PbmAnswer.Of(owned.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group =>
            new PbmItem($"{group.Key}: {group.Count()} shards of {type}", new { node = group.Key, type, shards = group.Count() })));
    }

    private async Task<PbmAnswer> ShardsAsync(PbmCall call, CancellationToken cancellationToken) => PbmAnswer.Of(
        (await leases.ListAsync(TypeOf(call), cancellationToken)).Select(lease => new PbmItem(
            $"{lease.EntityType} shard {lease.Shard}: {lease.Owner ?? "(nobody)"}, epoch {lease.Epoch}",
            new { type = lease.EntityType, shard = lease.Shard, owner = lease.Owner, epoch = lease.Epoch, format = lease.Format })));

    private async Task<PbmAnswer> EntityAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var entity = call.Arguments.Required(0, "ID");
        var parts = entity.Split('/');
        if (parts is not [var type, { Length: > 0 } id] || !EntityTypes.Contains(type))
        {
            throw new PbmException($"ID: '{entity}' names no entity; write it as account/main; types are {string.Join(", ", EntityTypes)}");
        }

        var shard = ShardPlacement.ShardOf(id);
        var lease = (await leases.ListAsync(type, cancellationToken)).FirstOrDefault(lease => lease.Shard == shard);
        return new PbmAnswer([new PbmItem(
            lease?.Owner is { } owner ? $"{entity}: shard {shard} on {owner}, epoch {lease.Epoch}" : $"{entity}: shard {shard}, owned by nobody",
            new { entity, shard, owner = lease?.Owner, epoch = lease?.Epoch })]);
    }

    private static string TypeOf(PbmCall call)
    {
        var type = call.Arguments.RequiredOption("-r");
        return EntityTypes.Contains(type) ? type : throw new PbmException($"-r: '{type}' is no entity type; there is: {string.Join(", ", EntityTypes)}");
    }
}
