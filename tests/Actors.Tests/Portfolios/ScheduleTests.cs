using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Actors.Tests.Portfolios;

/// <summary>Slots of the schedule over the life of a service: the world begins at 15:00 UTC, its slot is half a minute later.</summary>
public sealed class ScheduleTests : IAsyncDisposable
{
    private const double Day = 24 * 60 * 60;

    private PortfolioWorld _world = null!;

    [Fact]
    public void Slot_WhenTheServiceRestartsElsewhere_FiresOnceALocalDate()
    {
        Begin(ClosedMarkets.TradeOpen);
        _world.RunFor(31);
        _world.Restart();
        _world.RunFor(60);
        _world.Restart();
        _world.RunFor(Day);

        _world.Events<SlotFired>().Select(slot => slot.LocalSlot).ShouldBe(["2026-11-23T15:00:30", "2026-11-24T15:00:30"]);
    }

    [Fact]
    public void Slot_DueWhileTheServiceWasDown_FiresAtItsStart()
    {
        Begin(ClosedMarkets.TradeOpen);
        _world.RunFor(20);
        _world.Stop();
        _world.RunFor(60);
        _world.Events<SlotFired>().ShouldBeEmpty();
        _world.Restart();
        _world.RunFor(10);

        _world.Events<SlotFired>().ShouldHaveSingleItem().LocalSlot.ShouldBe("2026-11-23T15:00:30");
    }

    [Fact]
    public void Slot_OnAHolidayThatIsWaitedFor_DecidesOnceAtTheOpening()
    {
        Begin(ClosedMarkets.Wait);
        _world.RunFor(300);
        Scheduled().ShouldBe(0);

        _world.Accounts["ib"].Session = TradingSession.Open;
        _world.Ask<PortfolioView>(new FetchNow());
        _world.RunFor(300);

        Scheduled().ShouldBe(1);
    }

    [Fact]
    public void Slot_OnAHolidayThatIsSkipped_IsJournaledAndDecidesNothing()
    {
        Begin(ClosedMarkets.Skip);
        _world.RunFor(300);
        _world.Accounts["ib"].Session = TradingSession.Open;
        _world.Ask<PortfolioView>(new FetchNow());
        _world.RunFor(300);

        _world.Events<SlotSkipped>().ShouldHaveSingleItem().Reason.ShouldBe("SPY is closed wherever it trades");
        Scheduled().ShouldBe(0);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    /// <summary>At its targets, so that nothing but the schedule gives cause to decide.</summary>
    private void Begin(ClosedMarkets policy)
    {
        _world = new PortfolioWorld(PortfolioWorld.Standard with { Schedule = new ScheduleSettings("30 0 15 * * ?", "Etc/UTC") { WhenClosed = policy } });
        (_world.Accounts["ib"].Cash, _world.Accounts["ib"].Quantity) = (2_000, 16);
        (_world.Accounts["kraken"].Cash, _world.Accounts["kraken"].Quantity) = (2_000, 0.16m);
        _world.Ask<PortfolioView>(new GetPortfolio());
        _world.RunFor(2);
        if (policy != ClosedMarkets.TradeOpen)
        {
            _world.Accounts["ib"].Session = TradingSession.Closed;
            _world.Ask<PortfolioView>(new FetchNow());
        }
    }

    private int Scheduled() => _world.Events<RebalanceDecided>().Count(decided => decided.Trigger.Kind == TriggerKind.Schedule);
}
