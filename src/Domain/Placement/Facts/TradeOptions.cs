using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Facts;

/// <summary>Works out every market's trade option: its lots, minimum and largest sensible amounts, and why a side is closed.</summary>
internal static class TradeOptions
{
    /// <summary>Step of a market without lots.</summary>
    public const decimal FractionalStep = 0.00000001m;

    private const string WithinThreshold = "near enough to its target";
    private const decimal CentOfBaseCurrency = 0.01m;
    private const decimal MostWholeLots = 1_000_000;

    // What no order reaches, small enough in units and in value to be counted in the finest steps.
    private const decimal MostUnits = 1e18m;
    private const decimal MostValue = 1e16m;

    public static IReadOnlyList<TradeOption> Build(Portfolio portfolio)
    {
        var options = new List<TradeOption>();
        foreach (var (index, account) in portfolio.Accounts.Index().Where(entry => !entry.Item.Frozen))
        {
            foreach (var market in account.Markets.Where(market => IsManaged(portfolio, market)))
            {
                options.Add(Create(portfolio, account, index, market, options.Count));
            }
        }

        return options;
    }

    /// <summary>
    /// A market that no trade may use: what a frozen account, or one without such a market, could do if it were open. For explanations only.
    /// </summary>
    public static TradeOption Imagine(Portfolio portfolio, int account, PlacementMarket market) =>
        Create(portfolio, portfolio.Accounts[account], account, market, portfolio.Options.Count) with { IsHypothetical = true };

    private static bool IsManaged(Portfolio portfolio, PlacementMarket market) =>
        !portfolio.IsUnmanaged(market.Asset)
        && !portfolio.IsUnmanaged(market.Quote)
        && !string.Equals(market.Asset, market.Quote, StringComparison.Ordinal);

    private static TradeOption Create(Portfolio portfolio, PlacementAccount account, int accountIndex, PlacementMarket market, int index)
    {
        var lot = market.LotSize > 0 ? market.LotSize : FractionalStep;
        var price = portfolio.Price(market.Asset);
        var quotePrice = portfolio.Price(market.Quote);
        var minimum = Math.Max(market.MinQuantity, market.MinNotional * quotePrice / price);
        var minLots = Math.Max(1, Math.Ceiling(minimum / lot));
        var mostLots = Math.Floor(LargestOrder(market, price, quotePrice) / lot);
        var sellMost = Math.Min(mostLots, Math.Floor(Sellable(portfolio, account, market) / lot));
        var buyMost = Math.Min(mostLots, Math.Floor(Buyable(portfolio, account, market, minLots * lot * price, lot * price) / (lot * price)));
        var lotValue = lot * price;
        var option = new TradeOption
        {
            Index = index,
            AccountIndex = accountIndex,
            Account = account.Id,
            Market = market,
            Lot = lot,
            Price = price,
            QuotePrice = quotePrice,
            MinLots = minLots,
            BuyMaxLots = Math.Max(0, buyMost),
            SellMaxLots = Math.Max(0, sellMost),
            BuyBlocked = null,
            SellBlocked = null,
            IsWhole = lotValue >= Math.Min(CentOfBaseCurrency, portfolio.TotalValue / MostWholeLots) && Math.Max(buyMost, sellMost) <= MostWholeLots,
        };
        return option with { BuyBlocked = BuyBlocked(portfolio, option), SellBlocked = SellBlocked(portfolio, option) };
    }

    /// <summary>In units of the asset, of one order.</summary>
    public static decimal LargestOrder(PlacementMarket market, decimal price, decimal quotePrice)
    {
        var most = market.MaxQuantity ?? decimal.MaxValue;
        if (market.MaxNotional is { } notional)
        {
            most = Math.Min(most, notional * quotePrice / price);
        }

        if (market.MaxVolumeShare is { } share)
        {
            var volume = market.Volume
                ?? throw new PlacementInputException($"markets.{market.Asset}.volume", "maxVolumeShare needs the traded volume; add volume, in units of the asset");
            most = Math.Min(most, volume * share);
        }

        return most == decimal.MaxValue ? Math.Min(MostUnits, MostValue / price) : most;
    }

    /// <summary>The holding; of a currency also everything that could come in.</summary>
    private static decimal Sellable(Portfolio portfolio, PlacementAccount account, PlacementMarket market) =>
        portfolio.IsCurrency(market.Asset) ? portfolio.BuyingPower(account) / portfolio.Price(market.Asset) : portfolio.Balance(account, market.Asset) / (1 + (market.FeeIn == market.Asset ? market.FeeRate : 0));

    /// <summary>Mᵇ of PLACEMENT.md in base currency: tight enough to give a good bound, wide enough never to cut off an optimum.</summary>
    private static decimal Buyable(Portfolio portfolio, PlacementAccount account, PlacementMarket market, decimal minimumValue, decimal lotValue)
    {
        var fees = 1 + market.HalfSpread + (market.FeeIn is null ? market.FeeRate : 0);
        var power = portfolio.BuyingPower(account, except: market.Asset) / fees;
        var problem = portfolio.Problem;
        var exposures = portfolio.ExposuresOf(market.Asset);
        if (portfolio.IsCurrency(market.Asset))
        {
            return power;
        }

        if (exposures.Count == 0)
        {
            return 0;
        }

        var row = portfolio.Rows[exposures[0].Row];
        var standsForItself = exposures.Count == 1 && exposures[0].Share == 1 && string.Equals(row.Name, market.Asset, StringComparison.Ordinal)
            && problem.Exposures.Count == 0;
        if (!standsForItself || portfolio.IsFeeAsset(market.Asset))
        {
            return power;
        }

        var band = problem.Objective == PlacementObjective.FewestTrades ? problem.Band * portfolio.TotalValue : 0;
        var elsewhere = row.ValueBefore - (portfolio.Owned(account, market.Asset) * portfolio.Price(market.Asset));
        return Math.Min(power, Math.Max(Math.Max(0, row.Gap) + band + elsewhere + lotValue, minimumValue));
    }

    private static string? BuyBlocked(Portfolio portfolio, TradeOption option)
    {
        var conversion = portfolio.IsFreeCash(option.Asset);
        return (option.Market.Allow & AllowedSides.Buy) == AllowedSides.None ? "may not be bought here"
            : portfolio.Problem.Objective == PlacementObjective.SellOnly && !conversion ? "sell-only: nothing is bought"
            : WashSaleWindow.ForbidsBuying(portfolio.Problem, option.Asset) ? "sold at a loss within the wash-sale window"
            : !conversion && portfolio.ExposuresOf(option.Asset).Count == 0 ? "not targeted"
            : !conversion && portfolio.IsWithinThreshold(option.Asset) ? WithinThreshold
            : option.BuyMaxLots < option.MinLots ? TooSmall(option, option.BuyMaxLots, "no cash in this account")
            : null;
    }

    private static string? SellBlocked(Portfolio portfolio, TradeOption option) =>
        (option.Market.Allow & AllowedSides.Sell) == AllowedSides.None ? "may not be sold here"
        : portfolio.Problem.Objective == PlacementObjective.BuyOnly && !portfolio.IsFreeCash(option.Asset) ? "buy-only: nothing is sold"
        : !portfolio.IsFreeCash(option.Asset) && portfolio.IsWithinThreshold(option.Asset) && !portfolio.IsShort(portfolio.Accounts[option.AccountIndex]) ? WithinThreshold
        : option.SellMaxLots < option.MinLots ? TooSmall(option, option.SellMaxLots, "less than one lot")
        : null;

    /// <summary>Which minimum an amount does not reach, in the words of the venue.</summary>
    public static string TooSmall(TradeOption option, decimal lots, string belowOneLot)
    {
        var market = option.Market;
        return lots < 1 ? belowOneLot
            : market.MinNotional * option.QuotePrice > lots * option.LotValue ? $"below minimum notional {DecimalText.Format(market.MinNotional)} {market.Quote}"
            : market.MinQuantity > lots * option.Lot ? $"below minimum quantity {DecimalText.Format(market.MinQuantity)}"
            : "below the smallest order that is a whole number of lots";
    }
}
