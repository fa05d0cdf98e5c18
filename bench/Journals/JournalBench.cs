using System.Diagnostics;
using Rebalancer.Domain.Common;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Bench.Journals;

/// <summary>Events that actors persist one at a time into a journal, beside a raw batched insert of the same run; and recovery.</summary>
internal static class JournalBench
{
    /// <summary>Written first on both sides: flushing a log file is slow while the file still grows, and fast once it is used again.</summary>
    public const int WarmUpEvents = 40_000;

    private const int Repetitions = 3;
    private const int RecoveredEvents = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async IAsyncEnumerable<BenchRow> RunAsync(IBenchDatabase database)
    {
        foreach (var (actors, events) in new[] { (1, 2_000), (10, 10_000), (100, 60_000) })
        {
            var (raw, ours) = (0d, 0d);
            for (var i = 0; i < Repetitions; i++)
            {
                raw = Math.Max(raw, await database.InsertAsync(events, actors, Payload()));
                ours = Math.Max(ours, await database.UseAsync((journal, epoch) => PersistAsync(journal, epoch, actors, events / actors)));
            }

            var reference = $"raw {database.Name}, {actors} rows a transaction";
            yield return new BenchRow(reference, raw, "rows/s");
            yield return new BenchRow($"persist to {database.Name}, {actors} actors", ours, "events/s", reference, ours / raw);
        }

        yield return new BenchRow(
            $"recover {RecoveredEvents} events from {database.Name}", await database.UseAsync(RecoverAsync), "ms");
    }

    private static string Payload() => Catalog().Serialize(new Happened("BTC/EUR", 17, "0.125", "61234.5")).Payload;

    private static EventCatalog Catalog() => new EventCatalog(CanonicalJson.Options).Register<Happened>("event-happened");

    private static async Task<double> PersistAsync(IJournal journal, long epoch, int actors, int eventsEach)
    {
        await using var system = new ActorSystem();
        var engine = new PersistenceEngine(journal, Catalog(), _ => epoch);
        var writers = Enumerable.Range(0, actors)
            .Select(i => system.Spawn(new Props(() => new Writer(engine, $"bench/{i}")), $"writer-{i}")).ToList();
        var warmUp = system.Spawn(new Props(() => new Writer(engine, "bench/warm-up")), "warm-up");
        await warmUp.AskAsync<long>(new Write(WarmUpEvents, 1_000), Patience);
        await Task.WhenAll(writers.Select(writer => writer.AskAsync<long>(new Count(), Patience).AsTask()));
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(writers.Select(writer => writer.AskAsync<long>(new Write(eventsEach, 1), Patience).AsTask()));
        return actors * eventsEach / watch.Elapsed.TotalSeconds;
    }

    /// <summary>The best of several recoveries of one entity without a snapshot, from its first message to its answer.</summary>
    private static async Task<double> RecoverAsync(IJournal journal, long epoch)
    {
        await using var system = new ActorSystem();
        var engine = new PersistenceEngine(journal, Catalog(), _ => epoch);
        var writer = system.Spawn(new Props(() => new Writer(engine, "bench/0")), "writer");
        await writer.AskAsync<long>(new Write(RecoveredEvents, 1_000), Patience);
        var best = double.MaxValue;
        for (var i = 0; i < 2 * Repetitions; i++)
        {
            var watch = Stopwatch.StartNew();
            var recovered = system.Spawn(new Props(() => new Writer(engine, "bench/0")), $"recovered-{i}");
            var count = await recovered.AskAsync<long>(new Count(), Patience);
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
            if (count != RecoveredEvents)
                throw new InvalidOperationException($"Expected {RecoveredEvents} events, was {count}.");
        }

        return best;
    }

    private sealed record Write(int Events, int EventsAtOnce);

    private sealed record Count;

    private sealed record Happened(string Market, int Number, string Quantity, string Price);

    private sealed class Writer(PersistenceEngine engine, string id) : PersistentActor(engine)
    {
        private long _count;

        protected override string PersistenceId => id;

        protected override void Apply(object @event) => _count++;

        protected override async ValueTask OnCommandAsync(object message)
        {
            for (var i = 0; message is Write write && i < write.Events; i += write.EventsAtOnce)
            {
                var number = i;
                await PersistAsync([.. Enumerable.Range(0, write.EventsAtOnce).Select(n => new Happened("BTC/EUR", number + n, "0.125", "61234.5"))]);
            }

            Context.Sender.Tell(_count);
        }
    }
}
