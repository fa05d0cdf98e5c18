using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

public sealed class ReservationTests
{
    private readonly AccountScenario _scenario = new();

    [Fact]
    public void Tick_WhenBalancesReflectAPartialFill_ReservesTheOpenRemainderOnly()
    {
        _scenario.PlanBuy(2);
        _scenario.Arm();
        _scenario.Acknowledge();
        _scenario.Fill(0.5m);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).ShouldBeEmpty("the last reading does not have the fill yet");
        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(10_000, 2);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).ShouldBeEmpty("the reading is late enough but still lacks the fill");
        _scenario.Read(9_949.9m, 2.5m);

        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).Single()
            .ShouldBe(new ReservationReduced(_scenario.Now, "d1-1", new Reservation("USD", 150.3m), 1.5m));

        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).ShouldBeEmpty();
        _scenario.Account.Available("USD", "d2", _scenario.Readings).ShouldBe(9_949.9m - 150.3m);
    }

    [Fact]
    public void Tick_WhenASellIsPartlyFilled_ReservesWhatIsStillToBeSold()
    {
        _scenario.PlanSell(2);
        _scenario.Arm();
        _scenario.Acknowledge();
        _scenario.Fill(1.5m);
        _scenario.Wait(10);

        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).OfType<ReservationReduced>().Single().Remaining.ShouldBe(new Reservation("BTC", 0.5m));

        _scenario.Account.Available("BTC", "d2", _scenario.Readings).ShouldBe(0);
    }

    [Fact]
    public void Tick_WhenAPartlyFilledBuyMayBeChargedATicketYet_KeepsItReserved()
    {
        _scenario.ReadMarkets(AccountScenario.RulesOf(AccountScenario.Btc) with { TicketFee = 5 });
        _scenario.PlanBuy(2);
        _scenario.Arm().Reservation.Amount.ShouldBe(205.4m);
        _scenario.Acknowledge();
        _scenario.Fill(1);
        _scenario.Wait(10);

        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).OfType<ReservationReduced>().Single().Remaining.Amount.ShouldBe(105.2m);
    }

    [Fact]
    public void Tick_ReleasesAReservationOnlyOnceBalancesReflectTheEnd()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Fill(1);
        _scenario.Now += TimeSpan.FromSeconds(9);
        _scenario.Read(9_899.8m, 3);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).ShouldBeEmpty();
        _scenario.Now += TimeSpan.FromSeconds(1);
        _scenario.Read(9_899.8m, 3);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).Single().ShouldBe(new ReservationReleased(_scenario.Now, "d1-1"));
    }

    [Fact]
    public void Tick_ForgetsEndedOrdersAfterTheWatchAndBooksNoOldFillAgain()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Fill(1);
        var fill = _scenario.FillOf("d1-1", 1);
        _scenario.Wait(11);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances));
        _scenario.Apply(_scenario.Account.Finish("d1", _scenario.Now));
        _scenario.Wait(TimeSpan.FromDays(15).TotalSeconds);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).Single().ShouldBeOfType<HistoryForgotten>();

        (_scenario.Account.Orders.Count, _scenario.Account.SeenFills.Count, _scenario.Account.Executions.Count).ShouldBe((0, 0, 0));
        _scenario.Account.BookFills([fill], null, _scenario.Now).ShouldBeEmpty();
    }
}
