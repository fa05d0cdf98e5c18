using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Runtime.Actors;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Actors.Tests.Accounts;

/// <summary>Decisions carried out: permits, sends, and what they come to.</summary>
public sealed class AccountActorOrdersTests : IDisposable
{
    private readonly AccountWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Message_NobodyKnows_LeavesTheOrderManagerAtItsWork()
    {
        _world.Settle();
        _world.Execute(AccountWorld.Sell(0.1m));
        _world.Simulation.RunUntil(() => _world.Venue.Sent.Count > 0, TimeSpan.FromMinutes(1)).ShouldBeTrue();

        var manager = Managers().ShouldHaveSingleItem();
        _world.Simulation.System.Find(manager.Path)!.Tell("what is this?");
        _world.Simulation.RunUntilIdle();

        Managers().ShouldHaveSingleItem().Restarts.ShouldBe(0);
        _world.Completion().Results.ShouldHaveSingleItem().State.ShouldBe(OrderState.Filled);
        return;

        IReadOnlyList<ActorInfo> Managers() => [.. All(_world.Simulation.System.Inspect()).Where(actor => actor.ActorType == "OrderManager")];
        IEnumerable<ActorInfo> All(ActorInfo actor) => actor.Children.SelectMany(All).Prepend(actor);
    }

    [Fact]
    public void Execute_SellsFirstThenBuysFromConfirmedProceedsAndReportsOnce()
    {
        _world.Settle();
        _world.Execute(AccountWorld.Buy(12), AccountWorld.Sell(0.6m));

        var completion = _world.Completion();

        completion.Results.Select(result => result.State).ShouldBe([OrderState.Filled, OrderState.Filled]);
        completion.Results[0].Filled.ShouldBe(12);
        var events = _world.Events();
        var sold = events.OfType<FillBooked>().Where(fill => fill.IntentId.StartsWith("d1-1", StringComparison.Ordinal)).Max(fill => fill.At);
        var bought = events.OfType<OrderArmed>().First(armed => armed.IntentId.StartsWith("d1-2", StringComparison.Ordinal));
        bought.BalancesReadAt.ShouldBeGreaterThanOrEqualTo(sold + OrderTimings.Default.SettleDelay);
        ShouldHaveSentEachIntentOnce();
        ShouldAgreeWithTheVenue();
    }

    [Fact]
    public async Task Execute_EveryEventOfAnOrder_IsJournaledUnderItsDecision()
    {
        _world.Settle();
        _world.Execute(AccountWorld.Buy(12) with { IntentId = "d1/paper/1" }, AccountWorld.Sell(0.6m) with { IntentId = "d1/paper/2" });
        _world.Completion();

        var rows = await _world.Rows.ReadAllAsync(0, int.MaxValue, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        var chain = rows.Where(row => row.EventName is "execution-accepted" or "intents-planned" or "fill-booked" or "execution-finished" 
            || row.EventName.StartsWith("order-", StringComparison.Ordinal) || row.EventName.StartsWith("reservation-", StringComparison.Ordinal)).ToList();
        chain.ShouldContain(row => row.EventName == "fill-booked");
        chain.ShouldAllBe(row => row.CorrelationId == "d1");
        rows.Except(chain).ShouldAllBe(row => row.CorrelationId != "d1");
    }

    [Fact]
    public void Execute_WhenSentTwice_PlansOnce()
    {
        _world.Settle();
        _world.Execute(AccountWorld.Sell(0.1m));
        _world.Execute(AccountWorld.Sell(0.1m));
        _world.Completion();
        _world.Events().OfType<ExecutionAccepted>().ShouldHaveSingleItem();
        _world.BookedOrders().ShouldHaveSingleItem();
    }

    [Fact]
    public void Execute_WhenDecisionHasExpired_ReportsExpiredAndSendsNothing()
    {
        _world.Settle();
        _world.Account.Tell(new ExecuteDecision(
            "main", "d1", _world.Now.AddSeconds(-1), [], new ExecutionStyle(OrderType.Limit, 60, 1, 0.02m, 1_000_000), [AccountWorld.Sell(0.1m)]));

        _world.Completion().Results.Single().State.ShouldBe(OrderState.Expired);
        _world.Venue.Sent.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(nameof(SimulatedFaults.ReplyLost))]
    [InlineData(nameof(SimulatedFaults.ServerErrorAccepted))]
    [InlineData(nameof(SimulatedFaults.GarbledReply))]
    [InlineData(nameof(SimulatedFaults.LateAcceptance))]
    [InlineData(nameof(SimulatedFaults.SlowReply))]
    public void Execute_WhenTheSendsOutcomeIsAmbiguousButItArrived_FindsItAndSendsNoSecond(string fault)
    {
        _world.Settle();
        _world.Desk.Faults = Fault(fault);
        _world.Execute(AccountWorld.Sell(0.1m));

        _world.Completion().Results.Single().Filled.ShouldBe(0.1m);

        _world.Venue.Sent.ShouldHaveSingleItem();
        _world.BookedOrders().ShouldHaveSingleItem();
        ShouldAgreeWithTheVenue();
    }

    [Theory]
    [InlineData(nameof(SimulatedFaults.LostBeforeArrival))]
    [InlineData(nameof(SimulatedFaults.ServerErrorRefused))]
    public void Execute_WhenTheSendNeverArrived_ProvesItAndGoesOnWithANewIntent(string fault)
    {
        _world.Settle();
        _world.Desk.Faults = Fault(fault);
        _world.Execute(AccountWorld.Sell(0.1m));
        _world.Simulation.RunFor(TimeSpan.FromSeconds(30));
        _world.Orders().Single().State.ShouldBe(OrderState.Unknown);
        _world.Desk.Faults = SimulatedFaults.None;

        _world.Completion().Results.Single().Filled.ShouldBe(0.1m);

        _world.Events().OfType<OrderNeverArrived>().ShouldHaveSingleItem();
        _world.Venue.Sent.Select(order => order.ClientOrderId).Distinct().Count().ShouldBe(2);
        ShouldAgreeWithTheVenue();
    }

    [Fact]
    public void Execute_WhenALimitIsNotFilledInTime_CancelsAndGoesOnAtTheNewPrice()
    {
        _world.Settle();

        // Priced by quotes above the market, the first order rests until its time is up; the next one sees the market as it is.
        _world.Venue.QuoteFactor = 1.01m;
        _world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        _world.Execute(new ExecutionStyle(OrderType.Limit, 5, 1, 0.05m, 1_000_000), AccountWorld.Sell(0.9m));
        _world.Simulation.RunUntil(() => _world.Venue.Sent.Count == 1, TimeSpan.FromMinutes(1)).ShouldBeTrue();
        _world.Venue.QuoteFactor = 1;

        _world.Completion().Results.Single().Filled.ShouldBe(0.9m);
        _world.Orders().ShouldContain(order => order.State == OrderState.Cancelled);
        _world.Venue.Sent[1].LimitPrice.ShouldNotBeNull().ShouldBeLessThan(_world.Venue.Sent[0].LimitPrice.ShouldNotBeNull());
        ShouldHaveSentEachIntentOnce();
        ShouldAgreeWithTheVenue();
    }

    [Fact]
    public void Execute_WhenTheTickHasChangedSinceRulesWereRead_IsRefusedOnceAndGoesOnUnderTheNewRules()
    {
        _world.Settle();
        _world.Venue.NewTick = 7;
        _world.Execute(AccountWorld.Sell(0.1m));

        _world.Completion().Results.Single().Filled.ShouldBe(0.1m);

        _world.Venue.Outcomes.OfType<SendOutcome.Rejected>().ShouldHaveSingleItem();
        ShouldHaveSentEachIntentOnce();
        ShouldAgreeWithTheVenue();
    }

    [Fact]
    public void Execute_WhenSliced_WorksOneSliceATimeoutAndAddsUp()
    {
        _world.Settle();
        _world.Execute(new ExecutionStyle(OrderType.Market, 30, 3, 0.02m, 1_000_000), AccountWorld.Sell(0.9m));

        _world.Completion().Results.Single().Filled.ShouldBe(0.9m);

        var armed = _world.Events().OfType<OrderArmed>().ToList();
        armed.Select(e => e.Request.Quantity).ShouldBe([0.3m, 0.3m, 0.3m]);
        (armed[2].At - armed[0].At).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Permits_WhenAScopeIsHalted_AreDenied()
    {
        _world.Settle();
        _world.Halt(HaltScope.Global);
        _world.Execute(AccountWorld.Sell(0.1m));

        var result = _world.Completion().Results.Single();

        (result.State, result.Reason).ShouldBe((OrderState.Denied, "halt: global is halted"));
        _world.Venue.Sent.ShouldBeEmpty();
    }

    [Fact]
    public void Permits_WhenOnlyBuysAreHalted_SellsGoOn()
    {
        _world.Settle();
        _world.Halt(HaltScope.BuysOf(HaltScope.Global));
        _world.Execute(AccountWorld.Sell(0.1m), AccountWorld.Buy(1));

        var results = _world.Completion().Results;

        results[0].State.ShouldBe(OrderState.Filled);
        (results[1].State, results[1].Reason).ShouldBe((OrderState.Denied, "halt: global:buys is halted"));
    }

    [Fact]
    public void Send_WhenHeldUpPastItsDeadline_NeverStarts()
    {
        _world.Settle();
        _world.Venue.HoldUp = () => Task.Delay(TimeSpan.FromSeconds(6), _world.Simulation.Clock);
        _world.Execute(AccountWorld.Sell(0.1m));
        _world.Simulation.RunUntil(() => _world.Venue.Outcomes.Count == 1, TimeSpan.FromSeconds(20)).ShouldBeTrue();

        _world.Venue.Outcomes.Single().ShouldBeOfType<SendOutcome.NotSent>();
        _world.BookedOrders().ShouldBeEmpty();
    }

    [Fact]
    public void Quarantined_WhenItTurnsUpAfterItsDecisionEnded_IsCancelledByTheAccount()
    {
        _world.Settle();
        _world.Venue.QuoteFactor = 1.015m;
        _world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        _world.Desk.Faults = SimulatedFaults.None with { ReplyLost = 1 };
        _world.Execute(new ExecutionStyle(OrderType.Limit, 60, 1, 0.02m, 1_000_000), AccountWorld.Sell(0.1m));
        _world.Simulation.RunUntil(() => _world.Venue.Sent.Count == 1, TimeSpan.FromMinutes(1)).ShouldBeTrue();
        _world.Venue.IsDown = true;
        _world.Completion().Results.Single().State.ShouldBe(OrderState.Quarantined);
        _world.Desk.Faults = SimulatedFaults.None;
        _world.Venue.IsDown = false;

        _world.Simulation.RunFor(TimeSpan.FromMinutes(5));

        _world.Orders().Single().State.ShouldBe(OrderState.Cancelled);
        _world.BookedOrders().ShouldAllBe(order => order.Status != VenueOrderStatus.Open);
    }

    private static SimulatedFaults Fault(string name) => name switch
    {
        nameof(SimulatedFaults.ReplyLost) => SimulatedFaults.None with { ReplyLost = 1 },
        nameof(SimulatedFaults.ServerErrorAccepted) => SimulatedFaults.None with { ServerErrorAccepted = 1 },
        nameof(SimulatedFaults.GarbledReply) => SimulatedFaults.None with { GarbledReply = 1 },
        nameof(SimulatedFaults.LateAcceptance) => SimulatedFaults.None with { LateAcceptance = 1 },
        nameof(SimulatedFaults.SlowReply) => SimulatedFaults.None with { SlowReply = 1 },
        nameof(SimulatedFaults.LostBeforeArrival) => SimulatedFaults.None with { LostBeforeArrival = 1 },
        _ => SimulatedFaults.None with { ServerErrorRefused = 1 },
    };

    private void ShouldHaveSentEachIntentOnce()
    {
        _world.Venue.Sent.Select(order => order.ClientOrderId).ShouldBeUnique();
        _world.BookedOrders().Select(order => order.ClientOrderId).ShouldBeUnique();
    }

    private void ShouldAgreeWithTheVenue()
    {
        var account = _world.Replay();
        account.Orders.Values.Sum(order => order.Filled).ShouldBe(_world.BookedFills().Sum(fill => fill.Quantity));
        account.TradingState.ShouldBe(TradingState.Active);
        account.AgreesWithBooks("USD").ShouldBeTrue();
    }
}
