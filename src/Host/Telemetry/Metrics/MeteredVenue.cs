using System.Diagnostics;
using System.Runtime.CompilerServices;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues;

namespace Rebalancer.Host.Telemetry.Metrics;

/// <summary>A venue whose calls are timed, with the kind of failure where one fails.</summary>
public sealed class MeteredVenue(IVenue inner, string account, ServiceMeter meter) : DelegatingVenue(inner)
{
    public override Task<IReadOnlyList<MarketRules>> GetMarketsAsync(CancellationToken cancellationToken) => MeasureAsync(Inner.GetMarketsAsync(cancellationToken));

    public override Task<BalanceReport> GetBalancesAsync(CancellationToken cancellationToken) => MeasureAsync(Inner.GetBalancesAsync(cancellationToken));

    public override Task<IReadOnlyList<Quote>> GetQuotesAsync(IReadOnlyList<MarketId> markets, CancellationToken cancellationToken) =>
        MeasureAsync(Inner.GetQuotesAsync(markets, cancellationToken));

    public override Task<IReadOnlyList<PriceBar>> GetBarsAsync(MarketId market, TimeFrame frame, DateTimeOffset since, CancellationToken cancellationToken) =>
        MeasureAsync(Inner.GetBarsAsync(market, frame, since, cancellationToken));

    public override Task<SendOutcome> PlaceAsync(OrderRequest order, SendDeadline deadline, CancellationToken cancellationToken) =>
        MeasureAsync(Inner.PlaceAsync(order, deadline, cancellationToken), outcome => outcome is SendOutcome.Acknowledged ? null : outcome.GetType().Name);

    public override Task<CancelOutcome> CancelAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        MeasureAsync(Inner.CancelAsync(clientOrderId, market, cancellationToken));

    public override Task<VenueOrder?> FindOrderAsync(string clientOrderId, MarketId market, CancellationToken cancellationToken) =>
        MeasureAsync(Inner.FindOrderAsync(clientOrderId, market, cancellationToken));

    public override Task<IReadOnlyList<VenueOrder>> GetOpenOrdersAsync(CancellationToken cancellationToken) => MeasureAsync(Inner.GetOpenOrdersAsync(cancellationToken));

    public override Task<IReadOnlyList<VenueOrder>> GetClosedOrdersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        MeasureAsync(Inner.GetClosedOrdersAsync(since, cancellationToken));

    public override Task<FillPage> GetFillsAsync(string? cursor, DateTimeOffset since, CancellationToken cancellationToken) =>
        MeasureAsync(Inner.GetFillsAsync(cursor, since, cancellationToken));

    public override Task<IReadOnlyList<VenueTransfer>> GetTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        MeasureAsync(Inner.GetTransfersAsync(since, cancellationToken));

    /// <param name="failureOf">What in an answer counts as a failure; null: none.</param>
    private async Task<T> MeasureAsync<T>(Task<T> call, Func<T, string?>? failureOf = null, [CallerMemberName] string method = "")
    {
        var operation = method.Replace("Async", "", StringComparison.Ordinal);
        using var span = meter.Activities.StartActivity($"venue {operation}", ActivityKind.Client);
        span?.SetTag("rebalancer.account", account);
        var started = Stopwatch.GetTimestamp();
        string? error = null;
        try
        {
            var answer = await call;
            error = failureOf?.Invoke(answer);
            return answer;
        }
        catch (Exception failure)
        {
            error = failure is VenueException venue ? venue.Kind.ToString() : failure.GetType().Name;
            span?.SetStatus(ActivityStatusCode.Error, error);
            throw;
        }
        finally
        {
            meter.VenueDuration.Record(
                Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("account", account),
                new KeyValuePair<string, object?>("venue", Inner.Capabilities.Name), new KeyValuePair<string, object?>("operation", operation),
                new KeyValuePair<string, object?>("error.type", error ?? ""));
        }
    }
}
