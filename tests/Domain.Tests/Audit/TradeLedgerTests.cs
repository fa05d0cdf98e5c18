using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Tests.Portfolios;

namespace Rebalancer.Domain.Tests.Audit;

public sealed class TradeLedgerTests
{
    private static readonly MarketId Market = new("BTC", "USD");

    private readonly TradeLedger _ledger = new();

    [Theory]
    [InlineData(TradeSide.Buy, 50_010, 0.4)]
    [InlineData(TradeSide.Buy, 49_990, -0.4)]
    [InlineData(TradeSide.Sell, 50_010, -0.4)]
    [InlineData(TradeSide.Sell, 49_990, 0.4)]
    public void Take_AFill_MeasuresItAgainstTheDecisionsPrice(TradeSide side, int price, double lost)
    {
        Plan(side);
        var trade = _ledger.Take("kraken", Fill(side, 0.04m, price, 2, "USD")).ShouldNotBeNull();
        (trade.DecisionPrice, trade.Slippage, trade.SlippageInBase).ShouldBe((50_000m, (decimal)lost, (decimal)lost));
        trade.Notional.ShouldBe(0.04m * price);
    }

    [Fact]
    public void Take_AFeeInAnAssetTheDecisionHadNoPriceOf_HasNoFeeInBase()
    {
        Plan(TradeSide.Buy);
        _ledger.Take("kraken", Fill(TradeSide.Buy, 0.04m, 50_000, 0.1m, "BNB"))!.FeeInBase.ShouldBeNull("a missing price is not zero");
        _ledger.Take("kraken", Fill(TradeSide.Buy, 0.04m, 50_000, 0, "BNB"))!.FeeInBase.ShouldBe(0);
    }

    [Fact]
    public void Take_ATradeMadeByHand_HasNoDecision()
    {
        var trade = _ledger.Take("kraken", new ForeignFillObserved(Given.Now, Fill(TradeSide.Sell, 1, 50_000, 0, "USD").Fill)).ShouldNotBeNull();
        (trade.Decision, trade.DecisionPrice, trade.Slippage).ShouldBe(("", null, null));
        SlippageEntry.Of([trade]).ShouldBeEmpty();
    }

    [Fact]
    public void Slippage_OfSeveralFills_AveragesByQuantity()
    {
        Plan(TradeSide.Buy);
        var trades = new[] { Fill(TradeSide.Buy, 0.03m, 50_040, 1, "USD"), Fill(TradeSide.Buy, 0.01m, 50_000, 1, "USD") }.Select(fill => _ledger.Take("kraken", fill)!).ToList();
        var entry = SlippageEntry.Of(trades).ShouldHaveSingleItem();
        (entry.Quantity, entry.AveragePrice, entry.Cost).ShouldBe((0.04m, 50_030m, 1.2m));
        entry.BasisPoints.ShouldBe(6, 1e-9);
        FeeEntry.Of(trades).ShouldHaveSingleItem().ShouldSatisfyAllConditions(fee => fee.Fee.ShouldBe(2), fee => fee.Fills.ShouldBe(2));
    }

    private void Plan(TradeSide side)
    {
        var look = Given.Look(Given.State(), Given.Exchange(), Given.Broker());
        var decided = (RebalanceDecided)Deciding.Decide(Given.State(), look, Given.Plan(look, ("kraken", "BTC", TradeSide.Buy, 0.08m)), Sending.BySettings, Given.Now)[0];
        _ledger.Take("", decided).ShouldBeNull();
        var order = new Order
        {
            IntentId = "i", RootIntentId = "i", DecisionId = decided.DecisionId, ClientOrderId = "RB", Market = Market, Side = side, Quantity = 0.08m,
            ReferencePrice = 50_000, PlannedAt = Given.Now, NotBefore = Given.Now, ChangedAt = Given.Now,
        };
        _ledger.Take("kraken", new IntentsPlanned(Given.Now, [order])).ShouldBeNull();
    }

    private static FillBooked Fill(TradeSide side, decimal quantity, decimal price, decimal fee, string feeAsset) =>
        new(Given.Now, "i", new VenueFill("t", "v", "RB", Market, side, quantity, price, fee, feeAsset, Given.Now));
}
