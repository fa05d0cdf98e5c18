using Rebalancer.Domain.Accounts;

namespace Rebalancer.Domain.Portfolios;

/// <summary>What the portfolio is worth and how it is spread, in base currency, at one set of prices.</summary>
/// <param name="Total">V: managed holdings and all cash, reserves and unsettled included; frozen accounts too.</param>
/// <param name="ByAsset">Value of every managed asset; a currency with a target is one.</param>
/// <param name="ByAccount">Share of <paramref name="Total"/> in each account.</param>
/// <param name="Unpriced">Untargeted holdings that no market prices: left out and said so.</param>
/// <param name="Missing">Targeted assets and cash that no market prices: nothing can be decided without them.</param>
public sealed record Valuation(
    decimal Total, SortedDictionary<string, decimal> ByAsset, SortedDictionary<string, decimal> ByAccount,
    IReadOnlyList<string> Unpriced, IReadOnlyList<string> Missing)
{
    public decimal Cash => Total - ByAsset.Values.Sum();

    public SortedDictionary<string, decimal> Weights
    {
        get
        {
            var weights = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
            foreach (var (asset, value) in ByAsset)
            {
                weights[asset] = Total > 0 ? value / Total : 0;
            }

            return weights;
        }
    }

    public static Valuation Of(
        PortfolioSettings settings, SortedDictionary<string, decimal> targets, IEnumerable<AccountReading> readings,
        SortedDictionary<string, PricePoint> prices)
    {
        var byAsset = new SortedDictionary<string, decimal>(targets.ToDictionary(target => target.Key, _ => 0m), StringComparer.Ordinal);
        var byAccount = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        var unpriced = new SortedSet<string>(StringComparer.Ordinal);
        var missing = new SortedSet<string>(targets.Keys.Where(asset => !prices.ContainsKey(asset)), StringComparer.Ordinal);
        foreach (var reading in readings)
        {
            var value = 0m;
            foreach (var balance in reading.Balances.Where(balance => balance.Total != 0))
            {
                var scope = ScopeOf(settings, targets, balance);
                if (scope == Scope.Outside)
                {
                    continue;
                }

                if (!prices.TryGetValue(balance.Asset, out var price))
                {
                    (scope == Scope.Targeted ? missing : unpriced).Add(balance.Asset);
                    continue;
                }

                var worth = balance.Total * price.Price;
                value += worth;
                if (scope != Scope.Cash)
                {
                    byAsset[balance.Asset] = byAsset.GetValueOrDefault(balance.Asset) + worth;
                }
            }

            byAccount[reading.Id] = value;
        }

        return new Valuation(byAccount.Values.Sum(), byAsset, byAccount, [.. unpriced], [.. missing]);
    }

    internal enum Scope
    {
        Targeted,
        Untargeted,
        Cash,
        Outside,
    }

    internal static Scope ScopeOf(PortfolioSettings settings, SortedDictionary<string, decimal> targets, Balance balance)
    {
        if (targets.ContainsKey(balance.Asset))
        {
            return Scope.Targeted;
        }

        if (settings.Unmanaged.Contains(balance.Asset))
        {
            return Scope.Outside;
        }

        if (balance.IsCurrency || balance.Asset == settings.BaseCurrency)
        {
            return Scope.Cash;
        }

        return settings.Untargeted == UntargetedPolicy.Sell ? Scope.Untargeted : Scope.Outside;
    }
}
