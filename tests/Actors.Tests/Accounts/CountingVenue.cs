using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues;

namespace Rebalancer.Actors.Tests.Accounts;

/// <summary>Counts what is sent, and can be cut off or leave an asset out, around a venue that works.</summary>
internal sealed class CountingVenue(IVenue inner) : IVenue
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

    /// <summary>Done once, while the next reading of balances is under way.</summary>
    public Action? DuringNextBalances { get; set; }

    /// <summary>Says that an order has moved; null until somebody wants to hear it.</summary>
    public Action? OrdersMoved { get; private set; }

    /// <summary>Times that closed orders were asked for, which is done for evidence alone.</summary>
    public int EvidenceReadings { get; private set; }

    /// <summary>A tick the venue has gone over to; null: the one it had.</summary>
    public decimal? NewTick { get; set; }

    public VenueCapabilities Capabilities => inner.Capabilities;

    public void HearOfOrders(Action moved) => OrdersMoved = moved;

    public Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) =>
        FailingMarketReadings-- > 0
            ? Task.FromException<IReadOnlyList<MarketRules>>(new VenueException(VenueErrorKind.Unavailable, "server error"))
            : UpOr<IReadOnlyList<MarketRules>>(async () => [.. (await inner.GetMarketsAsync(cancellationToken))
                .Select(rules => rules with { TickSize = NewTick ?? rules.TickSize })]);

    public Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) => UpOr(async () =>
    {
        var report = await inner.GetBalancesAsync(cancellationToken);
        DuringNextBalances?.Invoke();
        DuringNextBalances = null;
        return report with { Balances = [.. report.Balances.Where(balance => balance.Asset != Omitted)] };
    });

    public Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        UpOr<IReadOnlyList<Quote>>(async () => [.. (await inner.GetQuotesAsync(markets, cancellationToken))
            .Select(quote => quote with { Bid = quote.Bid * QuoteFactor, Ask = quote.Ask * QuoteFactor })]);

    public Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        UpOr(() => inner.GetBarsAsync(market, frame, since, cancellationToken));

    public async Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
    {
        Sent.Add(order);
        if (HoldUp is { } holdUp)
        {
            await holdUp();
        }

        Outcomes.Add(order.LimitPrice % NewTick is { } rest and not 0
            ? new SendOutcome.Rejected("tick-size", $"{rest} above a multiple of {NewTick}")
            : await inner.PlaceAsync(order, deadline, cancellationToken));
        return Outcomes[^1];
    }

    public Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        inner.CancelAsync(clientOrderId, market, cancellationToken);

    public Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        UpOr(() => inner.FindOrderAsync(clientOrderId, market, cancellationToken));

    public Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) =>
        UpOr(() => inner.GetOpenOrdersAsync(cancellationToken));

    public Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        EvidenceReadings++;
        return UpOr(() => inner.GetClosedOrdersAsync(since, cancellationToken));
    }

    public Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        UpOr(() => inner.GetFillsAsync(cursor, since, cancellationToken));

    public Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        UpOr(() => inner.GetTransfersAsync(since, cancellationToken));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<T> UpOr<T>(Func<Task<T>> ask) => IsDown
        ? Task.FromException<T>(new VenueException(VenueErrorKind.Unavailable, "connection refused"))
        : ask();
}
