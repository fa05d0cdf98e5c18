using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues.Tests.Conformance;

/// <summary>What the parts of the suite share.</summary>
public abstract class VenueSuite<TVenue> : IAsyncLifetime
    where TVenue : VenueUnderTest, new()
{
    protected static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    protected TVenue Subject { get; } = new();

    public async ValueTask InitializeAsync() => await Subject.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Subject.DisposeAsync();
    }

    protected OrderRequest Limit(string id, TradeSide side, decimal quantity, decimal price) => new(id, Subject.Market, side, OrderType.Limit, quantity, price);

    protected OrderRequest Market(string id, TradeSide side, decimal quantity) => new(id, Subject.Market, side, OrderType.Market, quantity, null);

    protected Task<SendOutcome> PlaceAsync(IVenue venue, OrderRequest order, double seconds = 5) => Subject.EndAsync(
        venue.PlaceAsync(order, SendDeadline.After(TimeSpan.FromSeconds(seconds), UptimeClock.Of(TimeProvider.System)), None));

    /// <summary>By client id where the venue can, else among its open and closed orders.</summary>
    protected async Task<VenueOrder?> FindAsync(IVenue venue, string id) => venue.Capabilities.FindsByClientId
        ? await venue.FindOrderAsync(id, Subject.Market, None)
        : (await venue.GetOpenOrdersAsync(None)).Concat(await venue.GetClosedOrdersAsync(Subject.Since, None)).FirstOrDefault(order => order.ClientOrderId == id);

    protected static async Task<Balance> BalanceAsync(IVenue venue, string asset) =>
        (await venue.GetBalancesAsync(None)).Balances.Single(balance => balance.Asset == asset);

    /// <summary>Venues work on threads of their own, and one whose connection was lost needs a moment to be reached again.</summary>
    protected static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var clock = TimeProvider.System;
        for (var start = clock.GetTimestamp(); clock.GetElapsedTime(start) < Patience;)
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (VenueException unavailable) when (unavailable.Kind == VenueErrorKind.Unavailable)
            {
                // Asked again below, until the patience is over.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), clock);
        }

        throw new TimeoutException("the expected state was never reached");
    }
}
