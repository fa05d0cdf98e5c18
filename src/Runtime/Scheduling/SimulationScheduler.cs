namespace Rebalancer.Runtime.Scheduling;

/// <summary>
/// Runs every actor of one or more systems on the calling thread, on virtual time. Which of the runnable mailboxes and continuations goes
/// next is drawn from the seed, so the same seed gives the same run and another seed another interleaving. While it runs it is the current
/// <see cref="SynchronizationContext"/>: awaits inside actors come back to it.
/// </summary>
public sealed class SimulationScheduler : IRuntimeScheduler
{
    /// <summary>Far above what an honest instant needs: an endless exchange of messages ends as an error and not as a hanging test.</summary>
    private const int MaxStepsPerInstant = 10_000_000;

    private readonly Lock _gate = new();
    private readonly List<Action> _runnable = [];
    private readonly VirtualClock _clock;
    private readonly Random _random;
    private readonly SimulationContext _context;
    private int _runningThread;
    private string? _escape;

    /// <param name="seed">Decides every choice among runnable work.</param>
    /// <param name="start">Virtual time at the start; null is 1 January 2026, UTC.</param>
    public SimulationScheduler(int seed, DateTimeOffset? start = null)
    {
        Seed = seed;
        _random = new Random(seed);
        _clock = new VirtualClock(start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _context = new SimulationContext(this);
    }

    public int Seed { get; }

    public TimeProvider Clock => _clock;

    /// <summary>One: every message is a point at which another actor may run first.</summary>
    public int BatchSize => 1;

    public void Schedule(IThreadPoolWorkItem work, bool yielding) => Enqueue(work.Execute);

    public void RunBlocking(Action work) => work();

    /// <summary>Runs until nothing is runnable at the present instant. Time does not move.</summary>
    public void RunUntilIdle() => Run(_clock.Elapsed, static () => false);

    /// <summary>Runs, moving virtual time on by <paramref name="duration"/>.</summary>
    public void RunFor(TimeSpan duration) => Run(_clock.Elapsed + duration, static () => false);

    /// <summary>
    /// Moves virtual time on without running anything, as for a machine that sleeps: a timer that would have fired meanwhile fires once, late,
    /// when it runs again. Does nothing for a moment that has passed.
    /// </summary>
    public void SleepUntil(DateTimeOffset moment) => _clock.AdvanceTo(_clock.Elapsed + (moment - _clock.GetUtcNow()));

    /// <summary>Runs until the condition holds, moving virtual time at most <paramref name="limit"/>; false when it never held.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Run(_clock.Elapsed + limit, condition);
    }

    /// <summary>Starts asynchronous work on the simulation and runs until it has ended; its exception is thrown.</summary>
    /// <exception cref="TimeoutException">The work did not end within <paramref name="limit"/> of virtual time (default one hour).</exception>
    public T Run<T>(Func<Task<T>> work, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        Task<T>? task = null;
        Enqueue(() => task = work());
        var allowed = limit ?? TimeSpan.FromHours(1);
        if (!RunUntil(() => task is { IsCompleted: true }, allowed))
            throw new TimeoutException($"The work had not ended after {allowed} of virtual time (seed {Seed}).");
#pragma warning disable VSTHRD002 // The task has ended.
        return task!.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    /// <inheritdoc cref="Run{T}(Func{Task{T}}, TimeSpan?)"/>
    public void Run(Func<Task> work, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        Run(
            async () =>
            {
                await work();
                return true;
            },
            limit);
    }

    private void Enqueue(Action work)
    {
        lock (_gate)
        {
            // Work that comes back from another thread while the simulation runs arrives at a moment no seed decides.
            if (_runningThread != 0 && _runningThread != Environment.CurrentManagedThreadId)
                _escape ??= Environment.StackTrace;
            _runnable.Add(work);
        }
    }

    private bool Run(TimeSpan until, Func<bool> condition)
    {
        if (_runningThread != 0)
            throw new InvalidOperationException("The simulation is already running: an actor must not run it.");
        var previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        _runningThread = Environment.CurrentManagedThreadId;
        try
        {
            return Loop(until, condition);
        }
        finally
        {
            _runningThread = 0;
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }

    private bool Loop(TimeSpan until, Func<bool> condition)
    {
        var (steps, instant) = (0, _clock.Elapsed);
        while (!condition())
        {
            if ((TakeRunnable() ?? _clock.TakeDue(until)) is not { } work)
            {
                _clock.AdvanceTo(until);
                return condition();
            }

            work();
            (steps, instant) = _clock.Elapsed == instant ? (steps + 1, instant) : (0, _clock.Elapsed);
            if (steps > MaxStepsPerInstant)
                throw new InvalidOperationException($"{MaxStepsPerInstant} steps at {_clock.GetUtcNow():O} without time moving (seed {Seed}).");
        }

        return true;
    }

    private Action? TakeRunnable()
    {
        lock (_gate)
        {
            if (_escape is not null)
                throw new InvalidOperationException($"Work left the simulation and came back on another thread (seed {Seed}): {_escape}");
            if (_runnable.Count == 0)
                return null;
            var index = _runnable.Count == 1 ? 0 : _random.Next(_runnable.Count);
            var work = _runnable[index];
            _runnable[index] = _runnable[^1];
            _runnable.RemoveAt(_runnable.Count - 1);
            return work;
        }
    }

    private sealed class SimulationContext(SimulationScheduler scheduler) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => scheduler.Enqueue(() => d(state));

        public override void Send(SendOrPostCallback d, object? state) =>
            throw new NotSupportedException("A synchronous call into the simulation would wait for itself.");

        public override SynchronizationContext CreateCopy() => this;
    }
}
