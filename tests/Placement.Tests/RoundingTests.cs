using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests;

public sealed class RoundingTests(SolverFixture fixture)
{
    [Fact]
    public void Plan_WhenTheReserveIsMissedByRounding_BuysLessRatherThanExchangingCurrencies()
    {
        var account = Account("exchange", 103.4m, "", new PlacementMarket { Asset = "A", Quote = "USD", MinNotional = 95, FeeRate = 0.002356m, TicketFee = 2.5m }, Euros()) with
        {
            Cash = Amounts("USD 103.4, EUR 26.39"),
            Reserve = 13.19m,
        };
        var other = new PlacementAccount { Id = "other", Holdings = Amounts("B 96") };
        var problem = Problem("A 0.48363811, B 0.18853534", "A 654.82, B 389.1, EUR 1.1", account, other);

        var plan = Planner.Plan(problem, fixture.Solver).Plan;

        plan.Accounts[0].CashAfter.ShouldBeGreaterThanOrEqualTo(13.19m);
        plan.Trades.Select(trade => trade.Asset).ShouldBe(["A", "EUR"], ignoreOrder: true);
    }

    private static PlacementMarket Euros() => new() { Asset = "EUR", Quote = "USD", FeeRate = 0.0002m };
}
