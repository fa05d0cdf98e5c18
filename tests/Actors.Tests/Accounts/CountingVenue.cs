using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues;

namespace Rebalancer.Actors.Tests.Accounts;

/// <summary>Counts what is sent, and can be cut off or leave an asset out, around a venue that works.</summary>
internal sealed class CountingVenue(IVenue inner) : DelegatingVenue(inner, leaveOpen: true)
{
    public List<OrderRequest> Sent { get; } = [];

    public bool IsDown { get; set; }

    /// <summary>Readings of markets that still fail.</summary>
    public int FailingMarketReadings { get; set; }

    /// <summary>How long the sender is held up between the permit and its request.</summary>
    public Func<Task>? HoldUp { get; set; }

    public List<SendOutcome> Outcomes { get; } = [];

    /// <summary>Quotes show prices this much higher than the market's, so that a sell at the touch rests.</summary>
    public decimal QuoteFactor { get; set; } = 1;

    /// <summary>An asset that readings of balances leave out.</summary>
    public string? Omitted { get; set; }

    /// <summary>How long a reading of balances is held up when it has begun.</summary>
    public Func<Task>? HoldUpBalances { get; set; }

    /// <summary>Done once, while the next reading of balances is under way.</summary>
    public Action? DuringNextBalances { get; set; }

    /// <summary>Says that an order has moved; null until somebody wants to hear it.</summary>
    public Action? OrdersMoved { get; private set; }

    /// <summary>Times that closed orders were asked for, which is done for evidence alone.</summary>
    public int EvidenceReadings { get; private set; }

    /// <summary>A tick the venue has gone over to; null: the one it had.</summary>
    public decimal? NewTick { get; set; }

    /// <summary>What its key cannot do.</summary>
    public string? Refuses { get; set; }

    public override string? CannotTrade => Refuses;

    public override void HearOfOrders(Action moved) => OrdersMoved = moved;

    public override Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) =>
        FailingMarketReadings-- > 0
            ? Task.FromException<IReadOnlyList<MarketRules>>(new VenueException(VenueErrorKind.Unavailable, "server error"))
            : UpOr<IReadOnlyList<MarketRules>>(async () => [.. (await Inner.GetMarketsAsync(cancellationToken))
                .Select(rules => rules with { TickSize = NewTick ?? rules.TickSize })]);

    public override Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) => UpOr(async () =>
    {
        var report = await Inner.GetBalancesAsync(cancellationToken);
        DuringNextBalances?.Invoke();
        DuringNextBalances = null;
        if (HoldUpBalances is { } holdUp)
        {
            await holdUp();
        }

        return report with { Balances = [.. report.Balances.Where(balance => balance.Asset != Omitted)] };
    });

    public override Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        UpOr<IReadOnlyList<Quote>>(async () => [.. (await Inner.GetQuotesAsync(markets, cancellationToken))
            .Select(quote => quote with { Bid = quote.Bid * QuoteFactor, Ask = quote.Ask * QuoteFactor })]);

    public override Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        UpOr(() => Inner.GetBarsAsync(market, frame, since, cancellationToken));

    public override async Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
    {
        Sent.Add(order);
        if (HoldUp is { } holdUp)
        {
            await holdUp();
        }

        Outcomes.Add(order.LimitPrice % NewTick is { } rest and not 0
            ? new SendOutcome.Rejected("tick-size", $"{rest} above a multiple of {NewTick}")
            : await Inner.PlaceAsync(order, deadline, cancellationToken));
        return Outcomes[^1];
    }

    public override Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        UpOr(() => Inner.FindOrderAsync(clientOrderId, market, cancellationToken));

    public override Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) =>
        UpOr(() => Inner.GetOpenOrdersAsync(cancellationToken));

    public override Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        EvidenceReadings++;
        return UpOr(() => Inner.GetClosedOrdersAsync(since, cancellationToken));
    }

    public override Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        UpOr(() => Inner.GetFillsAsync(cursor, since, cancellationToken));

    public override Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        UpOr(() => Inner.GetTransfersAsync(since, cancellationToken));

    private Task<T> UpOr<T>(Func<Task<T>> ask) => IsDown
        ? Task.FromException<T>(new VenueException(VenueErrorKind.Unavailable, "connection refused"))
        : ask();
}
