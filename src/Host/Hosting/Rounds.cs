namespace Rebalancer.Host.Hosting;

/// <summary>Work that the service does again and again until it stops, which is the end of it and no failure.</summary>
internal static class Rounds
{
    /// <summary>A round at the end of every interval, until cancelled. One that takes longer delays the next; they never overlap.</summary>
    /// <param name="atOnce">Whether the first round does not wait for the interval.</param>
    public static async Task RunAsync(
        TimeSpan interval, TimeProvider clock, Func<CancellationToken, Task> round, CancellationToken cancellationToken, bool atOnce = false)
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            if (atOnce)
            {
                await round(cancellationToken);
            }

            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await round(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }
}
