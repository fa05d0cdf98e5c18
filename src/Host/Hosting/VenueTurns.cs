using System.Collections.Concurrent;
using Rebalancer.Host.Configuration;

namespace Rebalancer.Host.Hosting;

/// <summary>
/// Lets a bounded number of readings of one address be under way at once: those of thousands of accounts that start together would time out
/// together, be asked again, and so never be answered. Orders and cancels take no turns.
/// </summary>
/// <param name="mostReadings">Of one address.</param>
public sealed class VenueTurns(int mostReadings = 128)
{
    private readonly ConcurrentDictionary<(string Venue, string? Endpoint), SemaphoreSlim> _places = [];

    /// <summary>How a reading of the account waits for its turn, which lasts until it is disposed.</summary>
    public Func<CancellationToken, Task<IDisposable>> Of(AccountConfiguration account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var places = _places.GetOrAdd((account.Venue, account.Endpoint), _ => new SemaphoreSlim(mostReadings));
        return async cancellationToken =>
        {
            await places.WaitAsync(cancellationToken);
            return new Turn(places);
        };
    }

    private sealed class Turn(SemaphoreSlim places) : IDisposable
    {
        private SemaphoreSlim? _places = places;

        public void Dispose() => Interlocked.Exchange(ref _places, null)?.Release();
    }
}
