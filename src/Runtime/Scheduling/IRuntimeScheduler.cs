namespace Rebalancer.Runtime.Scheduling;

/// <summary>
/// Where actors run and what time it is there: the thread pool in production, one thread on virtual time under simulation.
/// </summary>
public interface IRuntimeScheduler
{
    /// <summary>The clock that belongs to this scheduler; every timer of the runtime is made by it.</summary>
    TimeProvider Clock { get; }

    /// <summary>Messages an actor handles before it lets the others run.</summary>
    int BatchSize { get; }

    /// <summary>Queues a mailbox for execution.</summary>
    /// <param name="work">The mailbox.</param>
    /// <param name="yielding">True when the mailbox has used up its batch and must go behind the others.</param>
    void Schedule(IThreadPoolWorkItem work, bool yielding);

    /// <summary>Runs CPU-bound or blocking work without holding up the actors (inline under simulation, where nothing else may run).</summary>
    void RunBlocking(Action work);
}
