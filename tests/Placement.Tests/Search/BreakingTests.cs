using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;

namespace Rebalancer.Placement.Tests.Search;

/// <summary>Portfolios made to break the search: there is always a valid plan, without a solver too.</summary>
public sealed class BreakingTests
{
    [Fact]
    public void Plan_WithoutCashOrAnythingToSell_TradesNothingAndProvesIt()
    {
        var plan = Plan(BreakingProblems.Create(12, 20, (account, _) => account with
        {
            Cash = new(StringComparer.Ordinal) { ["USD"] = 0 },
            Markets = [.. account.Markets.Select(market => market with { Allow = AllowedSides.Buy })],
        }));

        plan.Trades.ShouldBeEmpty();
        plan.Status.ShouldBe(PlanStatus.Optimal);
    }

    [Fact]
    public void Plan_WithAnAssetThatIsTradableNowhere_PlacesTheOthers()
    {
        var plan = Plan(BreakingProblems.Create(12, 20, (account, _) => account with
        {
            Markets = [.. account.Markets.Where(market => market.Asset != BreakingProblems.Name(0))],
        }));

        plan.Trades.ShouldNotBeEmpty();
        plan.Skipped.ShouldContain(pair => pair.Asset == BreakingProblems.Name(0));
    }

    [Fact]
    public void Plan_WithTinyAndHugePricesSideBySide_ReducesTheDeviation()
    {
        var problem = BreakingProblems.Create(12, 20);
        var prices = new SortedDictionary<string, decimal>(problem.Prices, StringComparer.Ordinal)
        {
            [BreakingProblems.Name(2)] = 0.00000001m,
            [BreakingProblems.Name(4)] = 1_000_000,
        };
        var plan = Plan(problem with
        {
            Prices = prices,
            Accounts = [.. problem.Accounts.Select(account => account with
            {
                Holdings = new(account.Holdings.ToDictionary(entry => entry.Key, entry => entry.Value * Math.Round(problem.Prices[entry.Key] / prices[entry.Key], 8)), StringComparer.Ordinal),
                Markets = [.. account.Markets.Select(market => market with { LotSize = prices[market.Asset] == 1_000_000 ? 0 : 1 })],
            })],
        });

        plan.DeviationAfter.ShouldBeLessThan(plan.DeviationBefore / 2);
    }

    [Fact]
    public void Plan_WithTenThousandPositionsOfDust_LeavesTheDust()
    {
        var problem = BreakingProblems.Create(10, 20);
        var dust = Enumerable.Range(0, 1_000).Select(index => $"DUST{index}").ToList();
        var plan = Plan(problem with
        {
            Prices = new(problem.Prices.Concat(dust.Select(name => KeyValuePair.Create(name, 0.02m))).ToDictionary(), StringComparer.Ordinal),
            Accounts = [.. problem.Accounts.Select(account => account with
            {
                Holdings = new(account.Holdings.Concat(dust.Select(name => KeyValuePair.Create(name, 1m))).ToDictionary(), StringComparer.Ordinal),
                Markets = [.. account.Markets, .. dust.Select(name => new PlacementMarket { Asset = name, Quote = "USD", MinNotional = 5 })],
            })],
        });

        plan.Trades.ShouldNotBeEmpty();
        plan.Trades.ShouldNotContain(trade => trade.Asset.StartsWith("DUST", StringComparison.Ordinal));
    }

    [Fact]
    public void Plan_OfAHundredTwins_ComesNearerTheTargets()
    {
        var plan = Plan(BreakingProblems.Create(100, 20, (account, index) => account with
        {
            Cash = new(StringComparer.Ordinal) { ["USD"] = 1_000 },
            Markets = [.. account.Markets.Select(market => market with { TicketFee = 0 })],
        }));

        plan.DeviationAfter.ShouldBeLessThan(plan.DeviationBefore / 2);
    }

    [Fact]
    public void Plan_WithFewestTrades_BringsEveryWeightIntoTheBandWithAnHonestBound()
    {
        var plan = Plan(BreakingProblems.Create(12, 20) with { Objective = PlacementObjective.FewestTrades, Band = 0.012m });

        plan.FallbackObjective.ShouldBeNull();
        plan.Trades.Count.ShouldBeGreaterThan(0);
        plan.TradesBound.ShouldNotBeNull();
        plan.TradesBound.Value.ShouldBeInRange(1, plan.Trades.Count);
    }

    [Fact]
    public void Plan_WithABandThatNothingReaches_AnnouncesTheTrackingPlan()
    {
        var plan = Plan(BreakingProblems.Create(12, 20) with { Objective = PlacementObjective.FewestTrades, Band = 0.0000001m });

        plan.Status.ShouldBe(PlanStatus.Infeasible);
        plan.FallbackObjective.ShouldBe(PlacementObjective.Tracking);
    }

    [Fact]
    public void Plan_WithNegativeCashInEveryAccount_RestoresIt()
    {
        var plan = Plan(BreakingProblems.Create(12, 20, (account, index) => account with { Cash = new(StringComparer.Ordinal) { ["USD"] = -300 - index } }));

        plan.Warnings.ShouldBeEmpty();
        plan.Accounts.ShouldAllBe(account => account.CashAfter >= 0);
    }

    private static Plan Plan(PlacementProblem problem)
    {
        problem = problem with { TimeLimitSeconds = 0.1 };
        var plan = Planner.Plan(problem, new NoSolver()).Plan;
        PlanChecker.Check(problem, plan).ShouldBeEmpty();
        return plan;
    }
}
