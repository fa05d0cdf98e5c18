using Microsoft.Extensions.Logging;

namespace Rebalancer.Host.Hosting;

/// <summary>Work that the service does again and again until it stops, which is the end of it and no failure.</summary>
public static class Rounds
{
    /// <summary>
    /// A round at the end of every interval, until cancelled. One that takes longer delays the next; they never overlap. A failure that the
    /// round did not foresee is logged, and the next is tried all the same: nobody would notice that there are none any more.
    /// </summary>
    /// <param name="atOnce">Whether the first round does not wait for the interval.</param>
    public static async Task RunAsync(
        TimeSpan interval, TimeProvider clock, Func<CancellationToken, Task> round, ILogger log, CancellationToken cancellationToken, bool atOnce = false)
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            if (atOnce)
            {
                await TryAsync(round, log, cancellationToken);
            }

            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await TryAsync(round, log, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private static async Task TryAsync(Func<CancellationToken, Task> round, ILogger log, CancellationToken cancellationToken)
    {
        try
        {
            await round(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            log.LogError(failure, "A recurring task failed; its next turn comes all the same");
        }
    }
}
