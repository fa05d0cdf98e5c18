using Npgsql;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Cluster.Postgres;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Postgres;
using Rebalancer.Runtime.Sharding;
using Rebalancer.Runtime.Tests.Postgres;

namespace Rebalancer.Runtime.Tests.Journals;

[Collection(SharedPostgres.Collection)]
public sealed class PostgresTamperingTests(SharedPostgres server) : JournalTampering
{
    private NpgsqlDataSource _database = null!;
    private PostgresJournal _journal = null!;

    protected override IJournal Journal => _journal;

    protected override long Epoch => 1;

    protected override async Task OpenAsync()
    {
        _database = PostgresDatabase.Open(await server.CreateDatabaseAsync(), "test");
        _journal = await PostgresJournal.OpenAsync(_database, "one", CancellationToken.None);
        await new PostgresLeaseStore(_database, TimeSpan.FromMinutes(1)).HeartbeatAsync(new NodeDescription("one"), CancellationToken.None);
        await RunAsync($"INSERT INTO shard_lease SELECT 'account', s, 'one', 1, 0 FROM generate_series(0, {ShardPlacement.ShardCount - 1}) AS s");
    }

    protected override async Task ReplaceAsync(IReadOnlyList<JournalRow> rows, JournalRow? last)
    {
        await RunAsync("DELETE FROM journal WHERE persistence_id = 'account/a'");
        foreach (var row in rows)
        {
            await RunAsync($"""
                INSERT INTO journal OVERRIDING SYSTEM VALUE VALUES ({row.GlobalOffset}, DEFAULT, '{row.PersistenceId}', {row.SequenceNr}, '{row.EventName}', {row.EventVersion},
                    '{row.Payload}', '{row.Timestamp.UtcDateTime:O}', {row.Epoch}, '{row.WriterId}', '{row.CorrelationId}', '{row.CausationId}', '\x{row.PreviousHash}', '\x{row.Hash}')
                """);
        }

        if (last is not null)
        {
            await RunAsync($@"UPDATE stream SET last_sequence_nr = {last.SequenceNr}, last_hash = '\x{last.Hash}' WHERE persistence_id = 'account/a'");
        }
    }

    protected override Task RemoveStreamAsync(string persistenceId) =>
        RunAsync($"DELETE FROM journal WHERE persistence_id = '{persistenceId}'; DELETE FROM stream WHERE persistence_id = '{persistenceId}'");

    public override async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task RunAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
