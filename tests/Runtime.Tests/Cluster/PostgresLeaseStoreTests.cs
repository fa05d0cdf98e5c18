using Npgsql;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Cluster.Postgres;
using Rebalancer.Runtime.Journals.Postgres;
using Rebalancer.Runtime.Tests.Postgres;

namespace Rebalancer.Runtime.Tests.Cluster;

[Collection(SharedPostgres.Collection)]
public sealed class PostgresLeaseStoreTests(SharedPostgres server) : LeaseStoreConformance
{
    private NpgsqlDataSource _database = null!;

    protected override TimeSpan TimeToLive => TimeSpan.FromMinutes(1);

    protected override async ValueTask<ILeaseStore> CreateAsync()
    {
        _database = PostgresDatabase.Open(await server.CreateDatabaseAsync(), "test");
        await (await PostgresJournal.OpenAsync(_database, "one", CancellationToken.None)).DisposeAsync();
        return new PostgresLeaseStore(_database, TimeToLive);
    }

    /// <summary>Only the database's clock counts, so its row is put back by what would have passed.</summary>
    protected override async Task ExpireAsync(string nodeId)
    {
        await using var command = _database.CreateCommand("UPDATE node SET expires_at = expires_at - $1 WHERE id = $2");
        command.Parameters.Add(new NpgsqlParameter { Value = TimeToLive });
        command.Parameters.Add(new NpgsqlParameter { Value = nodeId });
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }
}
