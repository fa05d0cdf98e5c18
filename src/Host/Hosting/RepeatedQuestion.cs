namespace Rebalancer.Host.Hosting;

/// <summary>
/// A question to an entity that may be lost with the node it went to, or while the entity moves to another; what it asks for may be done
/// twice. It is asked again until it is answered.
/// </summary>
public static class RepeatedQuestion
{
    /// <param name="ask">Asks once, within the time given.</param>
    /// <param name="each">How long one answer is waited for, while there is time to ask again.</param>
    /// <param name="all">How long answers are waited for together.</param>
    /// <exception cref="TimeoutException">Nobody answered; of the last question.</exception>
    public static async Task<T> AskAsync<T>(Func<TimeSpan, Task<T>> ask, TimeSpan each, TimeSpan all, TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var left = all - clock.GetElapsedTime(started);
            try
            {
                return await ask(TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, each.Ticks)));
            }
            catch (TimeoutException) when (left > each)
            {
                // Asked again.
            }
        }
    }
}
