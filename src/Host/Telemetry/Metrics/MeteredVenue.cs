using System.Diagnostics;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues;

namespace Rebalancer.Host.Telemetry.Metrics;

/// <summary>A venue whose calls are timed, with the kind of failure where one fails.</summary>
public sealed class MeteredVenue(IVenue inner, string account, ServiceMeter meter) : InterceptingVenue(inner)
{
    protected override async Task<T> CallAsync<T>(Func<Task<T>> call, string method = "")
    {
        var operation = method.Replace("Async", "", StringComparison.Ordinal);
        using var span = meter.Activities.StartActivity($"venue {operation}", ActivityKind.Client);
        span?.SetTag("rebalancer.account", account);
        var started = Stopwatch.GetTimestamp();
        string? error = null;
        try
        {
            var answer = await call();
            error = answer is SendOutcome outcome and not SendOutcome.Acknowledged ? outcome.GetType().Name : null;
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
