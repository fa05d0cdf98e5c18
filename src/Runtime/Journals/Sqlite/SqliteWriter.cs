using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Rebalancer.Runtime.Journals.Sqlite;

/// <summary>
/// Group commit: one loop gathers what all actors wait for into one transaction, so that one flush to disk serves them all, and answers
/// each by itself. The queue is bounded; past it callers wait.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MostQueued = 10_000;
    private const int MostPerTransaction = 1_000;

    private readonly SqliteConnection _connection;
    private readonly SqliteAppender _appender;
    private readonly long _epoch;
    private readonly SemaphoreSlim _places = new(MostQueued);
    private readonly BlockingCollection<Job> _queue = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SqliteWriter(SqliteConnection connection, long epoch)
    {
        _connection = connection;
        _epoch = epoch;
        _appender = new SqliteAppender(connection);
        // SQLite blocks its caller while it flushes. A thread of its own keeps that off the actors; simulations use the journal in memory.
        new Thread(Run) { IsBackground = true, Name = "sqlite-journal-writer" }.Start();
    }

    public async Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var job = new Job(appender => appender.Append(request, _epoch));
        return await EnqueueAsync(job, cancellationToken);
    }

    /// <summary>Runs another change in the next transaction; throws when it did not become durable.</summary>
    public async Task ChangeAsync(Action<SqliteAppender> change, CancellationToken cancellationToken)
    {
        var job = new Job(appender =>
        {
            change(appender);
            return new AppendOutcome.Accepted(0);
        });
        var outcome = await EnqueueAsync(job, cancellationToken);
        if (outcome is not AppendOutcome.Accepted)
        {
            throw new IOException($"{_connection.DataSource}: the change was not written: {outcome}");
        }
    }

    /// <summary>Writes what is queued, then closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.IsAddingCompleted)
        {
            _queue.CompleteAdding();
        }

        await _ended.Task;
    }

    private async Task<AppendOutcome> EnqueueAsync(Job job, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            _queue.Add(job, cancellationToken);
        }
        catch
        {
            _places.Release();
            throw;
        }

        return await job.Done.Task;
    }

    private void Run()
    {
        var batch = new List<Job>(MostPerTransaction);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Clear();
            batch.Add(first);
            while (batch.Count < MostPerTransaction && _queue.TryTake(out var next))
            {
                batch.Add(next);
            }

            _places.Release(batch.Count);
            if (!TryCommit(batch) && batch.Count > 1)
            {
                // One bad request must not fail its neighbours: each now gets a transaction of its own.
                batch.ForEach(job => TryCommit([job]));
            }

            batch.ForEach(job => job.Done.SetResult(job.Outcome));
        }

        _appender.Dispose();
        _connection.Dispose();
        _ended.SetResult();
    }

    private bool TryCommit(List<Job> batch)
    {
        try
        {
            _appender.Begin.Run();
            var current = _appender.ReadEpoch();
            foreach (var job in batch)
            {
                job.Outcome = current == _epoch ? job.Execute(_appender) : new AppendOutcome.Fenced(current);
            }

            _appender.Commit.Run();
            return true;
        }
        catch (Exception exception)
        {
            Undo();
            batch.ForEach(job => job.Outcome = new AppendOutcome.Unknown(exception.Message));
            return false;
        }
    }

    private void Undo()
    {
        _appender.Forget();
        try
        {
            _appender.Rollback.Run();
        }
        catch (SqliteException)
        {
            // SQLite has already rolled back by itself, as it does when the disk is full; the next transaction starts afresh either way.
        }
    }

    private sealed class Job(Func<SqliteAppender, AppendOutcome> execute)
    {
        public Func<SqliteAppender, AppendOutcome> Execute { get; } = execute;

        public AppendOutcome Outcome { get; set; } = new AppendOutcome.Unknown("not attempted");

        /// <summary>Continuations must not run on the writer's thread, which has the next transaction to write.</summary>
        public TaskCompletionSource<AppendOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
