using System.Collections.Concurrent;
using Rebalancer.Host.Configuration;
using Rebalancer.Venues;

namespace Rebalancer.Host.Hosting;

/// <summary>
/// Lets a bounded number of questions to one address be under way at once, first come first served: those of thousands of accounts that start
/// together would time out together, be asked again, and so never be answered. Orders and cancels do not wait.
/// </summary>
/// <param name="mostQuestions">To one address.</param>
public sealed class OrderlyVenues(int mostQuestions = 128)
{
    private readonly ConcurrentDictionary<(string Venue, string? Endpoint), SemaphoreSlim> _places = [];

    /// <summary>The venue, whose questions take turns with those of all accounts at the same address.</summary>
    public IVenue Order(IVenue venue, AccountConfiguration account) =>
        new OrderlyVenue(venue, _places.GetOrAdd((account.Venue, account.Endpoint), _ => new SemaphoreSlim(mostQuestions)));

    private sealed class OrderlyVenue(IVenue inner, SemaphoreSlim places) : InterceptingVenue(inner)
    {
        protected override async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken, string method = "")
        {
            if (method is nameof(PlaceAsync) or nameof(CancelAsync))
            {
                return await call();
            }

            await places.WaitAsync(cancellationToken);
            try
            {
                return await call();
            }
            finally
            {
                places.Release();
            }
        }
    }
}
