using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues.Manual;

/// <summary>
/// Positions that their owner keeps in a file: counted, never traded. The file is read anew each time, so a change counts without a restart;
/// one that cannot be read leaves the last reading to age.
/// </summary>
/// <param name="clock">The service's.</param>
public sealed class ManualVenue(ManualAccountOptions options, TimeProvider clock) : IVenue
{
    /// <summary>What counts now, and what the file looked like then.</summary>
    private (PositionFile Positions, FileStamp Stamp)? _taken;

    /// <summary>A changed file that was seen once: its writer may not have finished.</summary>
    private FileStamp? _seenOnce;

    public VenueCapabilities Capabilities { get; } = new(
        "manual", options.Kind, FindsByClientId: false, ReportsTransfers: false, SupportsMarketOrders: false, SubmitsPerSecond: 1,
        ReadingsAreTheBooks: true);

    /// <summary>None, unless the file's own prices count: then closed ones, whose last price values the portfolio and arms nothing.</summary>
    public async Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken)
    {
        if (!options.UsesPricesOfFile)
        {
            return [];
        }

        var (file, _) = await ReadAsync(cancellationToken);
        return [.. file.Prices.Select(price => new MarketRules(price.Market, 0, 0, 0, null, 0, null, 0, 0, 0, null, TradingSession.Closed, null))];
    }

    public async Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken)
    {
        var (file, _) = await ReadAsync(cancellationToken);
        return new BalanceReport(clock.GetUtcNow(), file.Balances);
    }

    public async Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(markets);
        if (markets.Count == 0)
        {
            return [];
        }

        var (file, stamp) = await ReadAsync(cancellationToken);
        return [.. file.Prices.Where(price => markets.Contains(price.Market))
            .Select(price => new Quote(price.Market, price.Price, price.Price, price.At ?? stamp.WrittenAt))];
    }

    public Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        throw new VenueException(VenueErrorKind.Unsupported, $"a manual account has no history of {market}; set \"history\": {{ \"provider\": \"yahoo\" }}, or csv:FILE");

    public Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken) =>
        Task.FromResult<SendOutcome>(new SendOutcome.NotSent("a manual account is counted, never traded"));

    public Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        Task.FromResult(CancelOutcome.NotFound);

    public Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        throw new VenueException(VenueErrorKind.Unsupported, "a manual account has no orders");

    public Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<VenueOrder>>([]);

    public Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<VenueOrder>>([]);

    public Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult(new FillPage([], cursor));

    public Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        throw new VenueException(VenueErrorKind.Unsupported, "a manual account has no history of transfers");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// The file's positions. A changed file is taken once two readings in a row find it the same; in between the last ones count, since a
    /// file cut off while it is being written reads like positions that were sold.
    /// </summary>
    private async Task<(PositionFile Positions, FileStamp Stamp)> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var stamp = FileStamp.Of(options.Positions);
            if (_taken is { } taken && (stamp == taken.Stamp || stamp != _seenOnce))
            {
                _seenOnce = stamp;
                return taken;
            }

            var positions = PositionFile.Read(await File.ReadAllTextAsync(options.Positions, cancellationToken), options.Positions, options);
            if (FileStamp.Of(options.Positions) != stamp)
            {
                throw new VenueException(VenueErrorKind.Unavailable, $"{options.Positions} is being written; it is read again");
            }

            _taken = (positions, stamp);
            return (positions, stamp);
        }
        catch (InvalidInputException invalid)
        {
            throw new VenueException(VenueErrorKind.Malformed, invalid.Message, inner: invalid);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new VenueException(VenueErrorKind.Unavailable, $"{options.Positions} cannot be read: {unreadable.Message}", inner: unreadable);
        }
    }

    /// <summary>What changes when a file is written.</summary>
    private sealed record FileStamp(DateTimeOffset WrittenAt, long Length)
    {
        public static FileStamp Of(string path)
        {
            var file = new FileInfo(path);
            return file.Exists
                ? new FileStamp(new DateTimeOffset(file.LastWriteTimeUtc), file.Length)
                : throw new FileNotFoundException("there is no such file; put it there, or correct options.positions");
        }
    }
}
