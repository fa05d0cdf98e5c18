using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Runtime.Tests.Journals;

public sealed class SqliteCredentialsTests : CredentialStoreConformance
{
    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.File("journal.db");

    /// <summary>As the release before left it: without the tables of the migration after its last.</summary>
    [Fact]
    public async Task Open_OfAJournalFromBeforeTheseTables_AddsThemAndKeepsTheRest()
    {
        await ((IJournal)Store).AppendAsync(Requests.Events("a", 0, ((SqliteJournal)Store).Epoch, "1"), CancellationToken.None);
        await CloseAsync(Store);
        SqliteFile.Run(Path, "DROP TABLE key_ring; DROP TABLE credential; UPDATE schema_version SET version = 3");

        var journal = await OpenAsync();
        (await ((IJournal)journal).ReadToListAsync("a")).Count.ShouldBe(1);
        (await journal.ListCredentialAccountsAsync(CancellationToken.None)).ShouldBeEmpty();
        await CloseAsync(journal);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override ValueTask<ICredentialStore> OpenAsync() => ValueTask.FromResult<ICredentialStore>(SqliteJournal.Open(Path, TimeProvider.System));

    protected override ValueTask CloseAsync(ICredentialStore store) => ((SqliteJournal)store).DisposeAsync();

    protected override Task RefuseAsync(string name)
    {
        SqliteFile.Run(Path, $"CREATE TRIGGER refuse BEFORE INSERT ON credential WHEN new.name = '{name}' BEGIN SELECT RAISE(ABORT, 'refused'); END");
        return Task.CompletedTask;
    }
}
