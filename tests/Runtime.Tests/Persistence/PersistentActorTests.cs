using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.TestKit;

namespace Rebalancer.Runtime.Tests.Persistence;

public sealed class PersistentActorTests : IAsyncDisposable
{
    private readonly InMemoryJournal _journal = new();

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    [Fact]
    public void Persist_ReturnsWhenDurableAndApplied()
    {
        using var simulation = Start(_journal);
        simulation.Ask<PersistResult>(Ledger(simulation), new Add(5)).ShouldBe(new PersistResult.Accepted(1));
        Read(simulation).Sum.ShouldBe(5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Recover_FromSnapshotAndTail_EqualsRecoveryFromZero(int snapshotEvery)
    {
        using (var first = Start(_journal, snapshotEvery))
        {
            for (var i = 1; i <= 30; i++)
            {
                first.Ask<PersistResult>(Ledger(first), new Add(i));
            }
        }

        var fromHere = ReadAfterRestart(_journal, snapshotEvery);
        fromHere.Sum.ShouldBe(465);
        fromHere.Amounts.ShouldBe(Enumerable.Range(1, 30).Select(i => (long)i));
    }

    [Fact]
    public async Task Recover_UsesTheSnapshot()
    {
        using (var first = Start(_journal, snapshotEvery: 4))
        {
            for (var i = 1; i <= 10; i++)
            {
                first.Ask<PersistResult>(Ledger(first), new Add(i));
            }
        }

        var taken = (await _journal.LoadSnapshotAsync("ledger/a", CancellationToken.None)).ShouldNotBeNull();
        taken.SequenceNr.ShouldBe(8);
        var other = taken with { Payload = """{"sum":1000,"amounts":[1000]}""" };
        await _journal.SaveSnapshotAsync(other with { Hash = other.ComputeHash() }, CancellationToken.None);
        ReadAfterRestart(_journal).Amounts.ShouldBe([1000, 9, 10]);
    }

    [Theory]
    [InlineData("payload")]
    [InlineData("hash")]
    [InlineData("stream")]
    public async Task Recover_WhenTheSnapshotIsNotTheOneThatWasTaken_ReplaysEverything(string what)
    {
        using (var first = Start(_journal, snapshotEvery: 4))
        {
            for (var i = 1; i <= 5; i++)
            {
                first.Ask<PersistResult>(Ledger(first), new Add(i));
            }
        }

        var taken = (await _journal.LoadSnapshotAsync("ledger/a", CancellationToken.None)).ShouldNotBeNull();
        var other = what switch
        {
            "payload" => taken with { Payload = """{"sum":1000,"amounts":[1000]}""" },
            "hash" => taken with { Payload = """{"sum":1000,"amounts":[1000]}""", Hash = "" },
            _ => taken with { Payload = """{"sum":1000,"amounts":[1000]}""", StreamHash = "of another stream" },
        };
        await _journal.SaveSnapshotAsync(what == "stream" ? other with { Hash = other.ComputeHash() } : other, CancellationToken.None);

        ReadAfterRestart(_journal).Amounts.ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task Recover_WhenTheSnapshotIsOfAnUnknownVersion_ReplaysEverything()
    {
        using (var first = Start(_journal))
        {
            first.Ask<PersistResult>(Ledger(first), new Add(5));
        }

        await _journal.SaveSnapshotAsync(new SnapshotRow("ledger/a", 1, "ledger-state", 9, "{}", DateTimeOffset.UnixEpoch), CancellationToken.None);
        ReadAfterRestart(_journal).Sum.ShouldBe(5);
    }

    [Fact]
    public void Recover_ComesBeforeCommandsThatArriveMeanwhile()
    {
        using (var first = Start(_journal))
        {
            first.Ask<PersistResult>(Ledger(first), new Add(5));
        }

        using var second = new SimulatedSystem(2);
        var slow = new FaultyJournal(_journal) { ReadDelay = () => Task.Delay(TimeSpan.FromSeconds(1), second.Clock) };
        LedgerActor.Start(second, slow, _journal.RaiseEpoch());
        var probe = second.CreateProbe();
        probe.Send(Ledger(second), new Add(6));
        probe.Send(Ledger(second), new GetLedger());
        probe.ExpectMessage<PersistResult.Accepted>().LastSequenceNr.ShouldBe(2);
        probe.ExpectMessage<LedgerState>().Amounts.ShouldBe([5, 6]);
    }

    [Fact]
    public void Recover_OfManyEntities_IsLimited()
    {
        using var simulation = new SimulatedSystem();
        var slow = new FaultyJournal(_journal) { ReadDelay = () => Task.Delay(TimeSpan.FromSeconds(1), simulation.Clock) };
        LedgerActor.Start(simulation, slow, _journal.Epoch);
        var probe = simulation.CreateProbe();
        for (var i = 0; i < 9; i++)
        {
            probe.Send(simulation.System.Entity($"ledger/{i}"), new GetLedger());
        }

        simulation.RunFor(TimeSpan.FromSeconds(4.5));
        probe.Waiting.ShouldBe(8);
        slow.MostConcurrentReads.ShouldBe(2);
        simulation.RunFor(TimeSpan.FromSeconds(1));
        probe.Waiting.ShouldBe(9);
    }

    [Theory]
    [InlineData(JournalFaultPoint.FailBefore, 6)]
    [InlineData(JournalFaultPoint.FailAfter, 11)]
    internal void Persist_WhenTheOutcomeIsUnknown_RestartsFromTheJournal(JournalFaultPoint point, long sum)
    {
        using var simulation = new SimulatedSystem();
        LedgerActor.Start(simulation, new FaultyJournal(_journal, 2, point), _journal.Epoch);
        simulation.Ask<PersistResult>(Ledger(simulation), new Add(1));
        Ledger(simulation).Tell(new Add(5));
        simulation.RunFor(TimeSpan.FromSeconds(5));
        simulation.Ask<PersistResult>(Ledger(simulation), new Add(5));
        Read(simulation).Sum.ShouldBe(sum);
    }

    [Fact]
    public void Persist_WhenTheHandlerSwallowsTheFailure_StillRestartsFromTheJournal()
    {
        using var simulation = new SimulatedSystem();
        LedgerActor.Start(simulation, new FaultyJournal(_journal, 1, JournalFaultPoint.FailAfter), _journal.Epoch);
        Ledger(simulation).Tell(new AddAndIgnoreFailure(5));
        simulation.RunFor(TimeSpan.FromSeconds(5));
        Read(simulation).Sum.ShouldBe(5);
    }

    [Fact]
    public void Persist_UnderAnOldEpoch_NeverWritesAgain()
    {
        using var simulation = Start(_journal);
        simulation.Ask<PersistResult>(Ledger(simulation), new Add(1));
        _journal.RaiseEpoch();
        Ledger(simulation).Tell(new Add(5));
        simulation.RunFor(TimeSpan.FromMinutes(1));
        ReadAfterRestart(_journal).Sum.ShouldBe(1);
    }

    [Fact]
    public void Persist_WhenASecondWriterWrote_RecoversItsEventsFirst()
    {
        using var one = Start(_journal);
        using var two = Start(_journal);
        one.Ask<PersistResult>(Ledger(one), new Add(1));
        two.Ask<PersistResult>(Ledger(two), new Add(2));
        Ledger(one).Tell(new Add(4));
        one.RunFor(TimeSpan.FromSeconds(5));
        Read(one).Amounts.ShouldBe([1, 2]);
    }

    [Fact]
    public void Persist_InAHaltedScope_IsAnsweredAndLeavesTheStateAlone()
    {
        using var simulation = Start(_journal);
        simulation.Ask<PersistResult>(Ledger(simulation), new StopTrading("global", true));
        simulation.Ask<PersistResult>(Ledger(simulation), new AddWhileRunning(5, "global")).ShouldBe(new PersistResult.Halted("global"));
        Read(simulation).Sum.ShouldBe(0);
        simulation.Ask<PersistResult>(Ledger(simulation), new StopTrading("global", false));
        simulation.Ask<PersistResult>(Ledger(simulation), new AddWhileRunning(5, "global")).ShouldBe(new PersistResult.Accepted(3));
    }

    [Fact]
    public async Task Correlation_FlowsFromTheCommandThroughReliableMessagesToTheRows()
    {
        using var simulation = Start(_journal);
        simulation.Ask<PersistResult>(Ledger(simulation), new CorrelatedAdd(1, "decision-7"));
        simulation.Ask<PersistResult>(Ledger(simulation), new SendTo("ledger/b", 2));
        simulation.RunFor(TimeSpan.FromSeconds(1));
        var rows = new List<JournalRow>();
        await foreach (var row in _journal.ReadAllAsync(0, 10, CancellationToken.None))
        {
            rows.Add(row);
        }

        rows.Select(row => (row.CorrelationId, row.CausationId)).ShouldBe(
            [("decision-7", "CorrelatedAdd"), ("ledger/a@2", "SendTo"), ("ledger/a@2", "ledger/a#1")]);
    }

    [Fact]
    public async Task Recover_OfAnEventThatIsNotInTheCatalog_FailsLoudlyAndRunsNoCommand()
    {
        await _journal.AppendAsync(
            Journals.Requests.Events("ledger/a", 0, _journal.Epoch, "{}"), CancellationToken.None);
        using var simulation = Start(_journal);
        var probe = simulation.CreateProbe();
        probe.Send(Ledger(simulation), new GetLedger());
        probe.ExpectNoMessage(TimeSpan.FromSeconds(30));
    }

    private static SimulatedSystem Start(InMemoryJournal journal, int snapshotEvery = 0)
    {
        var simulation = new SimulatedSystem(7);
        LedgerActor.Start(simulation, journal, journal.Epoch, snapshotEvery);
        return simulation;
    }

    private static IActorRef Ledger(SimulatedSystem simulation) => simulation.System.Entity("ledger/a");

    private static LedgerState Read(SimulatedSystem simulation) =>
        simulation.Ask<LedgerState>(Ledger(simulation), new GetLedger(), TimeSpan.FromMinutes(1));

    private static LedgerState ReadAfterRestart(InMemoryJournal journal, int snapshotEvery = 0)
    {
        journal.RaiseEpoch();
        using var restarted = Start(journal, snapshotEvery);
        return Read(restarted);
    }
}
