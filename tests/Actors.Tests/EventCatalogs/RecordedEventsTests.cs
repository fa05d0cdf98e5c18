using System.Text.Json.Nodes;
using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.Tests.EventCatalogs;

/// <summary>
/// Journals live longer than programs. The files hold what earlier versions wrote, one stored event a line; a line is never changed, new ones
/// are added with each version that stores something new.
/// </summary>
public sealed class RecordedEventsTests
{
    private readonly EventCatalog _catalog =
        new EventCatalog(JournalJson.Options).RegisterAccountEvents().RegisterPortfolioEvents().RegisterRosterEvents();

    [Theory]
    [InlineData("sliced", 6, TradingState.Active)]
    [InlineData("timed-out", 2, TradingState.Active)]
    [InlineData("never-arrived", 2, TradingState.Active)]
    [InlineData("quarantined", 1, TradingState.Active)]
    [InlineData("halted", 1, TradingState.Halted)]
    [InlineData("rejected", 4, TradingState.Active)]
    [InlineData("by-hand", 0, TradingState.Reducing)]
    [InlineData("rare", 2, TradingState.Active)]
    public void Account_OfVersion1_IsReplayed(string stream, int orders, TradingState state)
    {
        var account = Account.Replay(Read("account-1", stream).OfType<AccountEvent>());

        account.Orders.Count.ShouldBe(orders);
        account.TradingState.ShouldBe(state);
        account.LiveOrders.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sliced")]
    [InlineData("quarantined")]
    [InlineData("by-hand")]
    public void AccountSnapshot_OfVersion1_IsWhatItsEventsGive(string stream)
    {
        var stored = Read("account-1", stream);
        var snapshot = stored.OfType<Account>().Single();
        var replayed = Account.Replay(stored.OfType<AccountEvent>());

        replayed.Expected.ShouldBe(snapshot.Expected);
        replayed.SeenFills.ShouldBe(snapshot.SeenFills);
        replayed.Orders.Values.Select(order => (order.IntentId, order.State, order.Filled, order.Reservation))
            .ShouldBe(snapshot.Orders.Values.Select(order => (order.IntentId, order.State, order.Filled, order.Reservation)));
    }

    [Fact]
    public void Portfolio_OfVersion1_IsReplayed()
    {
        var state = Read("portfolio-1", "first-decision").Aggregate(PortfolioState.Empty, (before, e) => before.Evolve(e));

        state.Decisions.ShouldBe(1);
        state.Open.ShouldBeNull();
        state.Recent.Single().Status.ShouldBe("completed");
    }

    [Fact]
    public void Account_OfVersion2_IsReplayedWithItsReducedReservation()
    {
        var events = Read("account-2", "partly-filled").Cast<AccountEvent>().ToList();
        var account = Account.Replay(events);

        var reduced = events.OfType<ReservationReduced>().Single();
        var order = account.Orders[reduced.IntentId];
        (order.State, order.Reservation, order.ReservedQuantity).ShouldBe((OrderState.Cancelled, null, reduced.Quantity));
        order.OpenQuantity.ShouldBe(reduced.Quantity);
        account.LiveOrders.ShouldBeEmpty();
    }

    [Fact]
    public void Portfolio_OfVersion2_IsReplayedWithItsSkippedSlot()
    {
        var state = Read("portfolio-2", "skipped-slot").Aggregate(PortfolioState.Empty, (before, e) => before.Evolve(e));

        state.LastSlot.ShouldBe("2026-11-26T15:30:00");
        state.Settings!.Schedule!.WhenClosed.ShouldBe(ClosedMarkets.Skip);
        state.Pending.ShouldNotContain(trigger => trigger.Kind == TriggerKind.Schedule);
        state.Joined.Count.ShouldBe(5);
    }

    [Fact]
    public void Portfolio_OfVersion3_IsReplayedAsPaused()
    {
        var state = Read("portfolio-3", "paused-and-retired").Aggregate(PortfolioState.Empty, (before, e) => before.Evolve(e));

        state.Pause.ShouldNotBeNull().Who.ShouldBe("bob");
        Read("portfolio-3", "paused-and-retired").Select(e => e.GetType()).ShouldContain(typeof(PortfolioUnpaused));
    }

    [Fact]
    public void AccountFile_HoldsEveryEventOfVersion1()
    {
        var names = Lines("account-1").Select(line => (string)line["name"]!).ToHashSet();
        names.Count.ShouldBe(29);
    }

    private List<object> Read(string file, string stream) =>
        [.. Lines(file).Where(line => (string)line["stream"]! == stream)
            .Select(line => _catalog.Deserialize((string)line["name"]!, (int)line["version"]!, line["payload"]!.ToJsonString()))];

    private static IEnumerable<JsonNode> Lines(string file)
    {
        using var stream = typeof(RecordedEventsTests).Assembly.GetManifestResourceStream(file).ShouldNotBeNull();
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            yield return JsonNode.Parse(line)!;
        }
    }
}
