namespace Rebalancer.Host.Notifications;

/// <summary>What the owner may want to be told of.</summary>
public enum NotificationKind
{
    /// <summary>Something was decided, or a decision was carried out.</summary>
    Decision,

    /// <summary>An order was refused, or nobody knows what became of it.</summary>
    Order,

    /// <summary>Trading stopped or goes on again.</summary>
    Halt,

    /// <summary>An account cannot be read, or not be relied on.</summary>
    Stale,
}

/// <param name="Id">The same whenever the same thing is told again, so that the receiver can drop what it has had.</param>
/// <param name="Subject">Portfolio or account it is about, as <c>portfolio/main</c>.</param>
/// <param name="Text">One sentence for a person.</param>
/// <param name="Details">For a program; names and values are text.</param>
public sealed record Notification(
    string Id, NotificationKind Kind, DateTimeOffset At, string Subject, string Text, SortedDictionary<string, string> Details);

/// <summary>A way to reach the owner.</summary>
public interface INotifier : IDisposable
{
    /// <summary>Hands one over; returns when the other side has taken it.</summary>
    /// <exception cref="NotificationException">It may not have been taken; it will be sent again.</exception>
    Task SendAsync(Notification notification, CancellationToken cancellationToken);
}

/// <summary>A notification could not be delivered.</summary>
/// <param name="message">For the log: without the address, which may hold a secret.</param>
/// <param name="retryAfter">What the other side asked for; null where it did not.</param>
public sealed class NotificationException(string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
