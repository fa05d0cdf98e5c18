using System.Collections.Immutable;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues;

namespace Rebalancer.Actors.Accounts;

/// <summary>Puts a venue's queries together into complete readings. A part that fails fails the reading, or is absent from the evidence.</summary>
internal sealed class VenueReader(IVenue venue, TimeProvider clock)
{
    /// <summary>A venue whose cursor never settles must not be read for ever.</summary>
    private const int MaxFillPages = 1_000;

    /// <summary>Balances first: a fill read after them can only make them look old, never leave a fill unread.</summary>
    public async Task<BalanceReading> ReadBalancesAsync(string? cursor, DateTimeOffset fillsSince, CancellationToken cancellationToken)
    {
        var balancesAskedAt = clock.GetUtcNow();
        var balances = await venue.GetBalancesAsync(cancellationToken);
        var balancesAnsweredAt = clock.GetUtcNow();
        var transfers = venue.Capabilities.ReportsTransfers ? await venue.GetTransfersAsync(fillsSince, cancellationToken) : [];
        var ordersAskedAt = clock.GetUtcNow();
        var open = await venue.GetOpenOrdersAsync(cancellationToken);
        var fillsAskedAt = clock.GetUtcNow();
        var fills = await ReadFillsAsync(cursor, fillsSince, cancellationToken);
        return new BalanceReading(
            balancesAskedAt, balancesAnsweredAt, balances, fillsAskedAt, fills, ordersAskedAt, open, transfers);
    }

    public async Task<OrderEvidence> ReadEvidenceAsync(IReadOnlyList<Order> orders, TimeSpan margin, CancellationToken cancellationToken)
    {
        var askedAt = clock.GetUtcNow();
        var since = orders.Min(order => order.ArmedAt ?? order.PlannedAt) - margin;
        var found = ImmutableSortedDictionary<string, VenueOrder?>.Empty;
        var failures = new List<string>();
        if (venue.Capabilities.FindsByClientId)
        {
            foreach (var order in orders)
            {
                var (answered, seen) = await TryAsync(
                    $"order {order.ClientOrderId}", () => venue.FindOrderAsync(order.ClientOrderId, order.Market, cancellationToken), failures);
                found = answered ? found.Add(order.IntentId, seen) : found;
            }
        }

        var (_, open) = await TryAsync("open orders", () => venue.GetOpenOrdersAsync(cancellationToken), failures);
        var (_, closed) = await TryAsync("closed orders", () => venue.GetClosedOrdersAsync(since, cancellationToken), failures);
        var (_, fills) = await TryAsync("fills", () => ReadFillsAsync(null, since, cancellationToken), failures);
        return new OrderEvidence(askedAt, found, open, closed, fills?.Fills) { Since = since, Failures = failures };
    }

    private async Task<FillPage> ReadFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var fills = new List<VenueFill>();
        for (var page = 0; page < MaxFillPages; page++)
        {
            var next = await venue.GetFillsAsync(cursor, since, cancellationToken);
            fills.AddRange(next.Fills);
            if (next.Cursor is null || next.Cursor == cursor || next.Fills.Count == 0)
            {
                return new FillPage(fills, next.Cursor ?? cursor);
            }

            cursor = next.Cursor;
        }

        throw new VenueException(VenueErrorKind.Malformed, $"the cursor of fills did not settle within {MaxFillPages} pages");
    }

    private static async Task<(bool Answered, T? Answer)> TryAsync<T>(string question, Func<Task<T>> ask, List<string> failures)
    {
        try
        {
            return (true, await ask());
        }
        catch (VenueException failure)
        {
            // No answer is no evidence; the caller sees that the question is open, and says so.
            failures.Add($"{question}: {failure.Message}");
            return (false, default);
        }
    }
}
