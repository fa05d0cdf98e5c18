using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Portfolios;

/// <summary>
/// The limits on what may be held as rules of the placement, so that it proposes nothing that a gate would deny. What is above a limit already is
/// only sold: a limit on risk is no order to sell.
/// </summary>
internal static class ExposureCaps
{
    public static PlacementProblem Apply(PlacementProblem problem, PortfolioSettings settings, ISet<string> notes)
    {
        var exposure = settings.Limits.MaxExposure;
        var limits = exposure.Assets.Select(limit => new Limit($"maxExposure.assets.{limit.Key}", [limit.Key], [], limit.Value)).ToList();
        limits.AddRange(exposure.Account is { } each ? problem.Accounts.Select(account => new Limit($"maxExposure.account of {account.Id}", [], [account.Id], each)) : []);
        limits.AddRange(exposure.Total is { } total ? [new Limit("maxExposure.total", [], [], total)] : []);
        return limits.Aggregate(problem, (found, limit) => Apply(found, settings, limit, notes));
    }

    /// <param name="Assets">Empty: all holdings.</param>
    /// <param name="Accounts">Empty: all accounts.</param>
    private sealed record Limit(string Name, IReadOnlyList<string> Assets, IReadOnlyList<string> Accounts, decimal Largest)
    {
        public bool Covers(PlacementAccount account) => Accounts.Count == 0 || Accounts.Contains(account.Id);

        public bool Covers(string asset) => Assets.Count == 0 || Assets.Contains(asset);
    }

    private static PlacementProblem Apply(PlacementProblem problem, PortfolioSettings settings, Limit limit, ISet<string> notes)
    {
        decimal Held(Func<string, bool> which) => problem.Accounts.Where(limit.Covers)
            .Sum(account => account.Holdings.Where(held => limit.Covers(held.Key) && which(held.Key)).Sum(held => held.Value * problem.Prices.GetValueOrDefault(held.Key)));
        var before = Held(_ => true);
        if (before >= limit.Largest)
        {
            notes.Add($"limits.{limit.Name} of {Words.Money(limit.Largest, settings.BaseCurrency)} is reached by {Words.Money(before, settings.BaseCurrency)}: nothing more is bought under it");
            return problem with { Accounts = [.. problem.Accounts.Select(account => limit.Covers(account) ? WithoutBuying(problem, account, limit) : account)] };
        }

        // An order may be filled at the end of its collar, and the last gate counts it so. What is unmanaged counts, though no trade changes it.
        var most = before + ((limit.Largest - before) / (1 + settings.Orders.PriceCollar)) - Held(asset => problem.Unmanaged.Contains(asset));
        return problem with { Groups = [.. problem.Groups, new GroupCap(limit.Name, limit.Assets, limit.Accounts, [], 1) { MaxValue = most }] };
    }

    private static PlacementAccount WithoutBuying(PlacementProblem problem, PlacementAccount account, Limit limit)
    {
        bool IsMoney(string asset) => asset == problem.BaseCurrency || problem.Accounts.Any(other => other.Cash.ContainsKey(asset) || other.Markets.Any(market => market.Quote == asset));
        return account with
        {
            Markets = [.. account.Markets.Select(market => limit.Covers(market.Asset) && !IsMoney(market.Asset) ? market with { Allow = market.Allow & ~AllowedSides.Buy } : market)],
        };
    }
}
