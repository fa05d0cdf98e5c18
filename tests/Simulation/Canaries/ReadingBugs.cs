using System.Globalization;
using System.Runtime.CompilerServices;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Simulation.World;
using Rebalancer.Venues;

namespace Rebalancer.Simulation.Canaries;

/// <summary>Bugs in how a venue's answers are read.</summary>
internal static class ReadingBugs
{
    /// <summary>A failed query is an empty list.</summary>
    public sealed class ErrorIsEmpty(IVenue inner, TimeProvider clock) : DelegatingVenue(inner)
    {
        public override Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
            Or(() => Inner.FindOrderAsync(clientOrderId, market, cancellationToken), null);

        public override Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) =>
            Or(() => Inner.GetBalancesAsync(cancellationToken), new BalanceReport(clock.GetUtcNow(), []));

        public override Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
            Or(() => Inner.GetFillsAsync(cursor, since, cancellationToken), new FillPage([], cursor));

        private static async Task<T> Or<T>(Func<Task<T>> ask, T instead)
        {
            try
            {
                return await ask();
            }
            catch (VenueException)
            {
                return instead;
            }
        }
    }

    /// <summary>Fills of a page whose order is not complete are left for later, and later never comes: the cursor has passed them.</summary>
    public sealed class DropsPartialFills(IVenue inner) : DelegatingVenue(inner)
    {
        public override async Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken)
        {
            var page = await Inner.GetFillsAsync(cursor, since, cancellationToken);
            return page with { Fills = [.. page.Fills.Where((fill, index) => index == page.Fills.Count - 1 || page.Fills[index + 1].VenueOrderId != fill.VenueOrderId)] };
        }
    }

    /// <summary>Which fills have been read is kept apart from what was booked: who dies between the two, or sets the answer aside, has lost them.</summary>
    public sealed class MarksFillsBeforeBooking(IVenue inner, ClusterWorld world) : DelegatingVenue(inner)
    {
        private static readonly ConditionalWeakTable<ClusterWorld, SortedSet<string>> Marked = [];

        public override async Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken)
        {
            var page = await Inner.GetFillsAsync(cursor, since, cancellationToken);
            var marked = Marked.GetOrCreateValue(world);
            return page with { Fills = [.. page.Fills.Where(fill => marked.Add($"{Capabilities.Name}/{fill.TradeId}"))] };
        }
    }

    /// <summary>A fill is known by the place it was read at instead of by its trade.</summary>
    public sealed class BooksReplaysTwice(IVenue inner) : DelegatingVenue(inner)
    {
        private int _pages;

        public override async Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken)
        {
            var page = await Inner.GetFillsAsync(cursor, since, cancellationToken);
            var prefix = (++_pages).ToString(CultureInfo.InvariantCulture);
            return page with { Fills = [.. page.Fills.Select(fill => fill with { TradeId = $"{prefix}-{fill.TradeId}" })] };
        }
    }

    public sealed class TakesFeesInQuote(IVenue inner) : DelegatingVenue(inner)
    {
        public override async Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken)
        {
            var page = await Inner.GetFillsAsync(cursor, since, cancellationToken);
            return page with { Fills = [.. page.Fills.Select(fill => fill with { FeeAsset = fill.Market.Quote })] };
        }
    }

    public sealed class SwapsSides(IVenue inner) : DelegatingVenue(inner)
    {
        public override async Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken)
        {
            var page = await Inner.GetFillsAsync(cursor, since, cancellationToken);
            return page with { Fills = [.. page.Fills.Select(fill => fill with { Side = TradeSide.Buy })] };
        }
    }

    /// <summary>Money that an open sell will bring counts as there.</summary>
    public sealed class SpendsUnconfirmedProceeds(IVenue inner) : DelegatingVenue(inner)
    {
        public override async Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken)
        {
            var report = await Inner.GetBalancesAsync(cancellationToken);
            return report with { Balances = [.. report.Balances.Select(balance => balance.IsCurrency ? balance with { Free = balance.Free + balance.Unsettled + 1_000, Unsettled = 0 } : balance)] };
        }
    }

    /// <summary>What open orders have locked counts as free: two orders may reserve one balance.</summary>
    public sealed class ReservesTwice(IVenue inner) : DelegatingVenue(inner)
    {
        public override async Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken)
        {
            var report = await Inner.GetBalancesAsync(cancellationToken);
            return report with { Balances = [.. report.Balances.Select(balance => balance with { Free = 2 * balance.Free })] };
        }
    }

    /// <summary>A price that is absent or zero is one; an old one is as good as a new one.</summary>
    public sealed class MakesUpPrices(IVenue inner) : DelegatingVenue(inner)
    {
        public override async Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
            [.. (await Inner.GetQuotesAsync(markets, cancellationToken)).Select(quote => quote with { Ask = quote.Bid == 0 ? 1 : quote.Bid * 1.001m })];
    }

    public sealed class RestampsPrices(IVenue inner, TimeProvider clock) : DelegatingVenue(inner)
    {
        public override async Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
            [.. (await Inner.GetQuotesAsync(markets, cancellationToken)).Select(quote => quote with { At = clock.GetUtcNow() })];
    }
}
