using System.Collections.Immutable;
using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues.Simulated;

/// <summary>One account's state: the fold of its <see cref="BookEvent"/>s. Immutable, so that a lagging view is an earlier value.</summary>
public sealed record AccountBook(
    string Account,
    ImmutableSortedDictionary<string, BookBalance> Balances,
    ImmutableSortedDictionary<long, BookOrder> Open,
    ImmutableSortedDictionary<long, BookOrder> Closed,
    ImmutableSortedDictionary<string, long> LatestByClientId,
    ImmutableList<VenueFill> Fills,
    ImmutableList<VenueTransfer> Transfers,
    ImmutableSortedDictionary<long, PendingProceeds> Unsettled)
{
    /// <summary>Numbers of the closed orders, the first to end first.</summary>
    public ImmutableList<long> Ended { get; init; } = [];

    public static AccountBook Opened(AccountOpened opened) => new(
        opened.Account,
        opened.Balances.ToImmutableSortedDictionary(b => b.Key, b => new BookBalance(b.Value, 0, 0), StringComparer.Ordinal),
        ImmutableSortedDictionary<long, BookOrder>.Empty,
        ImmutableSortedDictionary<long, BookOrder>.Empty,
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal),
        [],
        [],
        ImmutableSortedDictionary<long, PendingProceeds>.Empty);

    public BookBalance this[string asset] => Balances.GetValueOrDefault(asset);

    /// <summary>The latest order with that client id, or null.</summary>
    public BookOrder? Find(string clientOrderId) =>
        LatestByClientId.TryGetValue(clientOrderId, out var number)
            ? Open.GetValueOrDefault(number) ?? Closed[number]
            : null;

    public AccountBook Apply(BookEvent @event) => @event switch
    {
        OrderAccepted accepted => Accept(accepted),
        OrderExecuted executed => Execute(executed),
        OrderClosed closed => Close(Open[closed.Number] with { Status = closed.Status, Reason = closed.Reason, ChangedAt = closed.At }),
        ProceedsSettled settled => Settle(settled),
        TransferBooked booked => Move(booked.Transfer.Asset, new BookBalance(booked.Transfer.Amount, 0, 0)) with
        {
            Transfers = Transfers.Add(booked.Transfer),
        },
        _ => throw new InvalidOperationException($"An open account cannot apply {@event.GetType().Name}."),
    };

    private AccountBook Accept(OrderAccepted accepted)
    {
        var order = new BookOrder(
            accepted.Number, accepted.Order, accepted.Terms, 0, VenueOrderStatus.Open, null, accepted.At, accepted.At,
            accepted.Terms.Locked, accepted.Terms.LockedFee);
        return Lock(order.Terms.LockedAsset, order.Locked).Lock(order.Terms.FeeAsset, order.LockedFee) with
        {
            Open = Open.Add(order.Number, order),
            LatestByClientId = LatestByClientId.SetItem(accepted.Order.ClientOrderId, order.Number),
        };
    }

    private AccountBook Execute(OrderExecuted fill)
    {
        var order = Open[fill.Number];
        var (market, side) = (order.Request.Market, order.Request.Side);
        var notional = fill.Quantity * fill.Price;
        var feeInQuote = fill.FeeAsset == market.Quote ? fill.Fee : 0;
        var feeInAsset = fill.FeeAsset == market.Asset ? fill.Fee : 0;
        var spent = side == TradeSide.Buy ? notional + feeInQuote : fill.Quantity + feeInAsset;
        var received = side == TradeSide.Buy ? fill.Quantity - feeInAsset : notional - feeInQuote;
        var receivedAsset = side == TradeSide.Buy ? market.Asset : market.Quote;
        var feeFromLock = feeInQuote + feeInAsset == 0 ? fill.Fee : 0;

        var book = Move(order.Terms.LockedAsset, new BookBalance(0, -spent, 0))
            .Move(fill.FeeAsset, new BookBalance(0, -feeFromLock, 0))
            .Move(receivedAsset, fill.SettlesAt is null ? new BookBalance(received, 0, 0) : new BookBalance(0, 0, received));
        var after = order with
        {
            Filled = order.Filled + fill.Quantity,
            Locked = order.Locked - spent,
            LockedFee = order.LockedFee - feeFromLock,
            ChangedAt = fill.At,
        };
        book = book with
        {
            Open = Open.SetItem(after.Number, after),
            Fills = Fills.Add(new VenueFill(
                fill.Trade.ToString(CultureInfo.InvariantCulture), order.VenueOrderId, order.Request.ClientOrderId, market, side,
                fill.Quantity, fill.Price, fill.Fee, fill.FeeAsset, fill.At)),
            Unsettled = fill.SettlesAt is { } at ? Unsettled.Add(fill.Trade, new PendingProceeds(receivedAsset, received, at)) : Unsettled,
        };
        return after.Remaining == 0 ? book.Close(after with { Status = VenueOrderStatus.Filled }) : book;
    }

    private AccountBook Close(BookOrder order) =>
        Lock(order.Terms.LockedAsset, -order.Locked).Lock(order.Terms.FeeAsset, -order.LockedFee) with
        {
            Open = Open.Remove(order.Number),
            Closed = Closed.Add(order.Number, order with { Locked = 0, LockedFee = 0 }),
            Ended = Ended.Add(order.Number),
        };

    private AccountBook Settle(ProceedsSettled settled)
    {
        var proceeds = Unsettled[settled.Trade];
        return Move(proceeds.Asset, new BookBalance(proceeds.Amount, 0, -proceeds.Amount)) with { Unsettled = Unsettled.Remove(settled.Trade) };
    }

    private AccountBook Lock(string asset, decimal amount) => Move(asset, new BookBalance(-amount, amount, 0));

    private AccountBook Move(string asset, BookBalance change)
    {
        if (change == default)
        {
            return this;
        }

        var after = this[asset].Add(change);
        if (after.Free < 0 || after.Locked < 0 || after.Unsettled < 0)
        {
            throw new InvalidOperationException($"Account {Account} would hold {after} of {asset}: the engine let an order overdraw it.");
        }

        return this with { Balances = Balances.SetItem(asset, after) };
    }
}

/// <summary>What an account has of an asset: to spend, locked by orders, and on its way.</summary>
public readonly record struct BookBalance(decimal Free, decimal Locked, decimal Unsettled)
{
    public decimal Total => Free + Locked + Unsettled;

    public BookBalance Add(BookBalance other) => new(Free + other.Free, Locked + other.Locked, Unsettled + other.Unsettled);
}

/// <summary>Proceeds of a sale that may be spent from <paramref name="At"/>.</summary>
public sealed record PendingProceeds(string Asset, decimal Amount, DateTimeOffset At);

/// <param name="Locked">What is still locked, in the terms' locked asset; <paramref name="LockedFee"/> in the fee asset.</param>
public sealed record BookOrder(
    long Number, OrderRequest Request, OrderTerms Terms, decimal Filled, VenueOrderStatus Status, string? Reason,
    DateTimeOffset AcceptedAt, DateTimeOffset ChangedAt, decimal Locked, decimal LockedFee)
{
    public decimal Remaining => Request.Quantity - Filled;

    public string VenueOrderId => "S" + Number.ToString(CultureInfo.InvariantCulture);

    public VenueOrder ToVenueOrder() => new(
        VenueOrderId, Request.ClientOrderId, Request.Market, Request.Side, Request.Type, Request.Quantity, Request.LimitPrice, Filled, Status,
        Reason, ChangedAt);
}
