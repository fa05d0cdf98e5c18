using Npgsql;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Cluster.Postgres;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Postgres;
using Rebalancer.Runtime.Sharding;
using Rebalancer.Runtime.Tests.Postgres;

namespace Rebalancer.Runtime.Tests.Journals;

[Collection(SharedPostgres.Collection)]
public sealed class PostgresJournalTests(SharedPostgres server) : JournalConformance
{
    private static readonly string[] EntityTypes = ["account", "accounting", "busy", "portfolio", "thing"];

    private NpgsqlDataSource _database = null!;
    private PostgresLeaseStore _leases = null!;

    protected override long Epoch => 1;

    protected override async ValueTask<IJournal> CreateAsync()
    {
        _database = PostgresDatabase.Open(await server.CreateDatabaseAsync(), "test");
        _leases = new PostgresLeaseStore(_database, TimeSpan.FromMinutes(1));
        var journal = await PostgresJournal.OpenAsync(_database, "one", CancellationToken.None);
        await _leases.HeartbeatAsync(new NodeDescription("one"), CancellationToken.None);
        await RunAsync(
            "INSERT INTO shard_lease SELECT t, s, 'one', 1, 0 FROM unnest($1) AS t CROSS JOIN generate_series(0, $2 - 1) AS s", EntityTypes, ShardPlacement.ShardCount);
        return journal;
    }

    protected override async Task<long> TakeOverAsync()
    {
        await _leases.LeaveAsync("one", CancellationToken.None);
        await _leases.HeartbeatAsync(new NodeDescription("two"), CancellationToken.None);
        var leases = await _leases.AcquireAsync("two", [("account", ShardPlacement.ShardOf("a"))], CancellationToken.None);
        return leases.ShouldHaveSingleItem().Epoch;
    }

    protected override async Task<int> CountReceiptsAsync() => (int)(long)(await RunAsync("SELECT count(*) FROM receipt"))!;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("mysql://u:s3cret@h/d", "expected postgres://")]
    [InlineData("postgres://u@h", "lacks the database")]
    [InlineData("postgres://h/d", "lacks the user")]
    [InlineData("postgres://u:s3cret@h/d", "PGPASSWORD")]
    [InlineData("postgres://u:s3cret@h", "PGPASSWORD")]
    public void Address_ThatCannotBeUsed_IsRefusedWithoutShowingASecret(string address, string reason)
    {
        var refused = Should.Throw<ArgumentException>(() => PostgresDatabase.Open(address, "test"));
        refused.Message.ShouldContain(reason);
        refused.Message.ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task Open_OfANewerFormat_IsRefused()
    {
        await RunAsync("UPDATE schema_version SET version = 99");
        var refused = await Should.ThrowAsync<JournalFormatException>(() => PostgresJournal.OpenAsync(_database, "one", CancellationToken.None));
        refused.Message.ShouldContain("format version 99");
    }

    [Fact]
    public async Task Open_BySeveralNodesAtOnce_MigratesOnce()
    {
        await using var database = PostgresDatabase.Open(await server.CreateDatabaseAsync(), "test");
        var journals = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => PostgresJournal.OpenAsync(database, $"node-{i}", CancellationToken.None)));
        foreach (var journal in journals)
        {
            await journal.DisposeAsync();
        }
    }

    [Fact]
    public async Task Append_OfABatchOverTwoShardsOneOfThemLost_AppendsOnlyTheOwnedOnes()
    {
        var lost = Requests.Events("account/a", 0, Epoch, "lost");
        var owned = Requests.Events("account/b", 0, Epoch, "owned");
        ShardPlacement.ShardOf("a").ShouldNotBe(ShardPlacement.ShardOf("b"));
        var epoch = await TakeOverAsync();
        var refusals = await PostgresAppend.RunAsync(
            _database, [PreparedAppend.Create(lost, StreamHead.Empty), PreparedAppend.Create(owned, StreamHead.Empty)], CancellationToken.None);
        refusals.Select(refusal => refusal?.Epoch).ShouldBe([epoch, null]);
        (await Journal.ReadToListAsync("account/a")).ShouldBeEmpty();
        (await Journal.ReadToListAsync("account/b")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Append_OfABatchOfEveryOutcome_AnswersEachAndWritesNothingOfTheRefusedOnes()
    {
        await Journal.AppendAsync(
            Requests.Events("portfolio/p", 0, Epoch, "halted").Sending("thing/first", "thing/second") with
            {
                HaltChanges = [new HaltChange("global", true, "ann", "because")],
            },
            CancellationToken.None);
        await Journal.AppendAsync(Requests.ReceiptOnly("thing/first", 0, Epoch, "portfolio/p", 1), CancellationToken.None);
        await Journal.AppendAsync(Requests.Events("thing/ahead", 0, Epoch, "1"), CancellationToken.None);
        AppendRequest[] refused =
        [
            Requests.Events("thing/stale", 0, Epoch - 1, "stale").Sending("thing/x"),
            Requests.Events("thing/ahead", 0, Epoch, "other").Sending("thing/x"),
            Requests.Events("thing/first", 0, Epoch, "again").Sending("thing/x") with { Receipt = new MessageReceipt("portfolio/p", 1) },
            Requests.Events("thing/armed", 0, Epoch, "armed").Sending("thing/x") with { HaltScopes = ["account/armed", "global"] },
        ];
        AppendRequest[] accepted =
        [
            Requests.Events("thing/second", 0, Epoch, "2").Sending("thing/y") with { Receipt = new MessageReceipt("portfolio/p", 2) },
            Requests.Events("thing/fresh", 0, Epoch, "1", "2") with { HaltChanges = [new HaltChange("portfolio/p", true, "bob", "too")] },
            Requests.Events("thing/ahead-not", 0, Epoch, "1"),
        ];
        var batch = refused.Zip(accepted.Append(Requests.Events("portfolio/p", 1, Epoch, "2")), (no, yes) => new[] { no, yes }).SelectMany(pair => pair);

        var answers = await PostgresAppend.RunAsync(
            _database, [.. batch.Select(request => PreparedAppend.Create(request, StreamHead.Empty with { LastSequenceNr = request.ExpectedSequenceNr }))],
            CancellationToken.None);

        answers.ShouldBe(
        [
            new AppendRefusal(Epoch, 0, false, null), null, new AppendRefusal(Epoch, 1, false, null), null,
            new AppendRefusal(Epoch, 0, true, null), null, new AppendRefusal(Epoch, 0, false, "global"), null,
        ]);
        foreach (var request in refused.Where(request => request.ExpectedSequenceNr == 0 && request.PersistenceId != "thing/ahead"))
        {
            (await Journal.ReadToListAsync(request.PersistenceId)).ShouldBeEmpty();
        }

        (await Journal.ReadOutboxAsync(0, 10, CancellationToken.None)).Select(row => row.Receiver).ShouldBe(["thing/first", "thing/second", "thing/y"]);
        (await Journal.ReadHaltsAsync(CancellationToken.None)).Select(halt => halt.Scope).ShouldBe(["global", "portfolio/p"]);
        (await Journal.ReadHeadAsync("thing/fresh", CancellationToken.None))!.LastSequenceNr.ShouldBe(2);
        (await Journal.ReadHeadAsync("portfolio/p", CancellationToken.None))!.LastSequenceNr.ShouldBe(2);
        (await CountReceiptsAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task TakeOver_WaitsForTheOldOwnersAppendInFlight()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var append = await connection.BeginTransactionAsync();
        await using var locked = new NpgsqlCommand(
            "SELECT epoch FROM shard_lease WHERE entity_type = 'account' AND shard = $1 FOR SHARE", connection);
        locked.Parameters.Add(new NpgsqlParameter { Value = ShardPlacement.ShardOf("a") });
        await locked.ExecuteScalarAsync();

        var takeover = TakeOverAsync();
        while ((long)(await RunAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"))! == 0)
        {
            takeover.IsCompleted.ShouldBeFalse("the takeover must not pass an append in flight");
        }

        await append.CommitAsync();
        (await takeover).ShouldBe(2);
    }

    [Fact]
    public async Task Halt_WaitsForAnArmingInFlight_AndStopsTheNext()
    {
        var arming = Requests.Events("account/a", 0, Epoch, "armed") with { HaltScopes = ["global"] };
        (await Journal.AppendAsync(arming, CancellationToken.None)).ShouldBe(new AppendOutcome.Accepted(1));
        await using var connection = await _database.OpenConnectionAsync();
        await using var inFlight = await connection.BeginTransactionAsync();
        await using var locked = new NpgsqlCommand("SELECT halted FROM halt WHERE scope = 'global' FOR SHARE", connection);
        (await locked.ExecuteScalarAsync()).ShouldBe(false);

        var halt = Journal.AppendAsync(
            Requests.Events("portfolio/p", 0, Epoch, "halted") with { HaltChanges = [new HaltChange("global", true, "ann", "because")] }, CancellationToken.None);
        while ((long)(await RunAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"))! == 0)
        {
            halt.IsCompleted.ShouldBeFalse("a halt must not be answered while an order is being armed");
        }

        await inFlight.CommitAsync();
        (await halt).ShouldBe(new AppendOutcome.Accepted(1));
        (await Journal.AppendAsync(arming with { ExpectedSequenceNr = 1 }, CancellationToken.None)).ShouldBe(new AppendOutcome.Halted("global"));
    }

    [Fact]
    public async Task ReadAll_DoesNotPassAGapThatMayStillCommit()
    {
        await Journal.AppendAsync(Requests.Events("thing/a", 0, Epoch, "1"), CancellationToken.None);
        await using var connection = await _database.OpenConnectionAsync();
        await using var slow = await connection.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand(
            "INSERT INTO journal (persistence_id, sequence_nr, event_name, event_version, payload, timestamp, epoch, writer_id, correlation_id, "
            + "causation_id, previous_hash, hash) VALUES ('thing/slow', 1, 'e', 1, 'slow', now(), 1, 'w', '', '', '', '')", connection);
        await insert.ExecuteNonQueryAsync();
        await Journal.AppendAsync(Requests.Events("thing/b", 0, Epoch, "2"), CancellationToken.None);

        (await ReadAllOnceThereAreAsync(1)).Select(row => row.Payload).ShouldBe(["1"], "the second has a higher offset than one still open");
        await slow.CommitAsync();
        var all = await ReadAllOnceThereAreAsync(3);
        all.Select(row => row.Payload).ShouldBe(["1", "slow", "2"]);
        (await ReadAllAsync(all[0].GlobalOffset)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Read_OfAStreamThatLacksMoreThanAPage_GivesAllThatIsLeft()
    {
        await Journal.AppendAsync(
            Requests.Events("thing/a", 0, Epoch, [.. Enumerable.Range(1, 9_000).Select(i => $"{i}")]), CancellationToken.None);
        await RunAsync("DELETE FROM journal WHERE sequence_nr BETWEEN 2100 AND 8500");
        long[] left = [.. Enumerable.Range(1, 2_099).Concat(Enumerable.Range(8_501, 500))];

        (await Journal.ReadToListAsync("thing/a")).Select(row => row.SequenceNr).ShouldBe(left);
        var recovered = new List<long>();
        await foreach (var one in Journal.RecoverAsync("thing/a", 1, CancellationToken.None))
        {
            recovered.Add(one.SequenceNr);
        }

        recovered.ShouldBe(left);
    }

    [Fact]
    public async Task Outbox_ShowsANodeOnlyTheMessagesToItsEntities()
    {
        await Journal.AppendAsync(Requests.Events("thing/p", 0, Epoch, "1").Sending("account/a", "account/b"), CancellationToken.None);
        await TakeOverAsync();
        (await Journal.ReadOutboxAsync(0, 10, CancellationToken.None)).Select(row => row.Receiver).ShouldBe(["account/b"]);
        await using var two = await PostgresJournal.OpenAsync(_database, "two", CancellationToken.None);
        (await two.ReadOutboxAsync(0, 10, CancellationToken.None)).Select(row => row.Receiver).ShouldBe(["account/a"]);
    }

    [Fact]
    public async Task Append_BesideTheSameEntitysNext_GoesOneAfterTheOther()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            Journal.AppendAsync(Requests.Events("thing/a", i, Epoch, $"{i}"), CancellationToken.None)));
        outcomes.ShouldBe(Enumerable.Range(1, 20).Select(i => new AppendOutcome.Accepted(i)));
    }

    /// <summary>Transactions of other tests' databases on the same server hold rows back too, for as long as they are open.</summary>
    private async Task<List<JournalRow>> ReadAllOnceThereAreAsync(int count)
    {
        List<JournalRow> rows;
        do
        {
            rows = await ReadAllAsync(0);
        }
        while (rows.Count < count);
        return rows;
    }

    private async Task<List<JournalRow>> ReadAllAsync(long after)
    {
        var rows = new List<JournalRow>();
        await foreach (var row in Journal.ReadAllAsync(after, 100, CancellationToken.None))
        {
            rows.Add(row);
        }

        return rows;
    }

    private async Task<object?> RunAsync(string sql, params object[] parameters)
    {
        await using var command = _database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return await command.ExecuteScalarAsync();
    }
}
