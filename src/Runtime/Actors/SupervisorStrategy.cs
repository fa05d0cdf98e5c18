namespace Rebalancer.Runtime.Actors;

/// <summary>What becomes of a child that failed: it goes on as it is, begins anew, ends, or the parent fails in its place.</summary>
public enum SupervisorDirective
{
    Resume,
    Restart,
    Stop,
    Escalate,
}

/// <summary>What a parent does about a failed child.</summary>
/// <param name="Decide">Directive for an exception.</param>
/// <param name="MaxRetries">Restarts within <paramref name="Window"/> before the child is stopped.</param>
/// <param name="MinBackoff">Pause before the first restart; doubles up to <paramref name="MaxBackoff"/>.</param>
public sealed record SupervisorStrategy(
    Func<Exception, SupervisorDirective> Decide, int MaxRetries, TimeSpan Window, TimeSpan MinBackoff, TimeSpan MaxBackoff)
{
    /// <summary>
    /// Restart without limit, with backoff up to 10 s: for what must come back by itself once the trouble, a full disk say, is over.
    /// </summary>
    public static SupervisorStrategy Unlimited { get; } = new(
        _ => SupervisorDirective.Restart, int.MaxValue, TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10));

    /// <summary>Restart with backoff from 0.2 s to 10 s, ten times a minute.</summary>
    public static SupervisorStrategy Default { get; } = new(
        _ => SupervisorDirective.Restart, 10, TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10));
}

/// <summary>A stash is full: the sender must slow down.</summary>
public sealed class StashOverflowException(string message) : Exception(message);
