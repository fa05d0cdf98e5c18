using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues.Paper;

/// <summary>
/// An account in mode paper whose venue has no sandbox: markets, prices and history are the live venue's, orders are filled here at its
/// prices, and nothing is ever sent there. The account begins with what the live one holds when it is first read; what happens to that one
/// afterwards is not followed.
/// </summary>
/// <param name="live">Read, never sent to.</param>
/// <param name="path">Of the book, a file of this account's own, kept over restarts.</param>
public sealed class PaperVenue(IVenue live, string account, string path, TimeProvider clock) : IVenue
{
    private const int FillsAPage = 200;

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private SortedDictionary<string, bool> _currencies = new(StringComparer.Ordinal);
    private Dictionary<MarketId, MarketRules> _rules = [];
    private PaperBook? _book;

    public VenueCapabilities Capabilities { get; } = live.Capabilities with
    {
        FindsByClientId = true, ReportsTransfers = false, SupportsMarketOrders = true, SupportsImmediateOrCancel = true, SupportsGoodTilDate = true,
    };

    public async Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken)
    {
        var markets = await live.GetMarketsAsync(cancellationToken);
        _rules = markets.ToDictionary(rules => rules.Market);
        return markets;
    }

    public Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        live.GetQuotesAsync(markets, cancellationToken);

    public Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        live.GetBarsAsync(market, frame, since, cancellationToken);

    public Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) => ReadAsync(
        book => new BalanceReport(clock.GetUtcNow(), [.. book.Balances.Select(entry => new Balance(
            entry.Key, entry.Value.Free, entry.Value.Locked, entry.Value.Unsettled, IsCurrency(book, entry.Key)))]),
        cancellationToken);

    public async Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            if (_rules.Count == 0)
            {
                await GetMarketsAsync(cancellationToken);
            }

            var quote = (await live.GetQuotesAsync([order.Market], cancellationToken)).SingleOrDefault();
            return await WithBookAsync(book => deadline.Remaining > TimeSpan.Zero ? Place(book, order, quote) : TooLate(), cancellationToken);
        }
        catch (Exception unread) when (unread is VenueException or OperationCanceledException)
        {
            return new SendOutcome.NotSent($"{account}: no price to fill it at on paper: {unread.Message}");
        }
    }

    public async Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken)
    {
        try
        {
            return await WithBookAsync(book => book.Cancel(clientOrderId, clock.GetUtcNow()), cancellationToken);
        }
        catch (VenueException)
        {
            return CancelOutcome.Ambiguous;
        }
    }

    public Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        ReadAsync(book => book.Find(clientOrderId)?.ToVenueOrder(), cancellationToken);

    public Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<VenueOrder>>(
        book => [.. book.Open.Values.Select(order => order.ToVenueOrder())], cancellationToken);

    public Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<VenueOrder>>(
        book => [.. book.Closed.Values.Where(order => order.ChangedAt >= since).Select(order => order.ToVenueOrder())], cancellationToken);

    /// <summary>The cursor counts the fills told.</summary>
    public Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) => ReadAsync(
        book =>
        {
            var start = cursor is null ? book.Fills.TakeWhile(fill => fill.At < since).Count()
                : int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var told) && told <= book.Fills.Count ? told
                : throw new VenueException(VenueErrorKind.Malformed, $"'{cursor}' is not a cursor of this account on paper");
            var page = book.Fills.Skip(start).Take(FillsAPage).ToList();
            return new FillPage(page, (start + page.Count).ToString(CultureInfo.InvariantCulture));
        },
        cancellationToken);

    public Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromException<IReadOnlyList<VenueTransfer>>(new VenueException(VenueErrorKind.Unsupported, $"{account}: on paper nothing is deposited or withdrawn"));

    public async ValueTask DisposeAsync()
    {
        _book?.Dispose();
        _oneAtATime.Dispose();
        await live.DisposeAsync();
    }

    private static SendOutcome TooLate() => new SendOutcome.NotSent("the deadline had passed before the order was filled on paper");

    private SendOutcome Place(PaperBook book, OrderRequest order, Quote? quote)
    {
        if (!_rules.TryGetValue(order.Market, out var rules) || quote is null)
        {
            return new SendOutcome.Rejected(Simulated.RejectCodes.UnknownMarket, $"{account} has no price of {order.Market}");
        }

        var (placed, rejection) = book.Place(order, rules, quote, clock.GetUtcNow());
        return placed is not null ? new SendOutcome.Acknowledged(placed) : new SendOutcome.Rejected(rejection!.Code, rejection.Reason);
    }

    /// <summary>As the live account reports it; what came to hand on paper is money when sales were paid in it and none of it was bought.</summary>
    private bool IsCurrency(Simulated.AccountBook book, string asset) =>
        _currencies.TryGetValue(asset, out var known) ? known : book.Fills.Any(fill => fill.Market.Quote == asset) && book.Fills.All(fill => fill.Market.Asset != asset);

    /// <summary>The account after everything that the live prices of now make of it.</summary>
    private Task<T> ReadAsync<T>(Func<Simulated.AccountBook, T> read, CancellationToken cancellationToken) => WithBookAsync(book => read(book.Account!), cancellationToken);

    private async Task<T> WithBookAsync<T>(Func<PaperBook, T> use, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var book = _book ??= OpenBook();
            if (_currencies.Count == 0)
            {
                var report = await live.GetBalancesAsync(cancellationToken);
                _currencies = new SortedDictionary<string, bool>(report.Balances.ToDictionary(balance => balance.Asset, balance => balance.IsCurrency), StringComparer.Ordinal);
                if (book.Account is null)
                {
                    book.Begin(account, report, clock.GetUtcNow());
                }
            }

            if (book.Account!.Open.Values.Select(order => order.Request.Market).Distinct().ToList() is { Count: > 0 } resting)
            {
                if (_rules.Count == 0)
                {
                    await GetMarketsAsync(cancellationToken);
                }

                book.Advance(await live.GetQuotesAsync(resting, cancellationToken), _rules, clock.GetUtcNow());
            }

            return use(book);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private PaperBook OpenBook()
    {
        try
        {
            return PaperBook.Open(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new VenueException(VenueErrorKind.Unavailable, $"{account}: the book on paper cannot be opened: {unreadable.Message}", inner: unreadable);
        }
    }
}
