using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues.Simulated;

/// <summary>One account of a simulated exchange, reached in process: for tests and for the simulation, on whatever clock they run.</summary>
public sealed class SimulatedVenue(SimulatedDesk desk, string account, TimeProvider clock) : IVenue
{
    public VenueCapabilities Capabilities => AccountQueries.Capabilities(desk.Settings);

    public Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) =>
        desk.QueryAsync(account, reading => reading.Exchange.Markets(reading.Now), cancellationToken);

    public Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) =>
        desk.QueryAsync(account, reading => AccountQueries.Balances(reading, account), cancellationToken);

    public Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        desk.QueryAsync(account, reading => reading.Exchange.Quotes(markets, reading.Now), cancellationToken);

    public Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        desk.QueryAsync(account, reading => reading.Exchange.Bars(market, frame, since, reading.Now), cancellationToken);

    public async Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken)
    {
        var remaining = deadline.Remaining;
        if (remaining <= TimeSpan.Zero || cancellationToken.IsCancellationRequested)
        {
            return new SendOutcome.NotSent("the deadline had passed before the request was started");
        }

        if (await AnswerAsync(desk.PlaceAsync(account, order), remaining, cancellationToken) is not { } reply)
        {
            return new SendOutcome.Ambiguous("no answer by the deadline");
        }

        return reply switch
        {
            SendReply.Accepted accepted => new SendOutcome.Acknowledged(accepted.Order),
            SendReply.Refused refused => new SendOutcome.Rejected(refused.Rejection.Code, refused.Rejection.Reason),
            SendReply.Throttled throttled => new SendOutcome.Rejected(RejectCodes.RateLimited, $"try again in {throttled.RetryAfter}"),
            SendReply.ServerError => new SendOutcome.Ambiguous("server error"),
            SendReply.Garbled => new SendOutcome.Ambiguous("the answer is cut off"),
            _ => new SendOutcome.Ambiguous("the connection dropped"),
        };
    }

    /// <summary>
    /// The answer, or null when the time is up or nobody waits any more. Not by Task.WhenAny: a cancelled Task.Delay wakes it on the thread
    /// pool, and a simulation has one thread.
    /// </summary>
    private async Task<SendReply?> AnswerAsync(Task<SendReply> sending, TimeSpan remaining, CancellationToken cancellationToken)
    {
        var first = new TaskCompletionSource<SendReply?>();
        await using var timer = clock.CreateTimer(_ => first.TrySetResult(null), null, remaining, Timeout.InfiniteTimeSpan);
        await using var registration = cancellationToken.UnsafeRegister(_ => first.TrySetResult(null), null);
        _ = HandOnAsync(sending, first);
        return await first.Task;
    }

    private static async Task HandOnAsync(Task<SendReply> sending, TaskCompletionSource<SendReply?> first)
    {
        try
        {
            first.TrySetResult(await sending);
        }
        catch (Exception exception)
        {
            first.TrySetException(exception);
        }
    }

    public async Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken)
    {
        try
        {
            return await desk.QueryAsync(account, reading => reading.Exchange.Cancel(account, clientOrderId, reading.Now), cancellationToken);
        }
        catch (VenueException)
        {
            return CancelOutcome.Ambiguous;
        }
    }

    public Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        desk.QueryAsync(account, reading => AccountQueries.Find(reading, account, clientOrderId), cancellationToken);

    public Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) =>
        desk.QueryAsync(account, reading => AccountQueries.Open(reading, account), cancellationToken);

    public Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        desk.QueryAsync(account, reading => AccountQueries.Closed(reading, account, since), cancellationToken);

    public Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        desk.QueryAsync(account, reading => AccountQueries.Fills(reading, account, cursor, since), cancellationToken);

    public Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        desk.QueryAsync(account, reading => AccountQueries.Transfers(reading, account, since), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The answers of an account's book, the same in process and over HTTP.</summary>
internal static class AccountQueries
{
    private const int FillsAPage = 200;
    private const int LateEndDays = 1;

    public static VenueCapabilities Capabilities(SimulatedExchangeSettings settings) => new(
        settings.Name, settings.Kind, settings.FindsByClientId, ReportsTransfers: true, SupportsMarketOrders: true, settings.SubmitsPerSecond,
        SupportsImmediateOrCancel: settings.HasTimesInForce, SupportsGoodTilDate: settings.HasTimesInForce);

    public static BalanceReport Balances(DeskReading reading, string account)
    {
        var currencies = reading.Exchange.Settings.Currencies;
        var view = reading.View(account);
        return new BalanceReport(
            reading.Now,
            [.. view.Balances.Select(b => new Balance(b.Key, b.Value.Free, b.Value.Locked, b.Value.Unsettled, currencies.Contains(b.Key)))]);
    }

    public static VenueOrder? Find(DeskReading reading, string account, string clientOrderId) =>
        reading.Exchange.Settings.FindsByClientId
            ? reading.View(account).Find(clientOrderId)?.ToVenueOrder()
            : throw new VenueException(VenueErrorKind.Unsupported, $"{reading.Exchange.Settings.Name} cannot find an order by its client id");

    public static IReadOnlyList<VenueOrder> Open(DeskReading reading, string account) =>
        [.. reading.View(account).Open.Values.Select(order => order.ToVenueOrder())];

    /// <summary>By number. Looked for from the end, because what is asked for is recent; a day more, because an end may be noticed late.</summary>
    public static IReadOnlyList<VenueOrder> Closed(DeskReading reading, string account, DateTimeOffset since)
    {
        var book = reading.View(account);
        var first = book.Ended.FindLastIndex(number => book.Closed[number].ChangedAt.AddDays(LateEndDays) < since) + 1;
        return
        [
            .. book.Ended.GetRange(first, book.Ended.Count - first).Order().Select(number => book.Closed[number])
                .Where(order => order.ChangedAt >= since).Select(order => order.ToVenueOrder()),
        ];
    }

    public static FillPage Fills(DeskReading reading, string account, string? cursor, DateTimeOffset since)
    {
        var fills = reading.View(account).Fills;

        // From the end: what is asked for is recent, and an account may have traded for years.
        var start = cursor is null
            ? fills.FindLastIndex(fill => fill.At < since) + 1
            : ParseCursor(cursor, fills.Count);
        var from = reading.RepeatsFills ? Math.Max(0, start - 5) : start;
        var page = fills.GetRange(from, Math.Min(FillsAPage, fills.Count - from));
        return new FillPage(page, Math.Max(start, from + page.Count).ToString(CultureInfo.InvariantCulture));
    }

    public static IReadOnlyList<VenueTransfer> Transfers(DeskReading reading, string account, DateTimeOffset since) =>
        [.. reading.View(account).Transfers.Where(transfer => transfer.At >= since)];

    /// <summary>A lagging view may know fewer fills than the cursor has passed; then there is nothing new.</summary>
    private static int ParseCursor(string cursor, int known) =>
        int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? Math.Min(position, known)
            : throw new VenueException(VenueErrorKind.Malformed, $"'{cursor}' is not a cursor of this venue");
}
