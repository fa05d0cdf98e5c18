using Rebalancer.Bench.Placement;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Placement.Tests.Search;

public sealed class LinearRelaxationTests
{
    /// <summary>
    /// Accounts that are above their cap, or that may spend only the cash at hand, make prices a hundred times those of an ordinary portfolio. With
    /// one weight of values against prices throughout, the latter proved 9 basis points less after as many.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Solve_WherePricesAreFarFromOrdinary_ProvesAlmostAsMuchAfterAThousandIterationsAsAfterMany(bool isOverCap)
    {
        var problem = PortfolioInstance.Create(30, 30, seed: 1);
        var search = SearchProblem.Of(new Portfolio(problem with
        {
            Accounts = [.. problem.Accounts.Select((account, index) => isOverCap ? account with { Cap = CapOf(problem, account, index) } : account with { UseProceeds = false })],
        }));

        var (after, best) = (BoundAfter(1_000, search), BoundAfter(20_000, search));

        (best - after).ShouldBeLessThan(1e-4 * (double)search.Portfolio.TotalValue);
    }

    private static double BoundAfter(int iterations, SearchProblem problem)
    {
        var relaxation = new LinearRelaxation(problem);
        relaxation.Solve(iterations);
        return new LagrangianRelaxation(problem, TradeRanges.Of(problem, isRestored: true), isRestored: true, isSplit: false)
            .Bound(Multipliers.At(problem, relaxation.Prices()), LagrangianRelaxation.UsualNodes);
    }

    private static decimal CapOf(PlacementProblem problem, PlacementAccount account, int index) =>
        Math.Round(account.Holdings.Sum(holding => holding.Value * problem.Prices[holding.Key]) * (0.95m + (0.01m * (index % 30))), 2);
}
