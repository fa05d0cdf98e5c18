using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues;

namespace Rebalancer.Host.Backtest;

/// <summary>
/// A venue that knows how many of an account's questions are not yet answered: a machine that went to sleep on one would take an answer of last week
/// for a reading of today, and wait for the next.
/// </summary>
internal sealed class ReadVenue(IVenue inner) : DelegatingVenue(inner)
{
    /// <summary>Questions without an answer yet.</summary>
    public int Open { get; private set; }

    public override Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) => CountAsync(Inner.GetMarketsAsync(cancellationToken));

    public override Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) => CountAsync(Inner.GetBalancesAsync(cancellationToken));

    public override Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        CountAsync(Inner.GetQuotesAsync(markets, cancellationToken));

    public override Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        CountAsync(Inner.FindOrderAsync(clientOrderId, market, cancellationToken));

    public override Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) => CountAsync(Inner.GetOpenOrdersAsync(cancellationToken));

    public override Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        CountAsync(Inner.GetClosedOrdersAsync(since, cancellationToken));

    public override Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        CountAsync(Inner.GetFillsAsync(cursor, since, cancellationToken));

    public override Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        CountAsync(Inner.GetTransfersAsync(since, cancellationToken));

    private async Task<T> CountAsync<T>(Task<T> question)
    {
        Open++;
        try
        {
            return await question;
        }
        finally
        {
            Open--;
        }
    }
}
