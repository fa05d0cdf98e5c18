using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>An order nobody knows the outcome of: its market is frozen, its worst case reserved, the rest of the account goes on.</summary>
public sealed class QuarantineTests
{
    private readonly AccountScenario _scenario = new();

    public QuarantineTests()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Apply(_scenario.Account.ReportSend("d1-1", new SendOutcome.Ambiguous("timeout"), _scenario.Now));
        _scenario.Wait(15 * 60);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances));
        _scenario.ReadMarkets();
        _scenario.Apply(_scenario.Account.Finish("d1", _scenario.Now));
    }

    [Fact]
    public void Quarantined_FreezesItsMarketOnly()
    {
        _scenario.StateOf().ShouldBe(OrderState.Quarantined);
        _scenario.Account.OpenIntents.ShouldBe(0);
        Plan(AccountScenario.Btc, 100, "d2-1");
        Plan(AccountScenario.Eth, 10, "d3-1");

        _scenario.Ask("d2-1").Decisions.Single().ShouldBeOfType<PermitDecision.Refuse>().Denied.Gate.ShouldBe("quarantine");
        _scenario.Arm("d3-1");
    }

    [Fact]
    public void Quarantined_KeepsItsWorstCaseFromOthers()
    {
        Plan(AccountScenario.Eth, 10, "d3-1", 2_000);
        var armed = _scenario.Arm("d3-1");
        armed.Reservation.Amount.ShouldBeLessThanOrEqualTo(10_000 - _scenario.Account.Orders["d1-1"].Reservation!.Amount);
    }

    [Theory]
    [InlineData(OrderState.NeverArrived)]
    [InlineData(OrderState.Cancelled)]
    public void Resolve_EndsItWithWhoAndWhy(OrderState outcome)
    {
        var resolved = _scenario.Apply(_scenario.Account.Resolve("d1-1", outcome, "ann", "asked the venue's support", _scenario.Now)).Single().ShouldBeOfType<OrderResolved>();

        (resolved.Who, resolved.Why).ShouldBe(("ann", "asked the venue's support"));
        _scenario.StateOf().ShouldBe(outcome);
        _scenario.Account.Orders["d1-1"].Reason.ShouldBe("ann: asked the venue's support");
        _scenario.Account.Resolve("d1-1", outcome, "ann", "again", _scenario.Now).ShouldBeEmpty();
    }

    [Fact]
    public void Resolve_OfAnOrderThatIsOnlyUnknown_IsLeftToEvidence()
    {
        Plan(AccountScenario.Eth, 10, "d3-1");
        _scenario.Arm("d3-1");
        _scenario.Apply(_scenario.Account.ReportSend("d3-1", new SendOutcome.Ambiguous("timeout"), _scenario.Now));
        _scenario.Account.Resolve("d3-1", OrderState.NeverArrived, "ann", "sure", _scenario.Now).ShouldBeEmpty();
        Should.Throw<ArgumentOutOfRangeException>(() => _scenario.Account.Resolve("d1-1", OrderState.Filled, "ann", "sure", _scenario.Now));
    }

    [Fact]
    public void BookFills_AfterAnOperatorResolvedIt_BooksAndHalts()
    {
        _scenario.Apply(_scenario.Account.Resolve("d1-1", OrderState.NeverArrived, "ann", "sure", _scenario.Now));
        _scenario.Fill(1);
        _scenario.Account.Orders["d1-1"].Filled.ShouldBe(1);
        _scenario.Account.TradingState.ShouldBe(TradingState.Halted);
    }

    [Fact]
    public void Tick_WhenItComesBackAliveAfterItsDecisionEnded_CancelsIt()
    {
        _scenario.Weigh(_scenario.Evidence(open: [_scenario.Seen("d1-1", VenueOrderStatus.Open)]));
        _scenario.StateOf().ShouldBe(OrderState.Working);

        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).Single().ShouldBeOfType<OrderCancelArmed>();

        _scenario.StateOf().ShouldBe(OrderState.CancelArmed);
    }

    [Fact]
    public void ReportBalances_WhileABuyIsQuarantined_StillTellsADepositOfItsQuote()
    {
        for (var round = 0; round < 2; round++)
        {
            _scenario.Now += TimeSpan.FromSeconds(11);
            _scenario.Read(10_500, 2);
        }

        _scenario.Events.OfType<TransferObserved>().Single().Amount.ShouldBe(500);
    }

    [Fact]
    public void ReportBalances_WhileABuyIsQuarantined_JudgesNothingThatItMayHaveDone()
    {
        for (var round = 0; round < 3; round++)
        {
            _scenario.Now += TimeSpan.FromSeconds(11);
            _scenario.Read(9_899.8m, 3);
        }

        _scenario.Events.ShouldNotContain(e => e is TransferObserved || e is AccountReducing);
    }

    private void Plan(MarketId market, decimal price, string intent, decimal quantity = 5) =>
        _scenario.Plan(intent[..2], AccountScenario.Terms, new PlannedIntent(intent, market, TradeSide.Buy, quantity, price));
}
