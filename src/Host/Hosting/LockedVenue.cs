using System.Data.Common;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Host.Cli;
using Rebalancer.Venues;

namespace Rebalancer.Host.Hosting;

/// <summary>
/// Stands in for a venue whose credentials cannot be read. Each query tries again to open it and fails with the reason, so that the account says what is
/// wrong and can be paused and removed; an account that did not start at all could not. Nothing is sent before it is open.
/// </summary>
/// <param name="open">Opens the venue, or throws <see cref="CommandException"/>.</param>
public sealed class LockedVenue(VenueCapabilities capabilities, Func<ValueTask<IVenue>> open) : IVenue
{
    private readonly SemaphoreSlim _opening = new(1);
    private IVenue? _opened;
    private Action? _moved;

    public VenueCapabilities Capabilities => capabilities;

    public string? CannotTrade => _opened?.CannotTrade;

    public void HearOfOrders(Action moved)
    {
        _moved = moved;
        _opened?.HearOfOrders(moved);
    }

    public async Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) =>
        await (await OpenAsync(cancellationToken)).GetMarketsAsync(cancellationToken);

    public async Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) => await (await OpenAsync(cancellationToken)).GetBalancesAsync(cancellationToken);

    public async Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        await (await OpenAsync(cancellationToken)).GetQuotesAsync(markets, cancellationToken);

    public async Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        await (await OpenAsync(cancellationToken)).GetBarsAsync(market, frame, since, cancellationToken);

    public async Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken) => _opened is { } venue
        ? await venue.PlaceAsync(order, deadline, cancellationToken)
        : new SendOutcome.NotSent("the credentials of the account cannot be read");

    public async Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        await (await OpenAsync(cancellationToken)).CancelAsync(clientOrderId, market, cancellationToken);

    public async Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        await (await OpenAsync(cancellationToken)).FindOrderAsync(clientOrderId, market, cancellationToken);

    public async Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) =>
        await (await OpenAsync(cancellationToken)).GetOpenOrdersAsync(cancellationToken);

    public async Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        await (await OpenAsync(cancellationToken)).GetClosedOrdersAsync(since, cancellationToken);

    public async Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        await (await OpenAsync(cancellationToken)).GetFillsAsync(cursor, since, cancellationToken);

    public async Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        await (await OpenAsync(cancellationToken)).GetTransfersAsync(since, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_opened is { } venue)
        {
            await venue.DisposeAsync();
        }

        _opening.Dispose();
    }

    private async Task<IVenue> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_opened is null)
            {
                _opened = await open();
                if (_moved is { } moved)
                {
                    _opened.HearOfOrders(moved);
                }
            }

            return _opened;
        }
        catch (CommandException unreadable)
        {
            throw new VenueException(VenueErrorKind.Unauthorised, unreadable.Message, inner: unreadable);
        }
        catch (DbException failure)
        {
            throw new VenueException(VenueErrorKind.Unavailable, $"the credentials cannot be read now ({failure.Message})", inner: failure);
        }
        finally
        {
            _opening.Release();
        }
    }
}
