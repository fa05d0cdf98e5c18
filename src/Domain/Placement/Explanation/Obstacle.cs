namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>The rules that can keep a trade from being made; sets of them are what must be lifted together.</summary>
[Flags]
internal enum Obstacle
{
    None = 0,

    /// <summary>The account is frozen.</summary>
    Frozen = 1,

    /// <summary>The account has no market for the asset.</summary>
    NoMarket = 1 << 1,

    /// <summary>The market may not be bought in, or not sold in.</summary>
    Side = 1 << 2,

    /// <summary>Buy-only, sell-only, fewest trades, floor division.</summary>
    Mode = 1 << 3,

    /// <summary>A loss taken in the asset, or a purchase of it, too near to this trade.</summary>
    WashSale = 1 << 4,

    /// <summary>The plan trades the asset the other way, here or, with one direction an asset, anywhere.</summary>
    Opposite = 1 << 5,

    /// <summary>The option is closed for a reason of its own.</summary>
    Closed = 1 << 6,

    Cap = 1 << 7,

    Cash = 1 << 8,

    /// <summary>The largest order.</summary>
    Most = 1 << 9,

    /// <summary>Minimum notional or quantity.</summary>
    Least = 1 << 10,

    /// <summary>Whole lots.</summary>
    Lot = 1 << 11,

    /// <summary>The gain budget.</summary>
    Gains = 1 << 12,

    /// <summary>What a fee is taken in besides the quote currency, or cash at hand for the ticket of a sale.</summary>
    Fees = 1 << 13,

    /// <summary>Fee, spread, ticket, tax, location preference and the penalty of an order.</summary>
    Cost = 1 << 14,

    All = (1 << 15) - 1,
}
