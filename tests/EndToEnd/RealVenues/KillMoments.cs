using System.Diagnostics;
using Rebalancer.Emulators;

namespace Rebalancer.EndToEnd.RealVenues;

/// <summary>Makes the service trade, and says when to kill.</summary>
/// <param name="move">Has every price jump, so that the next decision trades.</param>
internal sealed class KillMoments(RealVenuesService service, EmulatedVenues venues, UnsentPermits permits, Random random, Action move)
{
    /// <summary>Its account sends one signed request at a time: orders wait for the answer to what was asked before.</summary>
    private const string OneAtATime = "kraken";

    private static readonly TimeSpan AimPatience = TimeSpan.FromSeconds(30);

    /// <summary>For the first order: before it everything is read for the first time.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(120);

    /// <summary>For a queue: a killed order's account permits nothing for more than a minute, until it is proven never to have arrived.</summary>
    private static readonly TimeSpan QueuePatience = TimeSpan.FromMinutes(5);

    /// <summary>From a permit to the venue, where nothing is before it.</summary>
    private static readonly TimeSpan Way = TimeSpan.FromMilliseconds(60);

    /// <summary>Prices jump again when they have led to no queue: the service may have had orders to bring to their ends first.</summary>
    private static readonly TimeSpan MoveEvery = TimeSpan.FromSeconds(15);

    /// <summary>
    /// One kill in four comes at a random moment, one upon the next order, up to a second later, and two at once when Kraken has got one, which
    /// answers it while the others of the turn wait behind it.
    /// </summary>
    /// <returns>Whether an order has just arrived.</returns>
    public async Task<bool> UponOrderAsync(int kill, CancellationToken cancellationToken)
    {
        move();
        var (isAimed, atQueue) = (kill % 4 != 1, kill % 4 is 2 or 3);
        int Count() => atQueue ? OrderCount(OneAtATime) : OrderCount();
        var (began, before) = (Stopwatch.StartNew(), Count());
        var patience = !isAimed ? TimeSpan.FromSeconds(random.NextDouble() * 10) : before == 0 ? FirstPatience : AimPatience;
        while (began.Elapsed < patience && (!isAimed || Count() == before))
        {
            service.ThrowIfEnded();
            await Task.Delay(5, cancellationToken);
        }

        var hit = Count() > before;
        var late = TimeSpan.FromSeconds(random.NextDouble() * random.NextDouble());
        await Task.Delay(hit && isAimed && !atQueue ? late : TimeSpan.Zero, cancellationToken);
        return hit;
    }

    /// <summary>
    /// When an order for the venue that takes one request at a time has been permitted for longer than the way there takes, and has not come to it:
    /// it waits for its turn behind a query.
    /// </summary>
    /// <returns>False when patience ended first.</returns>
    public async Task<bool> UponQueueAsync(CancellationToken cancellationToken)
    {
        move();
        var (began, moved) = (Stopwatch.StartNew(), TimeSpan.Zero);
        while (began.Elapsed < QueuePatience)
        {
            service.ThrowIfEnded();
            if (await permits.CountAsync(OneAtATime, cancellationToken) > 0)
            {
                await Task.Delay(Way, cancellationToken);
                if (await permits.CountAsync(OneAtATime, cancellationToken) > 0)
                {
                    return true;
                }
            }

            if (began.Elapsed - moved > MoveEvery)
            {
                moved = began.Elapsed;
                move();
            }

            await Task.Delay(10, cancellationToken);
        }

        return false;
    }

    /// <param name="id">Of one account; null for all.</param>
    public int OrderCount(string? id = null) =>
        venues.Accounts.Where(account => id is null || account.Id == id).Sum(account => account.Book.Orders(account.Name).Count);
}
