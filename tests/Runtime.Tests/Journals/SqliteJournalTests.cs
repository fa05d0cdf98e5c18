using Microsoft.Data.Sqlite;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Runtime.Tests.Journals;

public sealed class SqliteJournalTests : JournalConformance
{
    private readonly TemporaryDirectory _directory = new();

    private SqliteJournal Sqlite => (SqliteJournal)Journal;

    protected override long Epoch => Sqlite.Epoch;

    [Fact]
    public async Task Reopen_KeepsEverythingAndRaisesTheEpoch()
    {
        await Sqlite.AppendAsync(Requests.Events("a", 0, Epoch, "1").Sending("b"), CancellationToken.None);
        var epoch = Epoch;
        await Sqlite.DisposeAsync();
        Journal = await CreateAsync();
        Epoch.ShouldBe(epoch + 1);
        (await Journal.ReadToListAsync("a")).Count.ShouldBe(1);
        (await Journal.AppendAsync(Requests.Events("a", 1, Epoch, "2").Sending("b"), CancellationToken.None)).ShouldBe(new AppendOutcome.Accepted(2));
        (await Journal.ReadOutboxAsync(0, 10, CancellationToken.None)).Select(row => row.Sequence).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Open_WritesEveryTransactionThroughToTheDisk()
    {
        await Sqlite.AppendAsync(Requests.Events("a", 0, Epoch, "1"), CancellationToken.None);
        Scalar("PRAGMA journal_mode").ShouldBe("wal");
        Scalar("PRAGMA application_id").ShouldBe(0x52424A31L);
        SqliteNative.Warning.ShouldBeNull("the system's own library is used on machines that have one");
        Version.Parse(SqliteNative.Version).ShouldBeGreaterThan(new Version(3, 35, 5));
    }

    [Fact]
    public async Task OpenReadOnly_ReadsBesideTheOwnerAndCannotWrite()
    {
        await Sqlite.AppendAsync(Requests.Events("a", 0, Epoch, "1"), CancellationToken.None);
        await using var reader = SqliteJournal.OpenReadOnly(Sqlite.Path);
        (await reader.ReadToListAsync("a")).Count.ShouldBe(1);
        (await new JournalVerifier(reader).VerifyAsync(CancellationToken.None)).IsIntact.ShouldBeTrue();
        await Sqlite.AppendAsync(Requests.Events("a", 1, Epoch, "2"), CancellationToken.None);
        (await reader.ReadToListAsync("a")).Count.ShouldBe(2);
        await Should.ThrowAsync<InvalidOperationException>(() => reader.AppendAsync(Requests.Events("a", 2, Epoch, "3"), CancellationToken.None));
    }

    [Fact]
    public async Task Read_OfMoreThanAPage_GivesEveryEventOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            await Journal.AppendAsync(
                Requests.Events("a", i * 1000, Epoch, [.. Enumerable.Repeat("x", 1000)]), CancellationToken.None);
        }

        (await Journal.ReadToListAsync("a", 3)).Select(row => row.SequenceNr).ShouldBe(Enumerable.Range(3, 4998).Select(i => (long)i));
        var all = 0;
        await foreach (var row in Journal.ReadAllAsync(0, 4_500, CancellationToken.None))
        {
            row.GlobalOffset.ShouldBe(++all);
        }

        all.ShouldBe(4_500);
    }

    [Fact]
    public async Task Append_WhenOneOfABatchCannotBeWritten_FailsThatOneAlone()
    {
        Run("CREATE TRIGGER full BEFORE INSERT ON journal WHEN new.payload = 'bad' BEGIN SELECT RAISE(ABORT, 'disk on fire'); END");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            Journal.AppendAsync(Requests.Events($"s/{i}", 0, Epoch, i == 20 ? "bad" : "good"), CancellationToken.None)));
        outcomes[20].ShouldBeOfType<AppendOutcome.Unknown>().Reason.ShouldContain("disk on fire");
        outcomes.Count(outcome => outcome is AppendOutcome.Accepted).ShouldBe(39);
        (await Journal.AppendAsync(Requests.Events("s/20", 0, Epoch, "good"), CancellationToken.None)).ShouldBe(new AppendOutcome.Accepted(1));
        (await new JournalVerifier(Journal).VerifyAsync(CancellationToken.None)).IsIntact.ShouldBeTrue();
    }

    [Fact]
    public async Task Dispose_WritesWhatIsQueued()
    {
        var appends = Enumerable.Range(0, 100).Select(i => Journal.AppendAsync(Requests.Events($"s/{i}", 0, Epoch, "x"), CancellationToken.None)).ToList();
        await Sqlite.DisposeAsync();
        (await Task.WhenAll(appends)).ShouldAllBe(outcome => outcome is AppendOutcome.Accepted);
        Journal = await CreateAsync();
        (await Journal.ListPersistenceIdsAsync("s/", CancellationToken.None)).Count.ShouldBe(100);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override ValueTask<IJournal> CreateAsync() =>
        ValueTask.FromResult<IJournal>(SqliteJournal.Open(_directory.File("journal.db"), TimeProvider.System));

    protected override Task<long> TakeOverAsync()
    {
        Run("UPDATE owner SET epoch = epoch + 1");
        return Task.FromResult((long)Scalar("SELECT epoch FROM owner"));
    }

    protected override Task<int> CountReceiptsAsync() => Task.FromResult((int)(long)Scalar("SELECT count(*) FROM receipt"));

    private void Run(string sql) => SqliteFile.Run(Sqlite.Path, sql);

    private object Scalar(string sql) => SqliteFile.Scalar(Sqlite.Path, sql);
}

/// <summary>Reaches into a journal's file behind its back.</summary>
internal static class SqliteFile
{
    public static int Run(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    public static object Scalar(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()!;
    }

    private static SqliteConnection Open(string path)
    {
        SqliteNative.Initialise();
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
