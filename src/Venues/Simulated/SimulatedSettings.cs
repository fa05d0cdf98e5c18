using Rebalancer.Domain.Accounts;

namespace Rebalancer.Venues.Simulated;

/// <summary>What a simulated venue does with a client order id it has seen before.</summary>
public enum ClientIdReuse
{
    /// <summary>Refused while the earlier order is open, accepted again afterwards (Binance).</summary>
    RefusedWhileOpen,

    /// <summary>Refused for ever (Alpaca).</summary>
    Refused,

    /// <summary>Not looked at.</summary>
    Accepted,
}

/// <summary>When a simulated venue trades.</summary>
public enum SessionHours
{
    AlwaysOpen,

    /// <summary>New York Stock Exchange: regular hours, holidays and early closes.</summary>
    Nyse,
}

/// <param name="AnnualDrift">Change a year as a share of the initial price.</param>
/// <param name="AnnualVolatility">Standard deviation of a year's change, as a share of the initial price.</param>
/// <param name="HalfSpread">Distance of bid and ask from the middle, as a share of the price.</param>
/// <param name="TickSize">Above zero.</param>
/// <param name="LotSize">Above zero: 1 for whole shares.</param>
/// <param name="MinNotional">In quote currency, as <paramref name="MaxNotional"/> and <paramref name="TicketFee"/>.</param>
/// <param name="FeeAsset">
/// Null: the quote. The market's own asset: buys pay in it and sells in the quote, as spot exchanges do. Any third asset: from that asset when
/// the account has enough of it, else from the quote.
/// </param>
public sealed record SimulatedMarket(
    MarketId Market, decimal InitialPrice, decimal AnnualDrift, decimal AnnualVolatility, decimal HalfSpread, decimal TickSize, decimal LotSize,
    decimal MinQuantity, decimal MinNotional, decimal MakerFeeRate, decimal TakerFeeRate, decimal TicketFee = 0, string? FeeAsset = null,
    decimal? MaxQuantity = null, decimal? MaxNotional = null);

/// <param name="Request">On the way to the venue.</param>
/// <param name="Reply">On the way back.</param>
/// <param name="Jitter">Added to each, from nothing to this much.</param>
public sealed record SimulatedLatency(TimeSpan Request, TimeSpan Reply, TimeSpan Jitter)
{
    public static SimulatedLatency None { get; } = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
}

/// <summary>One exchange or broker: its markets and how it behaves. Several accounts may be opened on it.</summary>
public sealed record SimulatedExchangeSettings
{
    public required string Name { get; init; }

    /// <summary><c>exchange</c> or <c>broker</c>.</summary>
    public required string Kind { get; init; }

    public required IReadOnlyList<SimulatedMarket> Markets { get; init; }

    /// <summary>What is money here; everything else an account holds is an asset.</summary>
    public IReadOnlyList<string> Currencies { get; init; } = ["USD"];

    public SessionHours Hours { get; init; }

    public ClientIdReuse ClientIds { get; init; }

    /// <summary>Business days until the proceeds of a sale may be spent; 0 is at once.</summary>
    public int SettlementDays { get; init; }

    public decimal SubmitsPerSecond { get; init; } = 10;

    public decimal QueriesPerSecond { get; init; } = 100;

    /// <summary>Share of fills that take only a part of what remains.</summary>
    public decimal PartialFillRate { get; init; } = 0.2m;

    /// <summary>Decimals of a fee.</summary>
    public int FeeDecimals { get; init; } = 8;

    /// <summary>Whether orders may be immediate-or-cancel and good-till-date.</summary>
    public bool HasTimesInForce { get; init; } = true;

    /// <summary>Whether an order can be asked for by its client id.</summary>
    public bool FindsByClientId { get; init; } = true;

    public SimulatedLatency Latency { get; init; } = SimulatedLatency.None;

    public SimulatedFaults Faults { get; init; } = SimulatedFaults.None;
}
