using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues;

/// <summary>
/// One account at an exchange or broker. Every query is complete or throws <see cref="VenueException"/>: an error is never an empty list,
/// a missing asset never zero. Placing is never retried below this interface.
/// </summary>
public interface IVenue : IPriceHistory, IAsyncDisposable
{
    VenueCapabilities Capabilities { get; }

    /// <summary>Why the venue takes no order with the account's credentials, once it was asked about them; null where it does, or does not tell.</summary>
    string? CannotTrade => null;

    /// <summary>
    /// Has <paramref name="moved"/> called, from any thread, when the venue says by itself that something has become of an order of the account.
    /// Most venues never do, and none is relied upon: it only says when it is worth asking.
    /// </summary>
    void HearOfOrders(Action moved)
    {
    }

    /// <summary>The account's markets with rules and fees.</summary>
    Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken);

    Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken);

    /// <summary>Best bid and ask of the asked markets; a market without a quote is left out.</summary>
    Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken);

    /// <summary>Sends once. Never throws for an outcome it can name; anything it cannot is <see cref="SendOutcome.Ambiguous"/>.</summary>
    Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken);

    /// <summary>Asks for a cancel; repeatable. "Not found" is <see cref="CancelOutcome.NotFound"/>, which is not "cancelled".</summary>
    Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken);

    /// <summary>The order with that client id, or null when this venue knows none now (which soon after a send proves nothing).</summary>
    Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken);

    Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Own fills after the cursor, oldest first; a null cursor starts at <paramref name="since"/>. May repeat fills, never omits one.</summary>
    Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Deposits, withdrawals, dividends, interest, splits and rewards in the venue's history.</summary>
    Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken);
}

/// <param name="Kind">exchange or broker.</param>
/// <param name="FindsByClientId">Whether <see cref="IVenue.FindOrderAsync"/> is a direct query, good as evidence.</param>
/// <param name="ReportsTransfers">Whether <see cref="IVenue.GetTransfersAsync"/> is supported.</param>
/// <param name="SubmitsPerSecond">The venue's order rate limit for this account.</param>
/// <param name="SupportsImmediateOrCancel">Whether an order may be sent with that time in force, as for <paramref name="SupportsGoodTilDate"/>.</param>
/// <param name="ReadingsAreTheBooks">
/// Whether its owner writes the balances by hand: a difference to the last reading is then what the owner says, not something unexplained.
/// </param>
public sealed record VenueCapabilities(
    string Name, string Kind, bool FindsByClientId, bool ReportsTransfers, bool SupportsMarketOrders, decimal SubmitsPerSecond,
    bool SupportsImmediateOrCancel = false, bool SupportsGoodTilDate = false, bool ReadingsAreTheBooks = false);

/// <summary>
/// After this moment the request must not start, and one under way is aborted. It is a moment, not a duration: whatever delays the sender
/// between the permit and the request, it checks this in the call that starts the request.
/// </summary>
/// <param name="Uptime">The clock it is on.</param>
/// <param name="UptimeMilliseconds">Time since boot, for senders in another process of the machine; never persisted.</param>
public sealed record SendDeadline(UptimeClock Uptime, long UptimeMilliseconds)
{
    /// <summary>What is left at the moment of asking; zero or less: too late.</summary>
    public TimeSpan Remaining => TimeSpan.FromMilliseconds(UptimeMilliseconds - Uptime.Milliseconds);

    public static SendDeadline After(TimeSpan time, UptimeClock uptime)
    {
        ArgumentNullException.ThrowIfNull(uptime);
        return new SendDeadline(uptime, uptime.Milliseconds + (long)time.TotalMilliseconds);
    }
}

/// <param name="Cursor">Give it back to go on from here.</param>
public sealed record FillPage(IReadOnlyList<VenueFill> Fills, string? Cursor);

/// <summary>Why a query failed, as far as it says what to do next.</summary>
public enum VenueErrorKind
{
    /// <summary>No or broken connection, 5xx, time-out.</summary>
    Unavailable,

    /// <summary>429 and its kin; <see cref="VenueException.RetryAfter"/> says how long.</summary>
    RateLimited,

    /// <summary>Credentials missing, wrong or without permission.</summary>
    Unauthorised,

    /// <summary>A reply that cannot be read in full.</summary>
    Malformed,

    /// <summary>The venue does not support the call.</summary>
    Unsupported,
}

/// <summary>A query failed; nothing may be concluded from it.</summary>
public sealed class VenueException(VenueErrorKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    public VenueErrorKind Kind { get; } = kind;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
