using System.Collections.Immutable;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>Gates on how fresh and how consistent the readings are.</summary>
public sealed class ReadingGatesTests
{
    private readonly AccountScenario _scenario = new();

    [Fact]
    public void DecidePermits_WhenTheQuoteIsFromTheFuture_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings.WithQuotes([new Quote(AccountScenario.Btc, 99, 101, _scenario.Now.AddMinutes(5))]);

        _scenario.Deferred("d1-1").Reason.ShouldContain("in the future");
    }

    [Theory]
    [InlineData(1.001)]
    [InlineData(-1.001)]
    public void DecidePermits_WhenClocksDiffer_Waits(double skew)
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings with { ClockSkew = TimeSpan.FromSeconds(skew) };
        _scenario.Deferred().Gate.ShouldBe("clock");
    }

    [Fact]
    public void DecidePermits_WhenBalancesAreOld_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings with { BalancesReadAt = _scenario.Now.AddSeconds(-30.001) };
        _scenario.Deferred().Gate.ShouldBe("balances");
    }

    [Fact]
    public void DecidePermits_WhenBalancesWereReadTooSoonAfterAFill_WaitsUntilTheyFollow()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Fill(1);
        _scenario.Plan("d2", AccountScenario.Terms, new PlannedIntent("d2-1", AccountScenario.Eth, TradeSide.Buy, 10, 10));

        _scenario.Wait(9.9);
        _scenario.Deferred("d2-1").Gate.ShouldBe("settlement");
        _scenario.Wait(0.1);
        _scenario.Arm("d2-1");
    }

    [Fact]
    public void DecidePermits_WhenBalanceDiffersFromBooks_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Read(10_500, 2);
        _scenario.Deferred().Gate.ShouldBe("books");
    }

    [Fact]
    public void DecidePermits_WhenRulesAreOld_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings with { MarketsReadAt = _scenario.Now.AddMinutes(-61) };
        _scenario.Deferred().Gate.ShouldBe("rules");
    }

    [Fact]
    public void DecidePermits_WhenMarketIsNotListed_Denies()
    {
        _scenario.PlanBuy();
        _scenario.ReadMarkets(AccountScenario.RulesOf(AccountScenario.Eth));
        _scenario.DeniedBy("rules");
    }

    [Theory]
    [InlineData(TradingSession.Closed, 60, true)]
    [InlineData(TradingSession.Closed, 3600, false)]
    [InlineData(TradingSession.Halted, 60, true)]
    [InlineData(TradingSession.Delisted, 60, false)]
    public void DecidePermits_WhenMarketIsNotOpen_WaitsOnlyIfItMayOpenInTime(TradingSession session, int opensIn, bool waits)
    {
        _scenario.PlanBuy();
        _scenario.ReadMarkets(AccountScenario.RulesOf(AccountScenario.Btc) with
        {
            Session = session, NextOpen = _scenario.Now.AddSeconds(opensIn),
        });

        var decision = _scenario.Ask("d1-1").Decisions.Single();
        (decision is PermitDecision.Defer { Gate: "session" }).ShouldBe(waits);
        (decision is PermitDecision.Refuse).ShouldBe(!waits);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(-60, false)]
    public void DecidePermits_WhenTheSessionEndsBeforeItsRulesAreReadAgain_ArmsOnlyBefore(int closesIn, bool arms)
    {
        _scenario.PlanBuy();
        _scenario.ReadMarkets(AccountScenario.RulesOf(AccountScenario.Btc) with { NextClose = _scenario.Now.AddSeconds(closesIn) });

        var decision = _scenario.Ask("d1-1").Decisions.Single();

        (decision is PermitDecision.Defer { Gate: "session" }).ShouldBe(!arms);
        (decision is PermitDecision.Grant).ShouldBe(arms);
    }

    [Fact]
    public void DecidePermits_WhenPriceIsOldOrAbsent_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Now += TimeSpan.FromSeconds(5.1);
        _scenario.Deferred().Gate.ShouldBe("price");
        _scenario.Readings = _scenario.Readings with { Quotes = ImmutableSortedDictionary<string, Quote>.Empty };
        _scenario.Deferred().Reason.ShouldContain("no quote");
    }

    [Fact]
    public void DecidePermits_WhenPriceLeftTheCollar_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Quote(AccountScenario.Btc, 101, 101.01m);
        _scenario.Deferred().Gate.ShouldBe("collar");
    }

    [Fact]
    public void DecidePermits_WhenBalancesWereReadLaterThanNow_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings with { BalancesReadAt = _scenario.Now.AddSeconds(5) };
        _scenario.Deferred().Reason.ShouldContain("the clock was set back");
    }

    [Fact]
    public void DecidePermits_WhenRulesWereReadLaterThanNow_Waits()
    {
        _scenario.PlanBuy();
        _scenario.Readings = _scenario.Readings with { MarketsReadAt = _scenario.Now.AddSeconds(5) };
        _scenario.Deferred().Reason.ShouldContain("the clock was set back");
    }

    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(0.1, 5, 0)]
    [InlineData(0.1, -3, -3)]
    [InlineData(1.9, 5, 0)]
    public void SkewBy_AQuickAnswer_SaysItWhateverWasKnown(double roundTrip, double known, double expected) =>
        Skew(known, venueAfter: expected < 0 ? expected : roundTrip / 2, roundTrip).ShouldBe(TimeSpan.FromSeconds(expected));

    /// <summary>The process was paused while the answer waited to be read: between question and answer lies any skew up to the pause.</summary>
    [Theory]
    [InlineData(2.758, 2.758)]
    [InlineData(0.0, 0)]
    [InlineData(null, 0)]
    public void SkewBy_AnAnswerReadLate_KeepsWhatAQuickerOneHasShown(double? known, double expected) =>
        Skew(known, venueAfter: 3, roundTrip: 11).ShouldBe(TimeSpan.FromSeconds(expected));

    [Fact]
    public void SkewBy_AnAnswerReadLate_StillShowsASkewLargerThanItsDelay() =>
        Skew(known: 0, venueAfter: 15, roundTrip: 11).ShouldBe(TimeSpan.FromSeconds(4));

    private static TimeSpan Skew(double? known, double venueAfter, double roundTrip)
    {
        var readings = new AccountReadings { ClockSkew = known is { } seconds ? TimeSpan.FromSeconds(seconds) : null };
        var asked = AccountScenario.Start;
        return readings.SkewBy(asked.AddSeconds(venueAfter), asked, asked.AddSeconds(roundTrip), Tolerated);
    }
}
