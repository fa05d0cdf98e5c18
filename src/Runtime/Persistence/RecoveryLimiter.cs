namespace Rebalancer.Runtime.Persistence;

/// <summary>
/// Lets a bounded number of recoveries read the journal at once, first come first served, so that a thousand entities starting together
/// do not crowd out each other. Unlike a semaphore it never hops to a thread of its own, which keeps it deterministic under simulation.
/// </summary>
public sealed class RecoveryLimiter
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _free;

    public RecoveryLimiter(int concurrent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(concurrent, 1);
        _free = concurrent;
    }

    /// <summary>Completes when there is a place; disposing the answer gives the place to the next.</summary>
    public async ValueTask<IDisposable> EnterAsync()
    {
        TaskCompletionSource? turn = null;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
            }
            else
            {
                turn = new TaskCompletionSource();
                _waiting.Enqueue(turn);
            }
        }

        if (turn is not null)
        {
            await turn.Task;
        }

        return new Place(this);
    }

    private void Leave()
    {
        TaskCompletionSource? next;
        lock (_lock)
        {
            if (!_waiting.TryDequeue(out next))
            {
                _free++;
            }
        }

        next?.SetResult();
    }

    private sealed class Place(RecoveryLimiter limiter) : IDisposable
    {
        private RecoveryLimiter? _limiter = limiter;

        public void Dispose() => Interlocked.Exchange(ref _limiter, null)?.Leave();
    }
}
