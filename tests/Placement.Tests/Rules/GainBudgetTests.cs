using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Rules;

public sealed class GainBudgetTests(SolverFixture fixture)
{
    /// <summary>
    /// Shares of A stand at a gain, coins of B at a loss; both are too much. Without a budget for gains, what B loses decides how much of A may go, and
    /// an amount of B rounded towards zero loses a little less than the model counted on.
    /// </summary>
    [Theory]
    [InlineData(90.353, 131.6388)]
    [InlineData(97.7719, 142.9913)]
    [InlineData(120.0007, 177.77)]
    public void Plan_OffsettingWholeGainsWithFractionalLosses_KeepsABudgetOfNothing(double costOfA, double costOfB)
    {
        var account = Account("broker", 0, "A 40, B 31.590811", Shares("A"), Fractional("B"), Shares("C")) with
        {
            Lots = new(StringComparer.Ordinal)
            {
                ["A"] = [new TaxLot(40, (decimal)costOfA, new DateOnly(2025, 1, 10))],
                ["B"] = [new TaxLot(31.590811m, (decimal)costOfB, new DateOnly(2025, 1, 10))],
            },
        };
        var problem = Problem("A 0.1, B 0.45, C 0.45", "A 144.98, B 122.75, C 10", account) with
        {
            OrderPenalty = 0,
            Taxes = new TaxRules { GainBudget = 0, WashSaleDays = 0 },
        };

        var plan = Planner.Plan(problem, fixture.Solver).Plan;

        decimal Sold(string asset) => plan.Trades.Where(trade => trade.Asset == asset && trade.Side == Domain.Common.TradeSide.Sell).Sum(trade => trade.Quantity);
        Sold("A").ShouldBePositive();
        ((Sold("A") * (144.98m - (decimal)costOfA)) + (Sold("B") * (122.75m - (decimal)costOfB))).ShouldBeLessThanOrEqualTo(0);
    }
}
