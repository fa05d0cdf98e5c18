using Rebalancer.Actors.Audit;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Gateway.Solver;
using Rebalancer.Host.Api;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Telemetry;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Audit;

/// <summary>Answers from the journal. It only reads, so it works on any node that shares it.</summary>
/// <param name="solver">For what-if questions and plans, one at a time: decisions go before curiosity.</param>
/// <param name="samples">Measured between decisions.</param>
public sealed class JournalAudit(IJournal journal, IMilpSolver solver, ValueSamples samples, TimeProvider wallClock) : IServiceAudit, IDisposable
{
    private static readonly TimeSpan SolvingPatience = TimeSpan.FromMinutes(2);

    private readonly EventCatalog _catalog = StoredEvents.Create();
    private readonly HistoryIndex _index = new(journal, StoredEvents.Create());
    private readonly SemaphoreSlim _solving = new(1);

    public Task<IReadOnlyList<DecisionEntry>> ListAsync(CancellationToken cancellationToken) => _index.DecisionsAsync(cancellationToken);

    public async Task<DecisionRecord> FindAsync(string decision, CancellationToken cancellationToken)
    {
        var entry = await EntryAsync(decision, cancellationToken);
        var computed = entry.Computation is { } at ? await FirstAsync(entry.Rows.PersistenceId, at, cancellationToken) as TargetsComputed : null;
        DecisionRecord? record = null;
        await foreach (var (_, @event) in EventsAsync(entry.Rows, cancellationToken))
        {
            if (DecisionRecord.IdOf(@event) == decision)
            {
                record = @event is Domain.Portfolios.RebalanceDecided decided ? DecisionRecord.Start(decided, computed) : record?.Evolve(@event);
            }
        }

        return record ?? throw Unknown(decision);
    }

    public async Task<IReadOnlyList<TrailEntry>> GetTrailAsync(string decision, CancellationToken cancellationToken)
    {
        var entries = new List<TrailEntry>();
        foreach (var range in (await EntryAsync(decision, cancellationToken)).Executions)
        {
            var account = range.PersistenceId[(range.PersistenceId.IndexOf('/', StringComparison.Ordinal) + 1)..];
            await foreach (var (_, @event) in EventsAsync(range, cancellationToken))
            {
                entries.AddRange(OrderTrail.Of(account, @event).Where(entry => entry.Intent.StartsWith(decision + "/", StringComparison.Ordinal)));
            }
        }

        return [.. entries.OrderBy(entry => entry.At)];
    }

    public async Task<IReadOnlyList<ValuePoint>> GetHistoryAsync(string? portfolio, CancellationToken cancellationToken)
    {
        var id = portfolio ?? samples.OnlyPortfolio ?? throw new UnknownNameException("--portfolio: say which portfolio");
        return [.. (await _index.ValuesAsync(id, cancellationToken)).Concat(samples.Of(id)).OrderBy(point => point.At)];
    }

    public IAsyncEnumerable<TradeEntry> ReadTradesAsync(CancellationToken cancellationToken) => new TradeHistory(journal, _catalog).ReadAsync(cancellationToken);

    public Task<JournalVerification> VerifyAsync(CancellationToken cancellationToken) => new JournalVerifier(journal).VerifyAsync(cancellationToken);

    public async Task<ReplayResult> ReplayAsync(string decision, bool resolve, CancellationToken cancellationToken)
    {
        var record = await FindAsync(decision, cancellationToken);
        return await SolveAsync(
            () => resolve
                ? DecisionReplay.Resolve(record, problem => Planner.Plan(problem, solver))
                : DecisionReplay.Replay(record, (problem, answers) => Planner.Replay(problem, answers).Plan),
            cancellationToken);
    }

    public async Task<WhatIfAnswer> WhatIfAsync(string decision, WhatIfRequest changes, CancellationToken cancellationToken)
    {
        var decided = (await FindAsync(decision, cancellationToken)).Decided;
        var problem = WhatIf.Change(decided.Problem, changes);
        return new WhatIfAnswer(decision, decided.Plan, await PlanAsync(problem, cancellationToken));
    }

    public Task<Plan> PlanAsync(PlacementProblem problem, CancellationToken cancellationToken) => SolveAsync(
        () => wallClock.Time(() => Planner.Plan(
            problem, solver, explain: true, new ClockDeadline(wallClock, Math.Min(problem.TimeLimitSeconds, SolvingPatience.TotalSeconds)))).Plan,
        cancellationToken);

    public IAsyncEnumerable<JournalRow> ReadEventsAsync(long afterOffset, int limit, CancellationToken cancellationToken) =>
        journal.ReadAllAsync(afterOffset, limit, cancellationToken);

    public void Dispose()
    {
        _index.Dispose();
        _solving.Dispose();
    }

    private async Task<T> SolveAsync<T>(Func<T> solve, CancellationToken cancellationToken)
    {
        await _solving.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(solve, cancellationToken);
        }
        finally
        {
            _solving.Release();
        }
    }

    private async Task<DecisionEntry> EntryAsync(string decision, CancellationToken cancellationToken) =>
        await _index.FindAsync(decision, cancellationToken) ?? throw Unknown(decision);

    private static UnknownNameException Unknown(string decision) => new($"decision: there is no decision '{decision}' in the journal");

    private async Task<object?> FirstAsync(string persistenceId, long sequenceNr, CancellationToken cancellationToken)
    {
        await foreach (var (_, @event) in EventsAsync(new StreamRange(persistenceId, sequenceNr, sequenceNr), cancellationToken))
        {
            return @event;
        }

        return null;
    }

    private async IAsyncEnumerable<(JournalRow Row, object Event)> EventsAsync(
        StreamRange range, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in journal.ReadAsync(range.PersistenceId, range.From, cancellationToken))
        {
            if (row.SequenceNr > range.To)
            {
                yield break;
            }

            yield return (row, _catalog.Deserialize(row.EventName, row.EventVersion, row.Payload));
        }
    }
}
