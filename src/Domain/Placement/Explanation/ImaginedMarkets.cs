using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>What an account could trade if it were open: a frozen account its own markets, one without a market the cheapest of another account.</summary>
internal sealed class ImaginedMarkets(Portfolio portfolio)
{
    private readonly Dictionary<string, TradeOption?> _cheapest = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string?> _currencies = [];

    public IReadOnlyList<TradeOption> Of(int account, string asset)
    {
        var owner = portfolio.Accounts[account];
        return owner.Frozen
            ? [.. owner.Markets.Where(market => market.Asset == asset && !portfolio.IsUnmanaged(market.Quote)).Select(market => TradeOptions.Imagine(portfolio, account, market))]
            : CurrencyOf(account) is { } currency && currency != asset ? [TradeOptions.Imagine(portfolio, account, Market(asset, currency))]
            : [];
    }

    /// <summary>What the account has most cash in; null where it keeps none.</summary>
    private string? CurrencyOf(int account) => _currencies.TryGetValue(account, out var known) ? known
        : _currencies[account] = portfolio.AssetsOf(portfolio.Accounts[account]).Where(portfolio.IsFreeCash)
            .MaxBy(cash => portfolio.Balance(portfolio.Accounts[account], cash) * portfolio.Price(cash));

    private PlacementMarket Market(string asset, string currency) => Cheapest(asset) is not { } model
        ? new PlacementMarket { Asset = asset, Quote = currency, HalfSpread = 0 }
        : model.Market with
        {
            Quote = currency,
            FeeIn = null,
            Allow = AllowedSides.Both,
            MinNotional = model.Market.MinNotional * model.QuotePrice / portfolio.Price(currency),
            MaxNotional = null,
            MaxVolumeShare = null,
        };

    private TradeOption? Cheapest(string asset) => _cheapest.TryGetValue(asset, out var known) ? known
        : _cheapest[asset] = portfolio.Trades.Of(asset).MinBy(option => (option.CostRate, option.Market.TicketFee));
}
