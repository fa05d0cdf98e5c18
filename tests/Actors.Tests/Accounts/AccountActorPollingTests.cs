using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues;

namespace Rebalancer.Actors.Tests.Accounts;

/// <summary>What an account reads of its venue, and what it believes of that.</summary>
public sealed class AccountActorPollingTests : IDisposable
{
    private readonly AccountWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Start_ReadsTheVenueAndTellsThePortfolio()
    {
        _world.Settle();

        var report = _world.Reports[^1];
        report.Frozen.ShouldBeNull();
        report.Balances.Single(balance => balance.Asset == "USD").Total.ShouldBe(10_000);
        report.Quotes.Count.ShouldBe(2);
        report.Markets.Count.ShouldBe(2);
    }

    [Fact]
    public void VenueDown_KeepsTheLastBalancesAndSaysSinceWhen()
    {
        _world.Settle();
        _world.Venue.IsDown = true;
        _world.Simulation.RunFor(TimeSpan.FromSeconds(15));

        var report = _world.Report();
        report.Frozen.ShouldNotBeNull().ShouldContain("venue down since");
        report.Balances.Single(balance => balance.Asset == "USD").Total.ShouldBe(10_000);

        _world.Venue.IsDown = false;
        _world.Simulation.RunFor(TimeSpan.FromSeconds(15));
        _world.Report().Frozen.ShouldBeNull();
    }

    [Fact]
    public void Key_ThatCannotTrade_IsReportedAsFrozenUntilItCan()
    {
        _world.Venue.Refuses = "the key may read and not trade";
        _world.Settle();

        var report = _world.Report();
        report.Frozen.ShouldBe("the key may read and not trade");
        report.Balances.Single(balance => balance.Asset == "USD").Total.ShouldBe(10_000);

        _world.Venue.Refuses = null;
        _world.Simulation.RunFor(TimeSpan.FromSeconds(15));
        _world.Report().Frozen.ShouldBeNull();
    }

    [Fact]
    public void OneReadingWithoutAnAsset_IsReportedAsDisputedUntilAReadingAgrees()
    {
        _world.Settle();
        _world.Reports[^1].Disputed.ShouldBeEmpty();
        _world.Venue.Omitted = "BTC";
        _world.Reports.Clear();

        _world.Simulation.RunUntil(() => _world.Reports.Any(report => report.Balances.All(balance => balance.Asset != "BTC")), TimeSpan.FromMinutes(1))
            .ShouldBeTrue();

        _world.Reports[^1].Disputed.ShouldBe(["BTC"]);
        _world.Reports[^1].TradingState.ShouldBe(TradingState.Active);
        _world.Venue.Omitted = null;
        _world.Simulation.RunUntil(() => _world.Reports[^1].Disputed.Count == 0, TimeSpan.FromMinutes(1)).ShouldBeTrue();
        _world.Reports[^1].Balances.ShouldContain(balance => balance.Asset == "BTC" && balance.Total == 1);
    }

    [Fact]
    public void Deposit_IsRecognisedAndTradingGoesOn()
    {
        _world.Settle();
        _world.Exchange.Transfer("acc", "deposit", "USD", 500, _world.Now);
        _world.Simulation.RunFor(TimeSpan.FromSeconds(40));

        _world.Events().OfType<TransferObserved>().Sum(transfer => transfer.Amount).ShouldBe(500);
        _world.Replay().AgreesWithBooks("USD").ShouldBeTrue();
        _world.Report().TradingState.ShouldBe(TradingState.Active);
    }

    [Fact]
    public void Start_WhenTheVenueCannotBeOpened_IsTriedAgain_AndWhatWasAskedMeanwhileIsAnswered()
    {
        var (open, failures) = (_world.Settings.OpenVenue, 4);
        _world.Settings = _world.Settings with { OpenVenue = () => failures-- > 0 ? throw new IOException("the database does not answer") : open() };
        _world.Account.Tell(new GetAccountReport(false), _world.Simulation.System.Entity("portfolio/main"));
        _world.Simulation.RunFor(TimeSpan.FromSeconds(10));
        failures.ShouldBe(-1);
        _world.Reports.ShouldNotBeEmpty();
        _world.Settle();
        _world.Report().Frozen.ShouldBeNull();
        _world.Events().OfType<AccountOpened>().Count().ShouldBe(1);
    }

    [Fact]
    public void Start_WhenTheFirstReadingOfMarketsFails_RepeatsItSoon()
    {
        _world.Venue.FailingMarketReadings = 3;
        _world.Settle();
        _world.Simulation.RunFor(TimeSpan.FromSeconds(10));
        _world.Report().Markets.Count.ShouldBe(2);
    }

    [Fact]
    public void Start_WhenTheFirstReadingLeavesAnAssetOut_HoldsNothingUntilTwoReadingsTenSecondsApartAgree()
    {
        _world.Venue.Omitted = "BTC";
        _world.Simulation.Ask<AccountReport>(_world.Account, new GetAccountReport(true)).BalancesAt.ShouldBeNull();
        _world.Venue.Omitted = null;

        _world.Simulation.RunUntil(() => _world.Reports.Any(report => report.BalancesAt is not null), TimeSpan.FromMinutes(1)).ShouldBeTrue();

        _world.Reports.First(report => report.BalancesAt is not null).Balances.Single(balance => balance.Asset == "BTC").Total.ShouldBe(1);
        var events = _world.Events();
        (events.OfType<BalancesReported>().First().At - events.OfType<AccountOpened>().Single().At).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Start_WhenPollsAreFarApart_ConfirmsTheFirstReadingAfterTenSeconds()
    {
        _world.Settings = _world.Settings with { PollInterval = TimeSpan.FromMinutes(10) };
        _world.Settle();
        _world.Report().BalancesAt.ShouldNotBeNull();
    }

    [Fact]
    public void Fill_ThatSettlesWhileBalancesAreRead_IsReadAtOnceWhenTheyHaveCome()
    {
        _world.Settings = _world.Settings with { PollInterval = TimeSpan.FromMinutes(10) };
        _world.Settle();
        _world.Execute(AccountWorld.Sell(0.1m));
        while (_world.Events().OfType<FillBooked>().Sum(fill => fill.Fill.Quantity) < 0.1m)
        {
            _world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        }

        var settled = _world.Events().OfType<FillBooked>().Last().At + OrderTimings.Default.SettleDelay;
        _world.Simulation.RunFor(settled - _world.Now - TimeSpan.FromSeconds(1));
        _world.Venue.HoldUpBalances = () => Task.Delay(TimeSpan.FromSeconds(2), _world.Simulation.Clock);
        _world.Account.Tell(new GetAccountReport(Refresh: true), _world.Simulation.System.Entity("portfolio/main"));
        _world.Simulation.RunFor(TimeSpan.FromSeconds(5));

        _world.Report().BalancesAt.ShouldNotBeNull().ShouldBeInRange(settled, settled + TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Order_ThatFindsReadingsStale_HasThemReadAndIsSent_ThoughPollsAreFarApart()
    {
        _world.Settings = _world.Settings with { PollInterval = TimeSpan.FromMinutes(10), QuotePollInterval = TimeSpan.FromMinutes(10) };
        _world.Settle();
        _world.Simulation.RunFor(TimeSpan.FromMinutes(2));
        var asked = _world.Now;
        _world.Execute(AccountWorld.Sell(0.1m));

        _world.Completion().Results.Single().State.ShouldBe(OrderState.Filled);

        (_world.Events().OfType<OrderArmed>().First().At - asked).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void VenueThatSaysAnOrderMoved_IsAskedAtOnce()
    {
        _world.Settle();
        _world.Venue.QuoteFactor = 1.01m;
        _world.Execute(AccountWorld.Sell(0.1m));
        _world.Simulation.RunUntil(() => _world.Venue.EvidenceReadings > 1, TimeSpan.FromMinutes(1)).ShouldBeTrue();
        _world.Simulation.RunFor(TimeSpan.FromMilliseconds(500));
        var before = _world.Venue.EvidenceReadings;
        _world.Simulation.RunUntil(() => _world.Venue.EvidenceReadings > before, TimeSpan.FromMinutes(1)).ShouldBeTrue();
        _world.Simulation.RunFor(TimeSpan.FromMilliseconds(500));

        _world.Venue.OrdersMoved.ShouldNotBeNull()();

        _world.Simulation.RunFor(TimeSpan.FromMilliseconds(500));
        _world.Venue.EvidenceReadings.ShouldBe(before + 2, "the next is due a second later");
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public void ClockSet_WhileTrading_ReadsEverythingAgainAndWaitsAsAfterATakeover(int seconds)
    {
        var uptime = new SteppedUptime(_world.Simulation.Clock);
        _world.Settings = _world.Settings with { Uptime = uptime };
        _world.Settle();
        uptime.WallClockAhead = TimeSpan.FromSeconds(seconds);
        var set = _world.Now;
        _world.Execute(AccountWorld.Sell(0.1m));

        _world.Completion().Results.Single().State.ShouldBe(OrderState.Filled);

        var armed = _world.Events().OfType<OrderArmed>().First();
        armed.BalancesReadAt.ShouldBeGreaterThanOrEqualTo(set);
        (armed.At - set).ShouldBeGreaterThanOrEqualTo(OrderTimings.Default.StartupWait);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public void ClockSet_WhileBalancesAreRead_DoesNotTradeOnThatReading(int seconds)
    {
        var uptime = new SteppedUptime(_world.Simulation.Clock);
        _world.Settings = _world.Settings with { Uptime = uptime };
        _world.Settle();
        DateTimeOffset? set = null;
        _world.Venue.DuringNextBalances = () => (set, uptime.WallClockAhead) = (_world.Now, TimeSpan.FromSeconds(seconds));
        _world.Simulation.RunUntil(() => set is not null, TimeSpan.FromMinutes(1)).ShouldBeTrue();
        _world.Execute(AccountWorld.Sell(0.1m));

        _world.Completion().Results.Single().State.ShouldBe(OrderState.Filled);

        _world.Events().OfType<OrderArmed>().First().BalancesReadAt.ShouldBeGreaterThan(set.ShouldNotBeNull());
    }

    [Fact]
    public void Takeover_ByAClockWhoseReadingsAreCutOff_IsWaitedOutInFull()
    {
        _world.Settings = _world.Settings with { Uptime = new CutOffUptime(_world.Simulation.Clock) };
        _world.Settle();
        _world.Simulation.RunFor(TimeSpan.FromMilliseconds(500 - _world.Now.Millisecond));
        _world.RestoreJournal(_world.Events().Count);
        var taken = _world.Now;
        _world.Simulation.RunFor(TimeSpan.FromMilliseconds(600));
        _world.Execute(AccountWorld.Sell(0.1m));

        _world.Completion().Results.Single().State.ShouldBe(OrderState.Filled);

        (_world.Events().OfType<OrderArmed>().First().At - taken).ShouldBeGreaterThanOrEqualTo(OrderTimings.Default.StartupWait);
    }

    /// <summary>The time since boot in whole seconds.</summary>
    private sealed class CutOffUptime(TimeProvider clock) : UptimeClock
    {
        public override long Milliseconds => (long)clock.GetElapsedTime(0, clock.GetTimestamp()).TotalSeconds * Tick;

        public override long Tick => 1_000;
    }

    /// <summary>The time since boot beside a wall clock that has been set: ahead of what it should be, or behind.</summary>
    private sealed class SteppedUptime(TimeProvider clock) : UptimeClock
    {
        public TimeSpan WallClockAhead { get; set; }

        public override long Milliseconds => (long)(clock.GetElapsedTime(0, clock.GetTimestamp()) + TimeSpan.FromHours(1) - WallClockAhead).TotalMilliseconds;

        public override long Tick => 1;
    }
}
