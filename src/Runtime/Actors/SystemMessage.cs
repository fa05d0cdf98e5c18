namespace Rebalancer.Runtime.Actors;

/// <summary>What the runtime tells an actor about its life. Taken before any user message, in the order sent; each instance is sent once.</summary>
internal abstract class SystemMessage
{
    /// <summary>Link in the mailbox.</summary>
    public SystemMessage? Next { get; set; }
}

internal sealed class StartMessage : SystemMessage;

internal sealed class StopMessage : SystemMessage;

internal sealed class ResumeMessage : SystemMessage;

/// <summary>From the parent: make a new incarnation after the delay.</summary>
internal sealed class RestartMessage(TimeSpan delay) : SystemMessage
{
    public TimeSpan Delay { get; } = delay;
}

/// <summary>The delay before a restart is over.</summary>
internal sealed class RestartDueMessage : SystemMessage;

internal sealed class ChildFailedMessage(ActorCell child, Exception cause, bool whileStarting) : SystemMessage
{
    public ActorCell Child { get; } = child;

    public Exception Cause { get; } = cause;

    public bool WhileStarting { get; } = whileStarting;
}

internal sealed class ChildStoppedMessage(ActorCell child) : SystemMessage
{
    public ActorCell Child { get; } = child;
}

internal sealed class WatchMessage(ActorCell watcher) : SystemMessage
{
    public ActorCell Watcher { get; } = watcher;
}

internal sealed class UnwatchMessage(ActorCell watcher) : SystemMessage
{
    public ActorCell Watcher { get; } = watcher;
}

/// <summary>From an operator's tool: what does the actor say of itself?</summary>
internal sealed class DescribeMessage(TaskCompletionSource<object?> answer) : SystemMessage
{
    public TaskCompletionSource<object?> Answer { get; } = answer;
}
