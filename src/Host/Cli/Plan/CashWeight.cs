using Rebalancer.Domain.Placement;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>The row of cash below those of the assets: without it the weights do not add up, and nobody sees where the rest is.</summary>
internal static class CashWeight
{
    private const string Name = "cash";

    /// <returns>Nothing where the portfolio is worth nothing, or an asset has that name.</returns>
    public static IEnumerable<AssetWeights> Of(PlacementProblem problem, Domain.Placement.Plan plan)
    {
        if (plan.TotalValue <= 0 || plan.Assets.Any(asset => asset.Asset == Name))
        {
            return [];
        }

        // What is not settled yet belongs to the portfolio, what is to be withdrawn does not.
        var besides = Unsettled(problem) - problem.Withdraw.Values.Sum();
        double Share(Func<AccountAfter, decimal> cash) => (double)((plan.Accounts.Sum(cash) + besides) / plan.TotalValue);
        return [new AssetWeights(Name, Share(account => account.CashBefore), (double)(1 - problem.Targets.Values.Sum()), Share(account => account.CashAfter))];
    }

    private static decimal Unsettled(PlacementProblem problem)
    {
        var currencies = new SortedSet<string>(
            [problem.BaseCurrency, .. problem.Accounts.SelectMany(account => account.Cash.Keys.Concat(account.Markets.Select(market => market.Quote)))], StringComparer.Ordinal);
        currencies.ExceptWith(problem.Targets.Keys);
        currencies.ExceptWith(problem.Unmanaged);
        return problem.Accounts.SelectMany(account => account.Unsettled).Where(entry => currencies.Contains(entry.Key))
            .Sum(entry => entry.Value * problem.PriceOf(entry.Key));
    }
}
