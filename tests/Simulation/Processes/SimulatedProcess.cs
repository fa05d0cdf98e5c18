using Rebalancer.Runtime.Scheduling;

namespace Rebalancer.Simulation.Processes;

/// <summary>
/// One life of one node's process, as its actors see it: their scheduler, their clock, and the context their awaits come back to. Everything
/// the process does passes through here, so a pause holds all of it and a kill ends all of it, between any two steps.
/// </summary>
internal sealed class SimulatedProcess : SynchronizationContext, IRuntimeScheduler
{
    private readonly SimulationScheduler _world;
    private readonly Queue<Action> _held = new();
    private readonly ProcessClock _clock;
    private readonly TaskCompletionSource _never = new();
    private TaskCompletionSource _resumed = new();

    /// <param name="machine">The node's lasting name.</param>
    /// <param name="life">Counts the starts of the process on that machine.</param>
    public SimulatedProcess(SimulationScheduler world, string machine, int life, Func<TimeSpan> clockOffset)
    {
        _world = world;
        Machine = machine;
        Id = $"{machine}.{life}";
        _clock = new ProcessClock(world.Clock, this, clockOffset);
    }

    public string Machine { get; }

    public string Id { get; }

    public bool IsDead { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>When the last pause began, in true time; null when there was none.</summary>
    public DateTimeOffset? LastPausedAt { get; private set; }

    public TimeProvider Clock => _clock;

    public int BatchSize => 1;

    public void Schedule(IThreadPoolWorkItem work, bool yielding) => Enqueue(work.Execute);

    /// <summary>Inline: a solve takes no virtual time.</summary>
    public void RunBlocking(Action work) => work();

    public override void Post(SendOrPostCallback d, object? state) => Enqueue(() => d(state));

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Does something as the process, when its turn comes.</summary>
    public void Enqueue(Action work)
    {
        if (IsDead)
            return;
        if (IsPaused)
            _held.Enqueue(work);
        else
            _world.Schedule(new Work(this, work), yielding: false);
    }

    /// <summary>Stops it in its tracks, as a suspended virtual machine is; what was running goes on where it was.</summary>
    public void Pause(TimeSpan duration)
    {
        if (IsDead || IsPaused)
            return;
        (IsPaused, LastPausedAt) = (true, _world.Clock.GetUtcNow());
        _resumed = new TaskCompletionSource();
        _world.Clock.CreateTimer(_ => Resume(), null, duration, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends it as SIGKILL does: nothing of it runs again, and nobody is told.</summary>
    public void Kill()
    {
        IsDead = true;
        _held.Clear();
        _clock.DisposeTimers();
    }

    /// <summary>Completes when the process may go on: at once while it runs, after a pause, never once it is dead.</summary>
    public Task MayGoOnAsync() => IsDead ? _never.Task : IsPaused ? _resumed.Task : Task.CompletedTask;

    private void Resume()
    {
        if (IsDead || !IsPaused)
            return;
        IsPaused = false;
        _resumed.TrySetResult();
        while (_held.TryDequeue(out var work))
            Enqueue(work);
    }

    private void Execute(Action work)
    {
        if (IsDead)
            return;
        if (IsPaused)
        {
            _held.Enqueue(work);
            return;
        }

        var outside = Current;
        SetSynchronizationContext(this);
        try
        {
            work();
        }
        finally
        {
            SetSynchronizationContext(outside);
        }
    }

    private sealed class Work(SimulatedProcess process, Action work) : IThreadPoolWorkItem
    {
        public void Execute() => process.Execute(work);
    }
}
