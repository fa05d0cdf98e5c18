namespace Rebalancer.Domain.Placement.Facts;

/// <summary>
/// One market of one account and how much may be traded in it, counted in lots. A market without a lot size trades in steps of 8 decimals.
/// </summary>
internal sealed record TradeOption
{
    public required int Index { get; init; }

    public required int AccountIndex { get; init; }

    public required string Account { get; init; }

    public required PlacementMarket Market { get; init; }

    public required decimal Lot { get; init; }

    /// <summary>Of one unit of the asset, in base currency.</summary>
    public required decimal Price { get; init; }

    /// <summary>Of one unit of the quote currency, in base currency.</summary>
    public required decimal QuotePrice { get; init; }

    /// <summary>Smallest order in lots; at least one.</summary>
    public required decimal MinLots { get; init; }

    public required decimal BuyMaxLots { get; init; }

    public required decimal SellMaxLots { get; init; }

    /// <summary>Why nothing may be bought; null where something may.</summary>
    public required string? BuyBlocked { get; init; }

    /// <summary>Why nothing may be sold; null where something may.</summary>
    public required string? SellBlocked { get; init; }

    /// <summary>Lots are counted by an integer in the model; otherwise they are so small that the amount is continuous there and rounded after.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>True of a market that is only imagined, to say what the lack of it prevents.</summary>
    public bool IsHypothetical { get; init; }

    public string Asset => Market.Asset;

    public string Quote => Market.Quote;

    /// <summary>What the fee is taken in.</summary>
    public string FeeAsset => Market.FeeIn ?? Market.Quote;

    public bool FeeInQuote => string.Equals(FeeAsset, Quote, StringComparison.Ordinal);

    /// <summary>The fee is taken from what is bought, or on top of what is sold.</summary>
    public bool FeeInBase => string.Equals(FeeAsset, Asset, StringComparison.Ordinal);

    /// <summary>The fee is taken from a third balance.</summary>
    public bool FeeElsewhere => !FeeInQuote && !FeeInBase;

    /// <summary>κ: fee and half-spread.</summary>
    public decimal CostRate => Market.FeeRate + Market.HalfSpread;

    /// <summary>What one lot bought brings to the asset's balance, as a multiple of its value.</summary>
    public decimal BuyInflow => 1 - (FeeInBase ? Market.FeeRate : 0);

    /// <summary>What one lot sold takes from the asset's balance, as a multiple of its value.</summary>
    public decimal SellOutflow => 1 + (FeeInBase ? Market.FeeRate : 0);

    /// <summary>What one lot bought takes from the quote balance, as a multiple of its value.</summary>
    public decimal BuyOutflow => 1 + Market.HalfSpread + (FeeInQuote ? Market.FeeRate : 0);

    /// <summary>What one lot sold brings to the quote balance, as a multiple of its value.</summary>
    public decimal SellInflow => 1 - Market.HalfSpread - (FeeInQuote ? Market.FeeRate : 0);

    /// <summary>In base currency.</summary>
    public decimal LotValue => Lot * Price;

    public bool CanBuy => BuyBlocked is null;

    public bool CanSell => SellBlocked is null;
}
