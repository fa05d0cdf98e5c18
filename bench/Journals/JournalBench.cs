using System.Diagnostics;
using Rebalancer.Domain.Common;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Bench.Journals;

/// <summary>
/// Events that actors persist one at a time into a journal, beside a raw batched insert; and recovery. The two sides take turns, so that
/// what else the machine does falls on both, and a ratio is taken of each turn: the median is told.
/// </summary>
internal static class JournalBench
{
    /// <summary>Written first on both sides: flushing a log file is slow while the file still grows, and fast once it is used again.</summary>
    private const int WarmUpEvents = 40_000;

    private const int Rounds = 15;
    private const int RecoveredEvents = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async IAsyncEnumerable<BenchRow> RunAsync(IBenchDatabase database)
    {
        foreach (var (actors, events) in new[] { (1, 500), (10, 3_000), (100, 20_000) })
        {
            await using var session = await database.OpenAsync();
            var rounds = await MeasureAsync(session, actors, events);
            var reference = $"raw {database.Name}, {actors} rows a transaction";
            yield return new BenchRow(reference, Median(rounds.Select(round => round.Raw)), "rows/s");
            yield return new BenchRow(
                $"persist to {database.Name}, {actors} actors", Median(rounds.Select(round => round.Ours)), "events/s", reference,
                Median(rounds.Select(round => round.Ours / round.Raw)));
        }

        await using var recovered = await database.OpenAsync();
        yield return new BenchRow($"recover {RecoveredEvents} events from {database.Name}", await RecoverAsync(recovered), "ms");
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private static string Payload() => Catalog().Serialize(new Happened("BTC/EUR", 17, "0.125", "61234.5")).Payload;

    private static EventCatalog Catalog() => new EventCatalog(CanonicalJson.Options).Register<Happened>("event-happened");

    private static async Task<List<(double Raw, double Ours)>> MeasureAsync(IBenchSession session, int actors, int events)
    {
        await using var system = new ActorSystem();
        var engine = new PersistenceEngine(session.Journal, Catalog(), _ => session.Epoch);
        var writers = Enumerable.Range(0, actors)
            .Select(i => system.Spawn(new Props(() => new Writer(engine, $"bench/{i}")), $"writer-{i}")).ToList();
        var payload = Payload();
        await session.InsertAsync(WarmUpEvents, 1_000, 1, payload);
        await system.Spawn(new Props(() => new Writer(engine, "bench/warm-up")), "warm-up").AskAsync<long>(new Write(WarmUpEvents, 1_000), Patience);
        await session.InsertAsync(10 * actors, actors, WarmUpEvents, payload);
        await PersistAsync(writers, 10);
        var rounds = new List<(double, double)>();
        for (var round = 1; round <= Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await session.InsertAsync(events, actors, (long)round * 1_000_000, payload);
            var raw = events / watch.Elapsed.TotalSeconds;
            watch.Restart();
            await PersistAsync(writers, events / actors);
            rounds.Add((raw, events / watch.Elapsed.TotalSeconds));
        }

        return rounds;
    }

    private static Task PersistAsync(List<IActorRef> writers, int eventsEach) =>
        Task.WhenAll(writers.Select(writer => writer.AskAsync<long>(new Write(eventsEach, 1), Patience).AsTask()));

    /// <summary>The best of several recoveries of one entity without a snapshot, from its first message to its answer.</summary>
    private static async Task<double> RecoverAsync(IBenchSession session)
    {
        await using var system = new ActorSystem();
        var engine = new PersistenceEngine(session.Journal, Catalog(), _ => session.Epoch);
        var writer = system.Spawn(new Props(() => new Writer(engine, "bench/0")), "writer");
        await writer.AskAsync<long>(new Write(RecoveredEvents, 1_000), Patience);
        var best = double.MaxValue;
        for (var i = 0; i < Rounds; i++)
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
