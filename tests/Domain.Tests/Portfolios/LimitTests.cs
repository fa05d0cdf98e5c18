using Rebalancer.Domain.Common;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Domain.Tests.Portfolios;

/// <summary>Limits on what may be held: refused with the decision, shared out over accounts, journaled when loosened.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("asset", 6_999, true)]
    [InlineData("asset", 7_000, false)]
    [InlineData("account", 6_999, true)]
    [InlineData("account", 7_000, false)]
    [InlineData("total", 10_999, true)]
    [InlineData("total", 11_000, false)]
    public void Decide_WhenThePlanLeadsPastALimit_IsRefused(string limit, int most, bool isRefused)
    {
        var state = Given.State(WithExposure(limit, most));
        var look = Given.Look(state, Given.Exchange(), Given.Broker());

        var decided = Decide(state, look, ("kraken", "BTC", TradeSide.Buy, 0.06m));

        (decided.Disposition == Disposition.Refused).ShouldBe(isRefused);
        if (isRefused)
        {
            decided.RefusedBecause.ShouldNotBeNull().ShouldContain("limits.maxExposure");
        }
    }

    [Fact]
    public void Decide_WhenHoldingsAreAboveALimitAlready_StillSells()
    {
        var state = Given.State(WithExposure("asset", 1_000));
        var look = Given.Look(state, Given.Exchange(), Given.Broker());
        Decide(state, look, ("kraken", "BTC", TradeSide.Sell, 0.01m)).Disposition.ShouldBe(Disposition.Dispatched);
    }

    [Fact]
    public void For_GivesAnAccountWhatTheOthersLeaveAtWorst()
    {
        var state = Given.State(Given.Settings with { Limits = new() { MaxExposure = new() { Total = 12_000, Assets = new() { ["BTC"] = 9_000, ["SPY"] = 9_000 } } } });
        var look = Given.Look(state, Given.Exchange(), Given.Broker());
        var decided = Decide(state, look, ("kraken", "BTC", TradeSide.Buy, 0.01m), ("ib", "SPY", TradeSide.Sell, 2));

        var limits = LimitShares.For(decided, "kraken");

        // The broker holds 4000 of SPY, whose sale may fail.
        limits.MaxHoldings.ShouldBe(8_000);
        limits.MaxByAsset["SPY"].ShouldBe(5_000);
        limits.MaxByAsset["BTC"].ShouldBe(9_000);
        LimitShares.For(decided, "ib").MaxHoldings.ShouldBe(12_000 - 4_500);
        limits.Prices["USD"].ShouldBe(1);
    }

    [Fact]
    public void Loosened_NamesWhatAllowsMoreAndNothingElse()
    {
        var before = new LimitSettings { MaxOrderNotional = 100, MaxExposure = new() { Total = 5, Assets = new() { ["BTC"] = 1, ["ETH"] = 2 } } };
        var after = before with
        {
            MaxOrderNotional = null, MaxDailyTurnover = 0.4m, MaxDrawdown = 0.3m, MaxExposure = new() { Total = 5, Assets = new() { ["BTC"] = 3 } },
        };

        LimitChanges.Loosened(before, after).ShouldBe(
        [
            "maxOrderNotional from 100 to none", "maxDrawdown from 0.2 to 0.3", "maxExposure.assets.BTC from 1 to 3", "maxExposure.assets.ETH from 2 to none",
        ]);
        LimitChanges.Loosened(before, before).ShouldBeEmpty();
    }

    private static PortfolioSettings WithExposure(string limit, decimal most) => Given.Settings with
    {
        Limits = new LimitSettings
        {
            MaxExposure = limit switch
            {
                "asset" => new() { Assets = new() { ["BTC"] = most } },
                "account" => new() { Account = most },
                _ => new() { Total = most },
            },
        },
    };

    private static RebalanceDecided Decide(PortfolioState state, Preparation.Ready look, params (string, string, TradeSide, decimal)[] trades) =>
        (RebalanceDecided)Deciding.Decide(state, look, Given.Plan(look, trades), Sending.BySettings, Given.Now)[0];
}
