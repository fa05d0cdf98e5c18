using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.TestKit;

namespace Rebalancer.Runtime.Tests.Persistence;

/// <summary>A reliable message takes effect once and in order, whatever fails and wherever the process dies.</summary>
public sealed class ReliableDeliveryTests : IAsyncDisposable
{
    /// <summary>Three sends of two messages each: 3 appends of the sender, 6 receipts, 6 confirmations, and a few repeated.</summary>
    private const int MostWrites = 18;

    private readonly InMemoryJournal _journal = new();

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    public static TheoryData<string, int> Faults()
    {
        var data = new TheoryData<string, int>();
        foreach (var point in Enum.GetValues<JournalFaultPoint>().Where(point => point != JournalFaultPoint.None))
        {
            for (var at = 1; at <= MostWrites; at++)
            {
                data.Add(point.ToString(), at);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Message_AcrossAFaultAtEveryWrite_TakesEffectOnce(string point, int at)
    {
        var faulty = new FaultyJournal(_journal, at, Enum.Parse<JournalFaultPoint>(point));
        var first = Start(faulty, _journal.Epoch, at);
        var probe = first.CreateProbe();
        for (var i = 1; i <= 3; i++)
        {
            probe.Send(first.System.Entity("ledger/a"), new SendTo("ledger/b", i));
            first.RunFor(TimeSpan.FromMilliseconds(100));
        }

        first.RunFor(TimeSpan.FromSeconds(60));
        if (faulty.Crashed)
        {
            // The dead process is left as it stands: nothing of it runs any more.
            using var second = Start(_journal, _journal.RaiseEpoch(), at + 1000);
            second.RunFor(TimeSpan.FromSeconds(60));
            await CheckAsync(second);
        }
        else
        {
            await CheckAsync(first);
            first.Dispose();
        }
    }

    [Fact]
    public void Messages_OfOneSenderToOneReceiver_TakeEffectInOrder()
    {
        using var simulation = Start(_journal, _journal.Epoch, 3);
        for (var i = 1; i <= 50; i++)
        {
            simulation.System.Entity("ledger/a").Tell(new SendTo("ledger/b", i));
        }

        simulation.RunFor(TimeSpan.FromSeconds(10));
        simulation.Ask<LedgerState>(simulation.System.Entity("ledger/b"), new GetLedger()).Amounts.ShouldBe(
            Enumerable.Range(1, 50).Select(i => (long)i));
    }

    [Fact]
    public async Task Message_DeliveredAgainAfterItsConfirmation_HasNoEffect()
    {
        using var simulation = Start(_journal, _journal.Epoch, 3);
        simulation.System.Entity("ledger/a").Tell(new SendTo("ledger/b", 7));
        simulation.RunFor(TimeSpan.FromSeconds(5));
        simulation.System.Entity("ledger/b").Tell(new ReliableDelivery("ledger/a", 1, "late", new Credit(7)));
        simulation.RunFor(TimeSpan.FromSeconds(5));
        simulation.Ask<LedgerState>(simulation.System.Entity("ledger/b"), new GetLedger()).Sum.ShouldBe(7);
        (await _journal.ReadOutboxAsync(0, 10, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Message_ThatCannotBeDelivered_StaysAndDoesNotHoldUpOthers()
    {
        using var simulation = Start(_journal, _journal.Epoch, 3);
        simulation.System.Entity("ledger/a").Tell(new SendTo("nowhere/b", 1));
        simulation.System.Entity("ledger/a").Tell(new SendTo("ledger/b", 2));
        simulation.RunFor(TimeSpan.FromSeconds(5));
        simulation.Ask<LedgerState>(simulation.System.Entity("ledger/b"), new GetLedger()).Sum.ShouldBe(2);
        (await _journal.ReadOutboxAsync(0, 10, CancellationToken.None)).Select(row => row.Receiver).ShouldBe(["nowhere/b", "nowhere/b"]);
    }

    [Fact]
    public async Task HundredThousandDecisions_LeaveNoReceiptsBehind()
    {
        const int decisions = 100_000;
        var most = 0;
        for (var i = 0; i < decisions; i++)
        {
            var decided = Journals.Requests.Events("portfolio/p", i, _journal.Epoch, "1") with
            {
                Messages = [new MessageToSend("account/a", "credit", 1, "{}")],
            };
            await _journal.AppendAsync(decided, CancellationToken.None);
            await _journal.AppendAsync(
                Journals.Requests.Events("account/a", i, _journal.Epoch, "1") with { Receipt = new MessageReceipt("portfolio/p", i + 1) },
                CancellationToken.None);
            most = Math.Max(most, _journal.ReceiptCount);
            await _journal.ConfirmAsync("portfolio/p", i + 1, CancellationToken.None);
        }

        most.ShouldBe(1);
        _journal.ReceiptCount.ShouldBe(0);
        (await _journal.IsReceivedAsync("account/a", "portfolio/p", 1, CancellationToken.None)).ShouldBeTrue();
    }

    private static SimulatedSystem Start(IJournal journal, long epoch, int seed)
    {
        var simulation = new SimulatedSystem(seed);
        LedgerActor.Start(simulation, journal, epoch);
        return simulation;
    }

    private async Task CheckAsync(SimulatedSystem simulation)
    {
        var sent = new List<long>();
        var catalog = LedgerActor.CreateCatalog();
        await foreach (var row in _journal.ReadAsync("ledger/a", 1, CancellationToken.None))
        {
            sent.Add(((Sent)catalog.Deserialize(row.EventName, row.EventVersion, row.Payload)).Amount);
        }

        var received = simulation.Ask<LedgerState>(simulation.System.Entity("ledger/b"), new GetLedger(), TimeSpan.FromMinutes(1));
        received.Amounts.ShouldBe(sent);
        (await _journal.ReadOutboxAsync(0, 10, CancellationToken.None)).ShouldBeEmpty();
        _journal.ReceiptCount.ShouldBe(0);
        (await new JournalVerifier(_journal).VerifyAsync(CancellationToken.None)).IsIntact.ShouldBeTrue();
    }
}
