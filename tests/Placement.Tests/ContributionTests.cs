using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests;

public sealed class ContributionTests(SolverFixture fixture)
{
    private const string Values = "FTEC 15000.00, VAW 10000.00, VCR 6798.48, VDC 8000, VHT 12000.43, VIS 9000, VNQ 9500, VOX 9500.14, VPU 13000.99, VSMAX 20100.44";
    private const string Prices = "FTEC 128.62, VAW 180.51, VCR 279.68, VDC 192.75, VHT 242.65, VIS 203.87, VNQ 83.1, VOX 105.39, VPU 140.63, VSMAX 94.73";

    [Fact]
    public void Plan_InvestingInTenFunds_SpreadsTheMoneyOverTheMostUnderweight()
    {
        var plan = Planner.Plan(TenFunds(), fixture.Solver).Plan;

        plan.Trades.ShouldAllBe(trade => trade.Side == TradeSide.Buy && trade.Quantity == Math.Floor(trade.Quantity));
        plan.Trades.Sum(trade => trade.Notional).ShouldBeLessThanOrEqualTo(5000);
        plan.Trades.OrderByDescending(trade => trade.Notional).Select(trade => trade.Asset).Take(3).ShouldBe(["VCR", "VDC", "VIS"]);
        // Nothing can bring the deviation below what spending every coin on underweight funds leaves.
        plan.DeviationAfter.ShouldBeLessThanOrEqualTo(plan.DeviationBefore - 5000 + 279.68m);
        plan.Status.ShouldBe(PlanStatus.Optimal);
    }

    [Fact]
    public void Plan_InvestingInTenFunds_LevelsTheFiveLowestAsFarAsWholeSharesAllow()
    {
        var (value, bought) = (Amounts(Values), Planner.Plan(TenFunds(), fixture.Solver).Plan.Trades.ToDictionary(trade => trade.Asset, trade => trade.Notional));
        string[] lowest = ["VCR", "VDC", "VIS", "VNQ", "VOX"];
        var level = (lowest.Sum(fund => value[fund]) + 5000) / lowest.Length;

        lowest.ShouldAllBe(fund => Math.Abs(value[fund] + bought.GetValueOrDefault(fund) - level) <= 279.68m);
    }

    [Fact]
    public void Plan_SellOnlyWithAWithdrawal_RaisesTheCashAndBuysNothing()
    {
        var problem = Problem("SPY 0.5, BND 0.5", "SPY 500, BND 80", Account("broker", 0, "SPY 12, BND 60", Shares("SPY"), Shares("BND")))
            with { Objective = PlacementObjective.SellOnly, Withdraw = Amounts("broker 1500") };

        var plan = Planner.Plan(problem, fixture.Solver).Plan;

        plan.Trades.ShouldAllBe(trade => trade.Side == TradeSide.Sell);
        plan.Accounts.Single().CashAfter.ShouldBeGreaterThanOrEqualTo(1500);
        plan.TotalValue.ShouldBe(9300);
    }

    [Fact]
    public void Plan_FewestTradesWithinTheBand_TradesOnlyWhatIsOutside()
    {
        var problem = Problem("SPY 0.5, BND 0.3, GLD 0.2", "SPY 500, BND 80, GLD 200", Account("broker", 0, "SPY 12, BND 32, GLD 8", Shares("SPY"), Shares("BND"), Shares("GLD")))
            with { Objective = PlacementObjective.FewestTrades, Band = 0.05m };

        var plan = Planner.Plan(problem, fixture.Solver).Plan;

        plan.Assets.ShouldAllBe(asset => Math.Abs(asset.After - asset.Target) <= 0.05);
        plan.Trades.Count.ShouldBe(1);
        plan.TradesBound.ShouldBe(1);
    }

    [Fact]
    public void Plan_FewestTradesWithoutAFeasibleBand_GivesTheTrackingPlanAndSaysSo()
    {
        var problem = Problem("SPY 0.5", "SPY 500", Account("broker", 900, "", Shares("SPY"))) with { Objective = PlacementObjective.FewestTrades, Band = 0.01m };

        var plan = Planner.Plan(problem, fixture.Solver).Plan;

        plan.Status.ShouldBe(PlanStatus.Infeasible);
        plan.FallbackObjective.ShouldBe(PlacementObjective.Tracking);
    }

    private static PlacementProblem TenFunds()
    {
        var prices = Amounts(Prices);
        var holdings = new SortedDictionary<string, decimal>(Amounts(Values).ToDictionary(entry => entry.Key, entry => entry.Value / prices[entry.Key]), StringComparer.Ordinal);
        var account = new PlacementAccount { Id = "broker", Cash = Amounts("USD 5000"), Holdings = holdings, Markets = [.. prices.Keys.Select(Shares)] };
        return Problem("", Prices, account) with
        {
            Targets = new SortedDictionary<string, decimal>(prices.Keys.ToDictionary(asset => asset, _ => 0.1m), StringComparer.Ordinal),
            Objective = PlacementObjective.BuyOnly,
            OrderPenalty = 0,
        };
    }
}
