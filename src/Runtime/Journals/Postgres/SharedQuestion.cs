namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>
/// One answer for all who ask the same at once. Who asks while a question is under way shares the next one, so no answer is older than its
/// question, and a thousand portfolios that look at the halts together need one connection.
/// </summary>
/// <param name="ask">Never asked twice at the same time.</param>
internal sealed class SharedQuestion<T>(Func<Task<T>> ask)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<T>? _next;
    private bool _isAsking;

    /// <summary>The answer to a question that begins no earlier than this call. A failure goes to all who share it, and the next is asked anew.</summary>
    /// <exception cref="OperationCanceledException">Cancelled: this caller's wait, not the question.</exception>
    public Task<T> AskAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource<T> next;
        bool starts;
        lock (_lock)
        {
            next = _next ??= new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            (starts, _isAsking) = (!_isAsking, true);
        }

        if (starts)
        {
            _ = AskWhileAnyoneWaitsAsync();
        }

        return next.Task.WaitAsync(cancellationToken);
    }

    private async Task AskWhileAnyoneWaitsAsync()
    {
        while (TakeNext() is { } asked)
        {
            try
            {
                asked.SetResult(await ask());
            }
            catch (Exception failed)
            {
                asked.SetException(failed);
            }
        }
    }

    private TaskCompletionSource<T>? TakeNext()
    {
        lock (_lock)
        {
            var next = _next;
            (_next, _isAsking) = (null, next is not null);
            return next;
        }
    }
}
