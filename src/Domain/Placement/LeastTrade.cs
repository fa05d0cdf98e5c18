namespace Rebalancer.Domain.Placement;

/// <summary>The smallest trade that an owner finds worth making.</summary>
public static class LeastTrade
{
    /// <summary>
    /// Raises the minimum notional of every market to a value in base currency. Conversions of money keep theirs: they are made for other trades.
    /// </summary>
    public static PlacementProblem WithLeastTrade(this PlacementProblem problem, decimal value)
    {
        if (value == 0)
        {
            return problem;
        }

        PlacementMarket Raised(PlacementMarket market) => IsMoney(problem, market.Asset)
            ? market
            : market with { MinNotional = Math.Max(market.MinNotional, value / problem.PriceOf(market.Quote)) };

        return problem with { Accounts = [.. problem.Accounts.Select(account => account with { Markets = [.. account.Markets.Select(Raised)] })] };
    }

    private static bool IsMoney(PlacementProblem problem, string asset) =>
        !problem.Targets.ContainsKey(asset)
        && (asset == problem.BaseCurrency || problem.Accounts.Any(account => account.Cash.ContainsKey(asset) || account.Markets.Any(market => market.Quote == asset)));
}
