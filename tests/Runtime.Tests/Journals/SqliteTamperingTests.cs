using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Runtime.Tests.Journals;

public sealed class SqliteTamperingTests : JournalTampering
{
    private readonly TemporaryDirectory _directory = new();
    private SqliteJournal _journal = null!;

    protected override IJournal Journal => _journal;

    protected override long Epoch => _journal.Epoch;

    private string DatabasePath => _directory.File("journal.db");

    protected override Task OpenAsync()
    {
        _journal = SqliteJournal.Open(DatabasePath, TimeProvider.System);
        return Task.CompletedTask;
    }

    protected override Task ReplaceAsync(IReadOnlyList<JournalRow> rows, JournalRow? last)
    {
        SqliteFile.Run(DatabasePath, "DELETE FROM journal WHERE persistence_id = 'account/a'");
        foreach (var row in rows)
        {
            SqliteFile.Run(DatabasePath, $"""
                INSERT INTO journal VALUES ({row.GlobalOffset}, '{row.PersistenceId}', {row.SequenceNr}, '{row.EventName}', {row.EventVersion}, '{row.Payload}',
                    {JournalHash.ToMicroseconds(row.Timestamp)}, {row.Epoch}, '{row.WriterId}', '{row.CorrelationId}', '{row.CausationId}', x'{row.PreviousHash}', x'{row.Hash}')
                """).ShouldBe(1);
        }

        if (last is not null)
        {
            SqliteFile.Run(DatabasePath, $"UPDATE stream SET last_sequence_nr = {last.SequenceNr}, last_hash = x'{last.Hash}' WHERE persistence_id = 'account/a'");
        }

        return Task.CompletedTask;
    }

    protected override Task RemoveStreamAsync(string persistenceId)
    {
        SqliteFile.Run(DatabasePath, $"DELETE FROM journal WHERE persistence_id = '{persistenceId}'; DELETE FROM stream WHERE persistence_id = '{persistenceId}'");
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        _directory.Dispose();
    }
}
