using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

public sealed class FillTests
{
    private readonly AccountScenario _scenario = new();

    public FillTests()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
    }

    [Fact]
    public void BookFills_WhenSentAgain_BooksOnce()
    {
        _scenario.Acknowledge();
        _scenario.Fill(0.4m);

        _scenario.Fill(0.4m).ShouldBeEmpty();

        _scenario.Account.Orders["d1-1"].Filled.ShouldBe(0.4m);
        _scenario.StateOf().ShouldBe(OrderState.PartiallyFilled);
    }

    [Fact]
    public void BookFills_WhenSameTradeIdInAnotherMarket_IsAnotherFill()
    {
        _scenario.Fill(0.4m);
        var elsewhere = _scenario.FillOf("d1-1", 0.4m) with { Market = AccountScenario.Eth, ClientOrderId = null, VenueOrderId = "manual" };
        _scenario.Apply(_scenario.Account.BookFills([elsewhere], null, _scenario.Now)).Single().ShouldBeOfType<ForeignFillObserved>();
    }

    [Fact]
    public void BookFills_MovesTheBooksByFillAndFeeInTheFeesOwnAsset()
    {
        var fill = _scenario.FillOf("d1-1", 1) with { Price = 99, Fee = 0.5m, FeeAsset = "BNB" };
        _scenario.Apply(_scenario.Account.BookFills([fill], "c", _scenario.Now));

        _scenario.Account.Expected["BTC"].ShouldBe(3);
        _scenario.Account.Expected["USD"].ShouldBe(9_901);
        _scenario.Account.Expected["BNB"].ShouldBe(-0.5m);
        _scenario.Account.Orders["d1-1"].Fees["BNB"].ShouldBe(0.5m);
    }

    [Fact]
    public void BookFills_WhenFillComesBeforeTheAcknowledgement_BooksIt()
    {
        _scenario.Fill(1);
        _scenario.StateOf().ShouldBe(OrderState.Filled);
        _scenario.Apply(_scenario.Account.ReportSend(
            "d1-1", new SendOutcome.Acknowledged(_scenario.Seen("d1-1", VenueOrderStatus.Open)), _scenario.Now)).ShouldBeEmpty();
    }

    [Fact]
    public void BookFills_WhenFillMayBelongToAnUnconfirmedOrder_KeepsTheCursorUntilItIsKnown()
    {
        var nameless = _scenario.FillOf("d1-1", 1) with { ClientOrderId = null };
        _scenario.Apply(_scenario.Account.BookFills([nameless], "c1", _scenario.Now)).ShouldBeEmpty();

        _scenario.Acknowledge();
        var events = _scenario.Apply(_scenario.Account.BookFills([nameless], "c1", _scenario.Now));
        events.ShouldBe([new FillBooked(_scenario.Now, "d1-1", nameless), new FillCursorAdvanced(_scenario.Now, "c1")]);
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("rejected")]
    [InlineData("not-sent")]
    [InlineData("filled")]
    public void BookFills_WhenOrderHasEnded_BooksTheLateFillAndHalts(string end)
    {
        End(end);
        var before = _scenario.StateOf();

        var events = _scenario.Fill(0.3m, "late");

        events.OfType<FillBooked>().ShouldHaveSingleItem();
        events.OfType<AccountHalted>().Single().Why.ShouldContain("late fill");
        _scenario.StateOf().ShouldBe(before);
        _scenario.Account.TradingState.ShouldBe(TradingState.Halted);
    }

    [Fact]
    public void BookFills_WhenMoreThanOrdered_BooksAllAndHalts()
    {
        var events = _scenario.Fill(1.2m);

        events.OfType<AccountHalted>().Single().Why.ShouldContain("filled 1.2 of 1");
        _scenario.Account.Orders["d1-1"].Filled.ShouldBe(1.2m);
        _scenario.StateOf().ShouldBe(OrderState.Filled);
    }

    [Fact]
    public void BookFills_WhenManual_MovesTheBooksOnly()
    {
        var manual = _scenario.FillOf("d1-1", 0.5m) with { ClientOrderId = "by-hand", VenueOrderId = "v9" };
        _scenario.Apply(_scenario.Account.BookFills([manual], null, _scenario.Now)).Single().ShouldBeOfType<ForeignFillObserved>();
        _scenario.Account.Expected["BTC"].ShouldBe(2.5m);
        _scenario.Account.TradingState.ShouldBe(TradingState.Active);
    }

    [Fact]
    public void BookFills_WhenSideContradictsTheOrder_OnlyReduces()
    {
        var wrong = _scenario.FillOf("d1-1", 0.5m) with { Side = TradeSide.Sell };
        _scenario.Apply(_scenario.Account.BookFills([wrong], null, _scenario.Now));
        _scenario.Account.TradingState.ShouldBe(TradingState.Reducing);
        _scenario.Account.Orders["d1-1"].Filled.ShouldBe(0);
    }

    private void End(string end)
    {
        switch (end)
        {
            case "cancelled":
                _scenario.Acknowledge();
                _scenario.Weigh(_scenario.Evidence(closed: [_scenario.Seen("d1-1", VenueOrderStatus.Cancelled)]));
                break;
            case "rejected":
                _scenario.Apply(_scenario.Account.ReportSend("d1-1", new SendOutcome.Rejected("X", "no"), _scenario.Now));
                break;
            case "not-sent":
                _scenario.Apply(_scenario.Account.ReportSend("d1-1", new SendOutcome.NotSent("late"), _scenario.Now));
                break;
            default:
                _scenario.Fill(1);
                break;
        }
    }
}
