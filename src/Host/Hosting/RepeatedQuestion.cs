namespace Rebalancer.Host.Hosting;

/// <summary>
/// A question to an entity that may be lost with the node it went to, or while the entity moves to another; what it asks for may be done
/// twice. It is asked again until it is answered, and waited for twice as long each time: an entity that is only slow is not asked in vain.
/// </summary>
public static class RepeatedQuestion
{
    /// <param name="ask">Asks once, within the time given.</param>
    /// <param name="first">How long the first answer is waited for, while there is time to ask again.</param>
    /// <param name="all">How long answers are waited for together.</param>
    /// <exception cref="TimeoutException">Nobody answered; of the last question.</exception>
    public static async Task<T> AskAsync<T>(Func<TimeSpan, Task<T>> ask, TimeSpan first, TimeSpan all, TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        for (var wait = first; ; wait *= 2)
        {
            var left = all - clock.GetElapsedTime(started);
            try
            {
                return await ask(TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, wait.Ticks)));
            }
            catch (TimeoutException) when (left > wait)
            {
                // Asked again.
            }
        }
    }
}
