using System.Text.Json.Serialization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues.Simulated;

/// <summary>What happened in one account of a simulated venue. The events are its book: everything it knows is their fold.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(AccountOpened), "account-opened")]
[JsonDerivedType(typeof(OrderAccepted), "order-accepted")]
[JsonDerivedType(typeof(OrderExecuted), "order-executed")]
[JsonDerivedType(typeof(OrderClosed), "order-closed")]
[JsonDerivedType(typeof(ProceedsSettled), "proceeds-settled")]
[JsonDerivedType(typeof(TransferBooked), "transfer-booked")]
public abstract record BookEvent(string Account, DateTimeOffset At);

/// <param name="Balances">What the account starts with.</param>
public sealed record AccountOpened(string Account, DateTimeOffset At, SortedDictionary<string, decimal> Balances) : BookEvent(Account, At);

/// <param name="Number">Unique in the exchange.</param>
public sealed record OrderAccepted(string Account, DateTimeOffset At, long Number, OrderRequest Order, OrderTerms Terms) : BookEvent(Account, At);

/// <param name="Trade">Unique in the exchange.</param>
/// <param name="SettlesAt">When the proceeds may be spent; null is at once.</param>
public sealed record OrderExecuted(
    string Account, DateTimeOffset At, long Number, long Trade, decimal Quantity, decimal Price, decimal Fee, string FeeAsset,
    DateTimeOffset? SettlesAt) : BookEvent(Account, At);

/// <summary>The rest of the order will not be executed.</summary>
public sealed record OrderClosed(string Account, DateTimeOffset At, long Number, VenueOrderStatus Status, string Reason) : BookEvent(Account, At);

/// <param name="Trade">The sale whose proceeds may be spent from now on.</param>
public sealed record ProceedsSettled(string Account, DateTimeOffset At, long Trade) : BookEvent(Account, At);

/// <summary>Money or an asset came in, or went out.</summary>
public sealed record TransferBooked(string Account, DateTimeOffset At, VenueTransfer Transfer) : BookEvent(Account, At);

/// <summary>What an accepted order locks and what its fills will cost, fixed at acceptance so that no fill can overdraw the account.</summary>
/// <param name="LockedAsset">The quote for a buy, the asset for a sell.</param>
/// <param name="LockedFee">In <paramref name="FeeAsset"/>, only when that is neither what is spent nor what is received.</param>
/// <param name="MakerFee">
/// Fee asset for one unit of notional, as <paramref name="TakerFee"/>; for one unit bought when the fee is taken in the bought asset.
/// </param>
/// <param name="Ticket">In quote currency, charged with the first fill.</param>
public sealed record OrderTerms(
    string LockedAsset, decimal Locked, string FeeAsset, decimal LockedFee, decimal MakerFee, decimal TakerFee, decimal Ticket);
