using System.Collections.Immutable;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Portfolios;

/// <summary>Largest values held, in base currency; null and absent are no limit.</summary>
public sealed record ExposureSettings
{
    /// <summary>Of an asset over all accounts.</summary>
    public SortedDictionary<string, decimal> Assets { get; init; } = [];

    /// <summary>Of all holdings of any one account.</summary>
    public decimal? Account { get; init; }

    /// <summary>Of all holdings of all accounts.</summary>
    public decimal? Total { get; init; }
}

/// <summary>The limits of the settings, shared out over the accounts a decision sends orders to.</summary>
public static class LimitShares
{
    /// <summary>Why the plan would lead past a limit on what may be held; null when it does not.</summary>
    public static string? Refusal(Preparation.Ready look, Placement.Plan plan)
    {
        var (settings, exposure) = (look.Request.Settings, look.Request.Settings.Limits.MaxExposure);
        string? Past(string field, string what, decimal value, decimal? limit, bool buys) => buys && value > limit
            ? $"{what} would be worth {Words.Money(value, settings.BaseCurrency)}, more than limits.maxExposure.{field} allows ({Words.Money(limit.Value, settings.BaseCurrency)})"
            : null;

        var after = look.Request.Accounts.ToDictionary(account => account.Reading.Id, account => HoldingsAfter(look, plan, account.Reading));
        bool Buys(Func<Placement.PlannedTrade, bool> which) => plan.Trades.Any(trade => trade.Side == TradeSide.Buy && which(trade));
        return exposure.Assets
                .Select(limit => Past(
                    $"assets.{limit.Key}", limit.Key, after.Values.Sum(held => held.GetValueOrDefault(limit.Key)), limit.Value, Buys(trade => trade.Asset == limit.Key)))
                .FirstOrDefault(text => text is not null)
            ?? after.OrderBy(held => held.Key, StringComparer.Ordinal)
                .Select(held => Past("account", $"the holdings of {held.Key}", held.Value.Values.Sum(), exposure.Account, Buys(trade => trade.Account == held.Key)))
                .FirstOrDefault(text => text is not null)
            ?? Past("total", "all holdings", after.Values.Sum(held => held.Values.Sum()), exposure.Total, Buys(_ => true));
    }

    /// <summary>
    /// What one account may do under the decision. Of a limit over several accounts it gets what the others leave at worst: what they hold, and
    /// what they are asked to buy.
    /// </summary>
    public static ExecutionLimits For(RebalanceDecided decided, string account)
    {
        var (settings, limits) = (decided.Settings, decided.Settings.Limits);
        var prices = decided.Problem.Prices.ToImmutableSortedDictionary().SetItem(settings.BaseCurrency, 1);
        var others = decided.Problem.Accounts.Where(other => other.Id != account).Select(other => WorstCase(decided, other, prices)).ToList();
        var byAsset = limits.MaxExposure.Assets.ToImmutableSortedDictionary(
            limit => limit.Key, limit => limit.Value - others.Sum(other => other.GetValueOrDefault(limit.Key)));
        var leftOfTotal = limits.MaxExposure.Total - others.Sum(other => other.Values.Sum());

        // Half of what is bought and sold counts as turnover; orders may be dearer than the decision's prices by the collar.
        var daily = 2 * limits.MaxDailyTurnover * decided.TotalValue * (1 + settings.Orders.PriceCollar);
        return new ExecutionLimits(prices, limits.MaxOrderNotional, daily, byAsset, Least(limits.MaxExposure.Account, leftOfTotal));
    }

    private static SortedDictionary<string, decimal> WorstCase(
        RebalanceDecided decided, Placement.PlacementAccount account, ImmutableSortedDictionary<string, decimal> prices)
    {
        var values = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        var bought = decided.Plan.Trades.Where(trade => trade.Account == account.Id && trade.Side == TradeSide.Buy).Select(trade => (trade.Asset, trade.Quantity));
        foreach (var (asset, quantity) in account.Holdings.Select(held => (held.Key, held.Value)).Concat(bought))
        {
            values[asset] = values.GetValueOrDefault(asset) + (quantity * prices.GetValueOrDefault(asset));
        }

        return values;
    }

    private static SortedDictionary<string, decimal> HoldingsAfter(Preparation.Ready look, Placement.Plan plan, AccountReading reading)
    {
        var values = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        var held = look.Problem.Accounts.First(account => account.Id == reading.Id).Holdings.Select(holding => (holding.Key, holding.Value));
        var moved = plan.Trades.Where(trade => trade.Account == reading.Id)
            .Select(trade => (trade.Asset, trade.Side == TradeSide.Buy ? trade.Quantity : -trade.Quantity));
        foreach (var (asset, quantity) in held.Concat(moved))
        {
            values[asset] = values.GetValueOrDefault(asset) + (quantity * look.Problem.Prices.GetValueOrDefault(asset));
        }

        return values;
    }

    private static decimal? Least(decimal? one, decimal? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}
