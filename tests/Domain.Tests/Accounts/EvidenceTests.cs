using System.Collections.Immutable;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

public sealed class EvidenceTests
{
    private readonly AccountScenario _scenario = new();
    private ImmutableSortedDictionary<string, DenialTally> _denials = ImmutableSortedDictionary<string, DenialTally>.Empty;

    public EvidenceTests()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
    }

    [Fact]
    public void ReportSend_WhenAmbiguous_IsUnknownAndNotFailure()
    {
        BecomeUnknown();
        _scenario.StateOf().ShouldBe(OrderState.Unknown);
        _scenario.Account.Orders["d1-1"].Reservation.ShouldNotBeNull();
    }

    [Fact]
    public void Weigh_WhenUnknownOrderIsOpenAtTheVenue_Works()
    {
        BecomeUnknown();
        _scenario.Weigh(_scenario.Evidence(open: [_scenario.Seen("d1-1", VenueOrderStatus.Open)]));
        _scenario.StateOf().ShouldBe(OrderState.Working);
    }

    [Fact]
    public void Weigh_WhenUnknownOrderHasFilled_IsFilled()
    {
        BecomeUnknown();
        _scenario.Weigh(_scenario.Evidence(closed: [_scenario.Seen("d1-1", VenueOrderStatus.Filled, 1)], fills: _scenario.FillOf("d1-1", 1)));
        _scenario.StateOf().ShouldBe(OrderState.Filled);
    }

    [Theory]
    [InlineData(VenueOrderStatus.Cancelled, OrderState.Cancelled)]
    [InlineData(VenueOrderStatus.Expired, OrderState.Expired)]
    [InlineData(VenueOrderStatus.Rejected, OrderState.Rejected)]
    public void Weigh_WhenVenueShowsAnEnd_TakesIt(VenueOrderStatus status, OrderState expected)
    {
        BecomeUnknown();
        _scenario.Weigh(_scenario.Evidence(closed: [_scenario.Seen("d1-1", status)]));
        _scenario.StateOf().ShouldBe(expected);
    }

    [Fact]
    public void Weigh_WhenEndedWithFillsNotYetRead_WaitsForThem()
    {
        _scenario.Acknowledge();
        var cancelled = _scenario.Seen("d1-1", VenueOrderStatus.Cancelled, 0.4m);

        _scenario.Weigh(_scenario.Evidence(closed: [cancelled]));
        _scenario.StateOf().ShouldBe(OrderState.Working);

        _scenario.Weigh(_scenario.Evidence(closed: [cancelled], fills: _scenario.FillOf("d1-1", 0.4m)));
        _scenario.StateOf().ShouldBe(OrderState.Cancelled);
        _scenario.Account.TradingState.ShouldBe(TradingState.Active);
    }

    [Fact]
    public void Weigh_WhenListedOpenAndClosed_BelievesTheEnd()
    {
        _scenario.Acknowledge();
        _scenario.Weigh(_scenario.Evidence(
            open: [_scenario.Seen("d1-1", VenueOrderStatus.Open)], closed: [_scenario.Seen("d1-1", VenueOrderStatus.Cancelled)]));
        _scenario.StateOf().ShouldBe(OrderState.Cancelled);
    }

    [Fact]
    public void Weigh_WhenDeniedThreeTimesOverAMinuteAndBalancesAgree_NeverArrived()
    {
        BecomeUnknown();
        Deny(0);
        Deny(30);
        Deny(29);
        _scenario.StateOf().ShouldBe(OrderState.Unknown);
        Deny(2);
        _scenario.StateOf().ShouldBe(OrderState.NeverArrived);
        _scenario.Account.Orders["d1-1"].Reservation.ShouldBeNull();
    }

    [Fact]
    public void Weigh_WhenDeniedLongEnoughButTwiceOnly_StaysUnknown()
    {
        BecomeUnknown();
        Deny(0);
        Deny(100);
        _scenario.StateOf().ShouldBe(OrderState.Unknown);
    }

    [Fact]
    public void Weigh_WhenBalancesMovedAsIfFilled_StaysUnknown()
    {
        BecomeUnknown();
        for (var round = 0; round < 4; round++)
        {
            _scenario.Now += TimeSpan.FromSeconds(30);
            _scenario.Read(9_899.8m, 3);
            _scenario.Weigh(_scenario.Evidence(), ref _denials);
        }

        _scenario.StateOf().ShouldBe(OrderState.Unknown);
    }

    [Theory]
    [InlineData("open")]
    [InlineData("closed")]
    [InlineData("fills")]
    [InlineData("client id")]
    public void Weigh_WhenASourceFails_ItIsNoEvidence(string failing)
    {
        BecomeUnknown();
        for (var round = 0; round < 5; round++)
        {
            _scenario.Wait(30);
            var evidence = _scenario.Evidence();
            _scenario.Weigh(
                evidence with
                {
                    Open = failing == "open" ? null : evidence.Open,
                    Closed = failing == "closed" ? null : evidence.Closed,
                    Fills = failing == "fills" ? null : evidence.Fills,
                    Found = failing == "client id" ? evidence.Found.Clear() : evidence.Found,
                },
                ref _denials);
        }

        _scenario.StateOf().ShouldBe(OrderState.Unknown);
    }

    [Fact]
    public void Weigh_WhenOnlySomeRoundsFail_TheOthersCount()
    {
        BecomeUnknown();
        Deny(0);
        _scenario.Wait(30);
        _scenario.Weigh(_scenario.Evidence() with { Open = null }, ref _denials);
        Deny(10);
        Deny(30);
        _scenario.StateOf().ShouldBe(OrderState.NeverArrived);
    }

    [Fact]
    public void Tick_WhenUnknownForAQuarterOfAnHour_QuarantinesAndKeepsTheReservation()
    {
        BecomeUnknown();
        _scenario.Wait((15 * 60) - 1);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).ShouldBeEmpty();
        _scenario.Wait(1);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).Single().ShouldBeOfType<OrderQuarantined>();
        _scenario.Account.Orders["d1-1"].Reservation.ShouldNotBeNull();
    }

    [Fact]
    public void Weigh_WhenQuarantinedOrderShowsUp_TakesTheEvidence()
    {
        BecomeUnknown();
        _scenario.Wait(15 * 60);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances));
        _scenario.Weigh(_scenario.Evidence(closed: [_scenario.Seen("d1-1", VenueOrderStatus.Cancelled)]));
        _scenario.StateOf().ShouldBe(OrderState.Cancelled);
    }

    [Fact]
    public void Weigh_WhenAWorkingOrderVanishes_IsUnknownOnlyAfterTheVenueHadTimeToShowIt()
    {
        _scenario.Acknowledge();
        _scenario.Wait(5);
        _scenario.Weigh(_scenario.Evidence()).ShouldBeEmpty();
        _scenario.Wait(6);
        _scenario.Weigh(_scenario.Evidence());
        _scenario.StateOf().ShouldBe(OrderState.Unknown);
    }

    [Fact]
    public void Weigh_WhenALaggingReplicaListsAnEndedOrder_IgnoresIt()
    {
        _scenario.Acknowledge();
        _scenario.Weigh(_scenario.Evidence(closed: [_scenario.Seen("d1-1", VenueOrderStatus.Cancelled)]));
        _scenario.Wait(1);
        _scenario.Weigh(_scenario.Evidence(open: [_scenario.Seen("d1-1", VenueOrderStatus.Open)])).ShouldBeEmpty();
    }

    [Fact]
    public void Weigh_WhenAnEndedOrderIsLongAfterStillOpen_Halts()
    {
        _scenario.Apply(_scenario.Account.ReportSend("d1-1", new SendOutcome.NotSent("late"), _scenario.Now));
        _scenario.Wait(11);
        _scenario.Weigh(_scenario.Evidence(open: [_scenario.Seen("d1-1", VenueOrderStatus.Open)])).Single().ShouldBeOfType<AccountHalted>();
    }

    [Fact]
    public void WeighOpenOrders_WhenAPlannedIntentIsAtTheVenue_DeniesItAndOnlyReduces()
    {
        _scenario.Plan("d2", AccountScenario.Terms, new PlannedIntent("d2-1", AccountScenario.Eth, Domain.Common.TradeSide.Buy, 10, 10));
        _scenario.Apply(_scenario.Account.WeighOpenOrders([_scenario.Seen("d2-1", VenueOrderStatus.Open)], _scenario.Now, _scenario.Circumstances));
        _scenario.StateOf("d2-1").ShouldBe(OrderState.Denied);
        _scenario.Account.TradingState.ShouldBe(TradingState.Reducing);
    }

    [Fact]
    public void ReportSend_WhenAcknowledgedAfterNeverArrived_Halts()
    {
        BecomeUnknown();
        Deny(0);
        Deny(30);
        Deny(31);
        _scenario.Acknowledge();
        _scenario.Account.TradingState.ShouldBe(TradingState.Halted);
    }

    [Fact]
    public void AfterRestart_WhatMayHaveBeenSentIsUnknownAndWhatWasPlannedExpires()
    {
        _scenario.Plan("d2", AccountScenario.Terms, new PlannedIntent("d2-1", AccountScenario.Eth, Domain.Common.TradeSide.Buy, 10, 10));
        _scenario.Apply(_scenario.Account.AfterRestart(_scenario.Now));
        _scenario.StateOf("d1-1").ShouldBe(OrderState.Unknown);
        _scenario.StateOf("d2-1").ShouldBe(OrderState.Expired);
    }

    [Fact]
    public void Tick_WhenNoOutcomeCameByTheDeadline_IsUnknown()
    {
        _scenario.Wait(7.1);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).Single().ShouldBeOfType<OrderOutcomeUnknown>();
    }

    [Fact]
    public void RequestCancel_ArmsOnceAndARefusalMakesItWorkAgain()
    {
        _scenario.Acknowledge();
        _scenario.Apply(_scenario.Account.RequestCancel("d1-1", "timeout", _scenario.Now)).Count.ShouldBe(1);
        _scenario.Account.RequestCancel("d1-1", "timeout", _scenario.Now).ShouldBeEmpty();
        _scenario.Account.ReportCancel("d1-1", CancelOutcome.NotFound, _scenario.Now).ShouldBeEmpty();
        _scenario.Account.ReportCancel("d1-1", CancelOutcome.Accepted, _scenario.Now).ShouldBeEmpty();
        _scenario.Apply(_scenario.Account.ReportCancel("d1-1", CancelOutcome.Refused, _scenario.Now));
        _scenario.StateOf().ShouldBe(OrderState.Working);
    }

    private void BecomeUnknown() =>
        _scenario.Apply(_scenario.Account.ReportSend("d1-1", new SendOutcome.Ambiguous("timeout"), _scenario.Now));

    private void Deny(double afterSeconds)
    {
        _scenario.Wait(afterSeconds);
        _scenario.Weigh(_scenario.Evidence(), ref _denials);
    }
}
