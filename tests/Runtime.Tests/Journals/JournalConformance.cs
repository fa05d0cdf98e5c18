using Rebalancer.Runtime.Journals;

namespace Rebalancer.Runtime.Tests.Journals;

/// <summary>What every journal must do. A derived class says how to make one and how a successor takes it over.</summary>
public abstract class JournalConformance : IAsyncLifetime
{
    private const string Account = "account/a";

    /// <summary>The journal under test, open under <see cref="Epoch"/>.</summary>
    protected IJournal Journal { get; set; } = null!;

    protected abstract long Epoch { get; }

    /// <summary>Makes a fresh, empty journal.</summary>
    protected abstract ValueTask<IJournal> CreateAsync();

    /// <summary>Raises the epoch behind the open journal's back, as a second owner would.</summary>
    protected abstract Task<long> TakeOverAsync();

    public async ValueTask InitializeAsync() => Journal = await CreateAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Append_ThenRead_GivesEveryColumnBack()
    {
        (await AppendAsync(Requests.Events(Account, 0, Epoch, """{"n":1}""", """{"text":"ü\u0000漢"}"""))).ShouldBe(new AppendOutcome.Accepted(2));

        var rows = await Journal.ReadToListAsync(Account);
        rows.Count.ShouldBe(2);
        rows[0].ShouldBe(new JournalRow(
            1, Account, 1, "thing-happened", 1, """{"n":1}""", Requests.At, Epoch, "writer-1", "correlation-1", "causation-1", string.Empty, rows[0].Hash));
        rows[0].Hash.ShouldBe(JournalHash.Compute(rows[0]));
        rows[1].PreviousHash.ShouldBe(rows[0].Hash);
        rows[1].Payload.ShouldBe("""{"text":"ü\u0000漢"}""");
        rows[1].Hash.ShouldBe(JournalHash.Compute(rows[1]));
    }

    [Fact]
    public async Task Read_FromTheMiddle_SkipsEarlierEvents()
    {
        await AppendAsync(Requests.Events(Account, 0, Epoch, "1", "2", "3"));
        (await Journal.ReadToListAsync(Account, 3)).ShouldHaveSingleItem().Payload.ShouldBe("3");
        (await Journal.ReadToListAsync(Account, 4)).ShouldBeEmpty();
        (await Journal.ReadToListAsync("account/none")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Recover_GivesTheSameEventsAsRead()
    {
        await AppendAsync(Requests.Events(Account, 0, Epoch, [.. Enumerable.Range(1, 2_500).Select(i => $"{i}")]));
        var recovered = new List<RecoveredEvent>();
        await foreach (var one in Journal.RecoverAsync(Account, 2, CancellationToken.None))
        {
            recovered.Add(one);
        }

        recovered.ShouldBe((await Journal.ReadToListAsync(Account, 2))
            .Select(row => new RecoveredEvent(row.SequenceNr, row.EventName, row.EventVersion, row.Payload)));
    }

    [Fact]
    public async Task ReadAll_IsInOffsetOrderAndBounded()
    {
        await AppendAsync(Requests.Events("thing/b", 0, Epoch, "1"));
        await AppendAsync(Requests.Events("thing/a", 0, Epoch, "2", "3"));
        var all = new List<JournalRow>();
        await foreach (var row in Journal.ReadAllAsync(0, 2, CancellationToken.None))
        {
            all.Add(row);
        }

        all.Select(row => row.Payload).ShouldBe(["1", "2"]);
        await foreach (var row in Journal.ReadAllAsync(all[^1].GlobalOffset, 10, CancellationToken.None))
        {
            row.Payload.ShouldBe("3");
        }
    }

    [Fact]
    public async Task Append_BehindAnotherWritersEvents_IsAConflictAndWritesNothing()
    {
        await AppendAsync(Requests.Events(Account, 0, Epoch, "1"));
        var outcome = await AppendAsync(Requests.Events(Account, 0, Epoch, "other") with { WriterId = "writer-2" });
        outcome.ShouldBe(new AppendOutcome.Conflict(1));
        (await AppendAsync(Requests.Events(Account, 5, Epoch, "far ahead"))).ShouldBe(new AppendOutcome.Conflict(1));
        (await Journal.ReadToListAsync(Account)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Append_RepeatedAfterACommitReportedAsFailed_SucceedsOnce()
    {
        var request = Requests.Events(Account, 0, Epoch, "1", "2").Sending("account/b");
        await AppendAsync(request);
        (await AppendAsync(request)).ShouldBe(new AppendOutcome.Accepted(2));
        (await Journal.ReadToListAsync(Account)).Count.ShouldBe(2);
        (await Journal.ReadOutboxAsync(0, 10, CancellationToken.None)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Append_RepeatedWithAChange_IsAConflict()
    {
        var request = Requests.Events(Account, 0, Epoch, "1");
        await AppendAsync(request);
        (await AppendAsync(request with { CorrelationId = "other" })).ShouldBe(new AppendOutcome.Conflict(1));
        (await AppendAsync(Requests.Events(Account, 0, Epoch, "1", "2"))).ShouldBe(new AppendOutcome.Conflict(1));
    }

    [Fact]
    public async Task Append_UnderAnotherEpoch_IsFencedAndWritesNothing()
    {
        (await AppendAsync(Requests.Events(Account, 0, Epoch - 1, "1"))).ShouldBe(new AppendOutcome.Fenced(Epoch));
        (await Journal.ReadToListAsync(Account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Append_AfterATakeOver_IsFencedAndWritesNothing()
    {
        var old = Epoch;
        await AppendAsync(Requests.Events(Account, 0, old, "1"));
        var raised = await TakeOverAsync();
        raised.ShouldBeGreaterThan(old);
        (await AppendAsync(Requests.Events(Account, 1, old, "2"))).ShouldBe(new AppendOutcome.Fenced(raised));
        (await Journal.ReadToListAsync(Account)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Append_WhenAScopeIsHalted_WritesNothingUntilItIsLifted()
    {
        await AppendAsync(Requests.Events("portfolio/p", 0, Epoch, "halted") with { HaltChanges = [new HaltChange("global", true, "ann", "because")] });
        var halt = (await Journal.ReadHaltsAsync(CancellationToken.None)).ShouldHaveSingleItem();
        (halt.Scope, halt.Who, halt.Why).ShouldBe(("global", "ann", "because"));

        var arming = Requests.Events(Account, 0, Epoch, "armed").Sending("thing/x") with { HaltScopes = ["portfolio/p", "global"] };
        (await AppendAsync(arming)).ShouldBe(new AppendOutcome.Halted("global"));
        (await Journal.ReadToListAsync(Account)).ShouldBeEmpty();
        (await Journal.ReadOutboxAsync(0, 10, CancellationToken.None)).ShouldBeEmpty();
        (await AppendAsync(arming with { HaltScopes = ["portfolio/p"] })).ShouldBe(new AppendOutcome.Accepted(1));

        await AppendAsync(Requests.Events("portfolio/p", 1, Epoch, "lifted") with { HaltChanges = [new HaltChange("global", false, "ann", "done")] });
        (await AppendAsync(arming with { ExpectedSequenceNr = 1 })).ShouldBe(new AppendOutcome.Accepted(2));
        (await Journal.ReadHaltsAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Outbox_NumbersMessagesPerSenderForEver()
    {
        await AppendAsync(Requests.Events("thing/p", 0, Epoch, "1").Sending("thing/a", "thing/b"));
        await AppendAsync(Requests.Events("thing/q", 0, Epoch, "1").Sending("thing/a"));
        var rows = await Journal.ReadOutboxAsync(0, 10, CancellationToken.None);
        rows.Select(row => (row.Sender, row.Sequence, row.Receiver)).ShouldBe([("thing/p", 1, "thing/a"), ("thing/p", 2, "thing/b"), ("thing/q", 1, "thing/a")]);
        rows[0].ShouldBe(new OutboxRow(rows[0].Offset, "thing/p", 1, "thing/a", "do-thing", 1, """{"to":"thing/a"}""", "correlation-1"));
        (await Journal.ReadOutboxAsync(rows[0].Offset, 1, CancellationToken.None)).ShouldHaveSingleItem().Sequence.ShouldBe(2);

        await Journal.ConfirmAsync("thing/p", 1, CancellationToken.None);
        await Journal.ConfirmAsync("thing/p", 2, CancellationToken.None);
        await Journal.ConfirmAsync("thing/p", 2, CancellationToken.None);
        await AppendAsync(Requests.Events("thing/p", 1, Epoch, "2").Sending("thing/a"));
        (await Journal.ReadOutboxAsync(0, 10, CancellationToken.None)).Select(row => (row.Sender, row.Sequence)).ShouldBe([("thing/q", 1), ("thing/p", 3)]);
    }

    [Fact]
    public async Task Receipt_MakesASecondEffectImpossible_BeforeAndAfterConfirmation()
    {
        await AppendAsync(Requests.Events("thing/p", 0, Epoch, "1").Sending(Account));
        (await Journal.IsReceivedAsync(Account, "thing/p", 1, CancellationToken.None)).ShouldBeFalse();

        var effect = Requests.Events(Account, 0, Epoch, "effect") with { Receipt = new MessageReceipt("thing/p", 1) };
        (await AppendAsync(effect)).ShouldBe(new AppendOutcome.Accepted(1));
        (await Journal.IsReceivedAsync(Account, "thing/p", 1, CancellationToken.None)).ShouldBeTrue();
        (await AppendAsync(effect)).ShouldBe(new AppendOutcome.Accepted(1), "the same append again is the same effect");
        (await AppendAsync(effect with { ExpectedSequenceNr = 1 })).ShouldBe(new AppendOutcome.AlreadyReceived());

        await Journal.ConfirmAsync("thing/p", 1, CancellationToken.None);
        (await Journal.IsReceivedAsync(Account, "thing/p", 1, CancellationToken.None)).ShouldBeTrue();
        (await AppendAsync(effect with { ExpectedSequenceNr = 1 })).ShouldBe(new AppendOutcome.AlreadyReceived());
        (await Journal.ReadToListAsync(Account)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Receipt_MayStandAlone_AndIsWrittenOnce()
    {
        await AppendAsync(Requests.Events("thing/p", 0, Epoch, "1").Sending(Account));
        (await AppendAsync(Requests.ReceiptOnly(Account, 0, Epoch, "thing/p", 1))).ShouldBe(new AppendOutcome.Accepted(0));
        (await AppendAsync(Requests.ReceiptOnly(Account, 0, Epoch, "thing/p", 1))).ShouldBe(new AppendOutcome.AlreadyReceived());
        (await Journal.ReadToListAsync(Account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Append_OfMessagesWithoutEvents_IsRefused()
    {
        await Should.ThrowAsync<ArgumentException>(() => AppendAsync(Requests.Events(Account, 0, Epoch).Sending("thing/b")));
        await Should.ThrowAsync<ArgumentException>(() => AppendAsync(Requests.Events(Account, 0, Epoch)));
        await Should.ThrowAsync<ArgumentException>(() => AppendAsync(Requests.Events(string.Empty, 0, Epoch, "1")));
    }

    [Fact]
    public async Task Snapshot_LastOneWins()
    {
        (await Journal.LoadSnapshotAsync(Account, CancellationToken.None)).ShouldBeNull();
        var first = new SnapshotRow(Account, 5, "state", 1, """{"a":1}""", Requests.At);
        await Journal.SaveSnapshotAsync(first, CancellationToken.None);
        await Journal.SaveSnapshotAsync(first with { SequenceNr = 9, Payload = """{"a":2}""" }, CancellationToken.None);
        (await Journal.LoadSnapshotAsync(Account, CancellationToken.None)).ShouldBe(first with { SequenceNr = 9, Payload = """{"a":2}""" });
    }

    [Fact]
    public async Task ListPersistenceIds_FiltersByPrefixInOrdinalOrder()
    {
        foreach (var id in new[] { "account/b", "portfolio/p", "account/B", "account/a_%", "accounting/x" })
        {
            await AppendAsync(Requests.Events(id, 0, Epoch, "1"));
        }

        (await Journal.ListPersistenceIdsAsync("account/", CancellationToken.None)).ShouldBe(["account/B", "account/a_%", "account/b"]);
        (await Journal.ListPersistenceIdsAsync("account/a_", CancellationToken.None)).ShouldBe(["account/a_%"]);
        (await Journal.ListPersistenceIdsAsync(string.Empty, CancellationToken.None)).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Append_FromManyActorsAtOnce_AnswersEachByItself()
    {
        await AppendAsync(Requests.Events("busy/0", 0, Epoch, "first"));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            AppendAsync(Requests.Events($"busy/{i}", 0, i == 7 ? Epoch - 1 : Epoch, "x") with { WriterId = $"w{i}" })));
        outcomes[0].ShouldBe(new AppendOutcome.Conflict(1));
        outcomes[7].ShouldBe(new AppendOutcome.Fenced(Epoch));
        outcomes.Count(outcome => outcome == new AppendOutcome.Accepted(1)).ShouldBe(198);
        (await new JournalVerifier(Journal).VerifyAsync(CancellationToken.None)).ShouldSatisfyAllConditions(
            report => report.IsIntact.ShouldBeTrue(), report => report.Events.ShouldBe(199));
    }

    [Fact]
    public async Task ConfirmedMessages_LeaveNothingBehind()
    {
        for (var i = 0; i < 50; i++)
        {
            await AppendAsync(Requests.Events("thing/p", i, Epoch, "decided").Sending(Account));
            await AppendAsync(Requests.Events(Account, i, Epoch, "executed") with { Receipt = new MessageReceipt("thing/p", i + 1) });
            await Journal.ConfirmAsync("thing/p", i + 1, CancellationToken.None);
        }

        (await Journal.ReadOutboxAsync(0, 10, CancellationToken.None)).ShouldBeEmpty();
        (await CountReceiptsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Cache_GivesBackWhatWasWrittenLast_AndNullForAnotherName()
    {
        var store = Journal.ShouldBeAssignableTo<ICacheStore>()!;
        (await store.ReadCacheAsync("bars", CancellationToken.None)).ShouldBeNull();

        await store.WriteCacheAsync("bars", new CachedText("one", Requests.At), CancellationToken.None);
        await store.WriteCacheAsync("bars", new CachedText("two ü漢", Requests.At.AddHours(1)), CancellationToken.None);
        await store.WriteCacheAsync("other", new CachedText("three", Requests.At), CancellationToken.None);

        (await store.ReadCacheAsync("bars", CancellationToken.None)).ShouldBe(new CachedText("two ü漢", Requests.At.AddHours(1)));
        (await Journal.ListPersistenceIdsAsync("", CancellationToken.None)).ShouldBeEmpty();
    }

    /// <summary>Receipts kept by the journal.</summary>
    protected abstract Task<int> CountReceiptsAsync();

    private Task<AppendOutcome> AppendAsync(AppendRequest request) => Journal.AppendAsync(request, CancellationToken.None);
}
