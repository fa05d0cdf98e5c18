using System.Threading.Channels;
using Npgsql;

namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>
/// Group commit: one loop gathers what the actors of this node wait for into one statement, and answers each by itself. The queue is
/// bounded; past it callers wait.
/// </summary>
internal sealed class PostgresWriter : IAsyncDisposable
{
    private const int MostQueued = 10_000;
    private const int MostPerStatement = 500;

    /// <summary>Turns of the thread pool without a new append that a statement waits for more; together some microseconds.</summary>
    private const int MostYields = 100;

    private readonly NpgsqlDataSource _database;
    private readonly PostgresHeads _heads;
    private readonly SortedSet<string> _haltRows = new(StringComparer.Ordinal);
    private readonly Channel<Job> _queue = Channel.CreateBounded<Job>(MostQueued);
    private readonly Task _loop;

    public PostgresWriter(NpgsqlDataSource database)
    {
        _database = database;
        _heads = new PostgresHeads(database);
        _loop = RunAsync();
    }

    public async Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var job = new Job(request);
        await _queue.Writer.WriteAsync(job, cancellationToken);
        return await job.Done.Task;
    }

    /// <summary>Writes what is queued and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        var waiting = new List<Job>();
        var answered = 0;
        while (waiting.Count > 0 || await _queue.Reader.WaitToReadAsync())
        {
            await GatherAsync(waiting, answered);
            var batch = TakeOneOfEachEntity(waiting);
            if (await TryAppendAsync(batch) != Attempt.Answered)
            {
                await AppendSinglyAsync(batch);
            }

            batch.ForEach(job => job.Done.SetResult(job.Outcome));
            answered = batch.Count;
        }
    }

    /// <summary>
    /// Takes what is queued. Entities that were just answered often come back with their next append at once: as long as they keep coming,
    /// they are let in, up to as many as were answered. Otherwise a statement would leave with the first of them and make the rest wait for
    /// its flush to the disk, and small statements would go on following large ones.
    /// </summary>
    private async Task GatherAsync(List<Job> waiting, int answered)
    {
        for (var patience = 0; patience < MostYields; patience++)
        {
            while (waiting.Count < MostPerStatement && _queue.Reader.TryRead(out var next))
            {
                waiting.Add(next);
                patience = 0;
            }

            if (waiting.Count >= answered)
            {
                return;
            }

            await Task.Yield();
        }
    }

    /// <summary>
    /// What one entity did must not fail its neighbours; and after a lost answer the stored rows tell what became of it. A database that
    /// cannot be reached for one cannot be for the next: each would wait as long as the first, and whoever waits has more to do than wait.
    /// </summary>
    private async Task AppendSinglyAsync(List<Job> batch)
    {
        foreach (var job in batch)
        {
            if (await TryAppendAsync([job]) == Attempt.Unreached)
            {
                return;
            }
        }
    }

    /// <summary>An entity's appends build on each other, so that a statement has one of each at most; the others stay for the next.</summary>
    private static List<Job> TakeOneOfEachEntity(List<Job> waiting)
    {
        var entities = new SortedSet<string>(StringComparer.Ordinal);
        var batch = waiting.FindAll(job => entities.Add(job.Request.PersistenceId));
        waiting.RemoveAll(batch.Contains);
        return batch;
    }

    private async Task<Attempt> TryAppendAsync(List<Job> batch)
    {
        try
        {
            await AddHaltRowsAsync(batch);
            await _heads.ReadAsync(batch.ConvertAll(job => job.Request));
            var prepared = batch.ConvertAll(job => PreparedAppend.Create(job.Request, _heads.Of(job.Request.PersistenceId)));
            var refusals = await PostgresAppend.RunAsync(_database, prepared, CancellationToken.None);
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Outcome = await OutcomeOfAsync(prepared[i], refusals[i]);
            }

            return Attempt.Answered;
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
        {
            foreach (var job in batch)
            {
                _heads.Forget(job.Request.PersistenceId);
                job.Outcome = new AppendOutcome.Unknown(exception.Message);
            }

            return exception is PostgresException ? Attempt.Refused : Attempt.Unreached;
        }
    }

    private async Task<AppendOutcome> OutcomeOfAsync(PreparedAppend append, AppendRefusal? refusal)
    {
        var request = append.Request;
        if (refusal is null)
        {
            _heads.Set(request.PersistenceId, append.NextHead);
            return new AppendOutcome.Accepted(append.NextHead.LastSequenceNr);
        }

        if (refusal.Epoch != request.Epoch)
        {
            return new AppendOutcome.Fenced(refusal.Epoch);
        }

        if (refusal.LastSequenceNr != request.ExpectedSequenceNr)
        {
            var stored = await PostgresReads.RowsAsync(
                _database, request.PersistenceId, request.ExpectedSequenceNr + 1, long.MaxValue, request.Events.Count, CancellationToken.None);
            return AppendRules.JudgeRepeated(request, append.Head with { LastSequenceNr = refusal.LastSequenceNr }, stored);
        }

        return refusal.Received ? new AppendOutcome.AlreadyReceived()
            : new AppendOutcome.Halted(refusal.Halted!);
    }

    /// <summary>A scope nobody has halted yet gets its row: only a row that is there can be locked against a halt that comes meanwhile.</summary>
    private async Task AddHaltRowsAsync(List<Job> batch)
    {
        var missing = batch.SelectMany(job => job.Request.HaltScopes).Where(scope => !_haltRows.Contains(scope)).Distinct().ToArray();
        if (missing.Length == 0)
        {
            return;
        }

        await using var command = _database.CreateCommand(
            "INSERT INTO halt SELECT scope, false, '', '', now() FROM unnest($1) AS s (scope) ON CONFLICT (scope) DO NOTHING");
        command.Parameters.Add(new NpgsqlParameter { Value = missing });
        await command.ExecuteNonQueryAsync();
        _haltRows.UnionWith(missing);
    }

    private enum Attempt
    {
        Answered,
        Refused,
        Unreached,
    }

    private sealed class Job(AppendRequest request)
    {
        public AppendRequest Request { get; } = request;

        public AppendOutcome Outcome { get; set; } = new AppendOutcome.Unknown("not attempted");

        /// <summary>Continuations must not run in the writer's loop, which has the next statement to send.</summary>
        public TaskCompletionSource<AppendOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
