using Rebalancer.Venues;

namespace Rebalancer.Host.Backtest;

/// <summary>
/// A venue that knows how many calls it has not answered yet: a machine that went to sleep on one would take an answer of last week for a reading
/// of today, and wait for the next.
/// </summary>
internal sealed class PendingCallsVenue(IVenue inner) : InterceptingVenue(inner)
{
    public int PendingCalls { get; private set; }

    protected override async Task<T> CallAsync<T>(Func<Task<T>> call, string method = "")
    {
        PendingCalls++;
        try
        {
            return await call();
        }
        finally
        {
            PendingCalls--;
        }
    }
}
