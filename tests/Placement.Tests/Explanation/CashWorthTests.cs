using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Explanation;

/// <summary>What another unit of cash is said to do for the deviation is what it does when it is there, targets in money unchanged.</summary>
public sealed class CashWorthTests(SolverFixture fixture)
{
    // Small against every gap of these problems, so that the same trades stay the best, and large against 8 decimals of an asset.
    private const decimal More = 5;

    [Theory]
    [InlineData("kraken")]
    [InlineData("coinbase")]
    [InlineData("ibkr")]
    public void DeviationPerUnit_OfFractionalMarkets_IsTheFiniteDifference(string account)
    {
        var problem = TwoExchangesAndABroker();
        var plan = Explained(problem);
        var richer = Planner.Plan(WithMoreCash(problem, account, plan.TotalValue), fixture.Solver).Plan;

        var perUnit = plan.Explanation!.Cash.Single(cash => cash.Account == account).DeviationPerUnit!.Value;

        ((double)perUnit).ShouldBe((double)((plan.DeviationAfter - richer.DeviationAfter) / More), 1e-3);
        (perUnit > 0).ShouldBe(account != "ibkr", "cash is left over at the broker alone");
    }

    private Plan Explained(PlacementProblem problem) => Planner.Plan(problem, fixture.Solver, explain: true).Plan;

    private static PlacementProblem TwoExchangesAndABroker() => Problem(
        "BTC 0.5, ETH 0.3, SPY 0.2", "BTC 50000, ETH 2000, SPY 500",
        Account("kraken", 3000, "BTC 0.01", Fractional("BTC", 10, 0.002m), Fractional("ETH", 10, 0.002m)),
        Account("coinbase", 1000, "ETH 0.1", Fractional("BTC", 1, 0.006m), Fractional("ETH", 1, 0.006m)),
        Account("ibkr", 6000, "SPY 8", Shares("SPY")));

    private static PlacementProblem WithMoreCash(PlacementProblem problem, string account, decimal value) => problem with
    {
        Targets = new(problem.Targets.ToDictionary(target => target.Key, target => target.Value * value / (value + More)), StringComparer.Ordinal),
        Accounts = [.. problem.Accounts.Select(owner => owner.Id == account ? owner with { Cash = Amounts($"USD {owner.Cash["USD"] + More}") } : owner)],
    };
}
