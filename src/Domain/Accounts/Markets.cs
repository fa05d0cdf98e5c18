using System.Text.Json.Serialization;

namespace Rebalancer.Domain.Accounts;

/// <summary>Asset traded against a quote currency, as BTC/USD or SPY/USD.</summary>
public readonly record struct MarketId(string Asset, string Quote)
{
    public override string ToString() => $"{Asset}/{Quote}";
}

/// <summary>Whether a market takes orders now.</summary>
public enum TradingSession
{
    Open,
    Closed,
    Halted,
    Delisted,
}

/// <param name="TickSize">Step of price; 0 where the venue has none.</param>
/// <param name="LotSize">Step of quantity; 0 is 8 decimals.</param>
/// <param name="MinNotional">In quote currency, as <paramref name="MaxNotional"/>.</param>
/// <param name="TicketFee">Fixed fee an order, in quote currency.</param>
/// <param name="FeeAsset">Asset fees are taken in; null is the quote.</param>
public sealed record MarketRules(
    MarketId Market, decimal TickSize, decimal LotSize, decimal MinQuantity, decimal? MaxQuantity, decimal MinNotional, decimal? MaxNotional,
    decimal MakerFeeRate, decimal TakerFeeRate, decimal TicketFee, string? FeeAsset, TradingSession Session, DateTimeOffset? NextOpen)
{
    /// <summary>When the session ends that is open, early closes known; null where the venue has none or does not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NextClose { get; init; }

    /// <summary>Rules are read now and then: a session may have ended since.</summary>
    public TradingSession SessionAt(DateTimeOffset now) => Session == TradingSession.Open && NextClose <= now ? TradingSession.Closed : Session;
}

/// <param name="At">When the venue quoted it.</param>
public sealed record Quote(MarketId Market, decimal Bid, decimal Ask, DateTimeOffset At)
{
    [JsonIgnore]
    public decimal Mid => (Bid + Ask) / 2;
}
