using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Rules;

/// <summary>Losses taken on purpose: VTI and ITOT meet one target, VTI stands at a loss.</summary>
public sealed class HarvestTests(SolverFixture fixture)
{
    private static readonly TaxRules Harvesting = new() { ShortTermRate = 0.3m, LongTermRate = 0.15m, HarvestLosses = true };

    [Fact]
    public void Plan_HarvestingLosses_SwapsIntoTheReplacementAndKeepsTheTarget()
    {
        var plan = Plan(TwoTickers(Harvesting));

        plan.Trades.Select(trade => (trade.Side, trade.Asset, trade.Quantity)).ShouldBe([(TradeSide.Sell, "VTI", 10), (TradeSide.Buy, "ITOT", 20)], ignoreOrder: true);
        // Ten shares bought at 260 and worth 200: 600 of short-term loss at 30 %.
        plan.Tax.ShouldBe(-180);
        plan.DeviationAfter.ShouldBe(0);
    }

    [Fact]
    public void Plan_WithoutHarvesting_LeavesTheLossAlone() => Plan(TwoTickers(Harvesting with { HarvestLosses = false })).Trades.ShouldBeEmpty();

    [Fact]
    public void Plan_HarvestingALossThatSavesLessThanTheSwapCosts_LeavesItAlone()
    {
        var problem = TwoTickers(Harvesting);
        var dear = problem.Accounts.Select(account => account with { Markets = [.. account.Markets.Select(market => market with { FeeRate = 0.05m })] });

        Plan(problem with { Accounts = [.. dear] }).Trades.ShouldBeEmpty();
    }

    [Fact]
    public void Plan_HarvestingWhatWasBoughtWithinTheWindow_LeavesItAlone()
    {
        var bought = new RecentTrade("elsewhere", "VTI", TradeSide.Buy, new DateOnly(2026, 11, 1), null);

        Plan(TwoTickers(Harvesting) with { RecentTrades = [bought] }).Trades.ShouldBeEmpty();
        Plan(TwoTickers(Harvesting) with { RecentTrades = [bought with { Date = new DateOnly(2026, 10, 21) }] }).Trades.ShouldNotBeEmpty();
    }

    [Fact]
    public void Plan_HarvestingInOneAccount_BuysTheSameNowhere()
    {
        // Another account has the money for VTI and would buy it, but that would disallow the loss.
        var problem = TwoTickers(Harvesting);
        var other = Account("other", 2000, "", Shares("VTI"), Shares("ITOT")) with { Taxable = false };

        var plan = Plan(problem with { Accounts = [.. problem.Accounts, other] });

        plan.Trades.ShouldContain(trade => trade.Asset == "VTI" && trade.Side == TradeSide.Sell);
        plan.Trades.ShouldAllBe(trade => trade.Asset != "VTI" || trade.Side == TradeSide.Sell);
        plan.DeviationAfter.ShouldBe(0);
    }

    private static PlacementProblem TwoTickers(TaxRules taxes) =>
        Problem("US 1", "VTI 200, ITOT 100", Account("broker", 0, "VTI 10", Shares("VTI"), Shares("ITOT")) with
        {
            Lots = new(StringComparer.Ordinal) { ["VTI"] = [new TaxLot(10, 260, new DateOnly(2026, 3, 1))] },
        }) with
        {
            Replacements = new(StringComparer.Ordinal) { ["US"] = ["VTI", "ITOT"] }, Taxes = taxes,
        };

    private Plan Plan(PlacementProblem problem) => Planner.Plan(problem, fixture.Solver).Plan;
}
