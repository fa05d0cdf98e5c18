namespace Rebalancer.Runtime.Scheduling;

/// <summary>The production scheduler: mailboxes are work items of the .NET thread pool.</summary>
public sealed class ThreadPoolScheduler : IRuntimeScheduler
{
    /// <param name="clock">The clock; null takes the machine's.</param>
    /// <param name="batchSize">Messages an actor handles before it lets the others run.</param>
    public ThreadPoolScheduler(TimeProvider? clock = null, int batchSize = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
#pragma warning disable RS0030 // This is the one place where production takes the machine's clock; everything else is handed it.
        Clock = clock ?? TimeProvider.System;
#pragma warning restore RS0030
        BatchSize = batchSize;
    }

    public TimeProvider Clock { get; }

    public int BatchSize { get; }

    /// <summary>A woken mailbox stays on the thread that woke it, whose cache holds the message; one that yields goes to the global queue.</summary>
    public void Schedule(IThreadPoolWorkItem work, bool yielding) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: !yielding);

    public void RunBlocking(Action work) => new Thread(() => work()) { IsBackground = true, Name = "actor-blocking" }.Start();
}
