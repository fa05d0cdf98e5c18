namespace Rebalancer.Emulators.Books;

/// <summary>A market of the emulated venue.</summary>
/// <param name="Symbol">As the venue writes it.</param>
/// <param name="Depth">Quantity that stands at the best price; what is more is filled in further parts, each a tick worse.</param>
/// <param name="FeeRate">Of the notional, for makers and takers alike.</param>
public sealed record BookMarket(
    string Symbol, string Asset, string Quote, decimal Tick, decimal Lot, decimal MinQuantity, decimal MinNotional, decimal FeeRate, decimal Depth);

public enum BookSide
{
    Buy,
    Sell,
}

public enum BookStatus
{
    Open,
    Filled,
    Cancelled,
    Expired,
}

/// <param name="Limit">Null is a market order.</param>
/// <param name="ImmediateOrCancel">What does not trade on arrival is dropped.</param>
public sealed record BookRequest(
    string Account, string Symbol, BookSide Side, decimal Quantity, decimal? Limit, string? ClientId, bool ImmediateOrCancel = false, DateTimeOffset? GoodTill = null);

/// <summary>An order as the venue has it; replaced at each change.</summary>
public sealed record BookOrder(
    long Id, BookRequest Request, decimal Filled, decimal FilledNotional, BookStatus Status, DateTimeOffset PlacedAt, DateTimeOffset ChangedAt)
{
    public decimal Open => Request.Quantity - Filled;

    public decimal AveragePrice => Filled == 0 ? 0 : FilledNotional / Filled;
}

public sealed record BookFill(
    long Id, long OrderId, string Account, string Symbol, BookSide Side, decimal Quantity, decimal Price, decimal Fee, string FeeAsset, DateTimeOffset At);

public sealed record BookTransfer(long Id, string Account, string Kind, string Asset, decimal Amount, DateTimeOffset At);

public sealed record BookQuote(decimal Bid, decimal Ask, DateTimeOffset At);

/// <param name="Locked">By open orders.</param>
public sealed record BookBalance(string Asset, decimal Free, decimal Locked);

/// <summary>The book will not have an order; each emulator says so in its venue's words.</summary>
public enum BookRefusal
{
    UnknownSymbol,
    Lot,
    Tick,
    MinQuantity,
    MinNotional,
    InsufficientBalance,
    DuplicateClientId,
}

public sealed class BookRefusedException(BookRefusal refusal) : Exception(refusal.ToString())
{
    public BookRefusal Refusal { get; } = refusal;
}
