using System.Globalization;
using Rebalancer.Host.Hosting;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Pbm.Palettes;

/// <summary><c>journal</c>: what was written, and whether it still is what was written.</summary>
internal sealed class JournalPalette(ServiceStore store) : IPbmPalette
{
    private const int UsualCount = 20;

    public string Name => "journal";

    public string Description => "Events: the latest, one stream's, figures, verification";

    public IReadOnlyList<PbmCommand> Commands =>
    [
        new("tail", "journal tail [-i PERSISTENCE_ID] [-n N]", "The latest events, and new ones as they come", TailAsync, Follows: true),
        new("events", "journal events PERSISTENCE_ID [-n N]", "Every event of one stream, or its first N", EventsAsync),
        new("stats", "journal stats", "Streams by type, waiting messages, halts", StatsAsync),
        new("verify", "journal verify", "Check the hash chain of every stream", VerifyAsync),
    ];

    internal static PbmItem ItemOf(JournalRow row) => new(
        $"{row.GlobalOffset} {row.Timestamp:u} {row.PersistenceId} {row.SequenceNr} {row.EventName}",
        new
        {
            offset = row.GlobalOffset, persistenceId = row.PersistenceId, sequenceNr = row.SequenceNr, name = row.EventName, version = row.EventVersion,
            at = row.Timestamp, epoch = row.Epoch, correlationId = row.CorrelationId, causationId = row.CausationId, payload = row.Payload,
        });

    private async Task<PbmAnswer> TailAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var count = call.Arguments.Number("-n", UsualCount);
        var stream = call.Arguments.Option("-i");
        long after;
        if (call.Cursor is { } cursor)
        {
            after = long.Parse(cursor, CultureInfo.InvariantCulture);
        }
        else
        {
            var last = stream is null
                ? (await store.ReadPositionAsync(cancellationToken)).Offset
                : (await store.Journal.ReadHeadAsync(stream, cancellationToken) ?? throw NoStream(stream)).LastSequenceNr;
            after = Math.Max(0, last - count);
        }

        var items = new List<PbmItem>();
        var rows = stream is null ? store.Journal.ReadAllAsync(after, 1_000, cancellationToken) : store.Journal.ReadAsync(stream, after + 1, cancellationToken);
        await foreach (var row in rows)
        {
            items.Add(ItemOf(row));
            after = stream is null ? row.GlobalOffset : row.SequenceNr;
        }

        return PbmAnswer.Of(items, after.ToString(CultureInfo.InvariantCulture));
    }

    private async Task<PbmAnswer> EventsAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var stream = call.Arguments.Required(0, "PERSISTENCE_ID");
        var limit = call.Arguments.Number("-n", int.MaxValue);
        var items = new List<PbmItem>();
        await foreach (var row in store.Journal.ReadAsync(stream, 1, cancellationToken))
        {
            items.Add(ItemOf(row));
            if (items.Count == limit)
            {
                break;
            }
        }

        return items.Count == 0 ? throw NoStream(stream) : PbmAnswer.Of(items);
    }

    private async Task<PbmAnswer> StatsAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var streams = await store.Journal.ListPersistenceIdsAsync(string.Empty, cancellationToken);
        var position = await store.ReadPositionAsync(cancellationToken);
        var waiting = await store.Journal.ReadOutboxAsync(0, 1_000, cancellationToken);
        var halts = await store.Journal.ReadHaltsAsync(cancellationToken);
        return PbmAnswer.Of(
        [
            new PbmItem($"last event {position.Offset}", new { lastOffset = position.Offset }),
            .. streams.GroupBy(stream => stream.Split('/')[0], StringComparer.Ordinal)
                .Select(group => new PbmItem($"{group.Count()} streams of {group.Key}", new { type = group.Key, streams = group.Count() })),
            new PbmItem($"{waiting.Count} messages wait to be confirmed", new { waitingMessages = waiting.Count }),
            .. halts.Select(halt => new PbmItem($"halted: {halt.Scope} by {halt.Who}, {halt.Why}", new { halted = halt.Scope, who = halt.Who, why = halt.Why, at = halt.At })),
        ]);
    }

    private async Task<PbmAnswer> VerifyAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var verification = await new JournalVerifier(store.Journal).VerifyAsync(cancellationToken);
        return PbmAnswer.Of(verification.Faults.Count == 0
            ? [new PbmItem($"{verification.Events} events are as they were written", new { events = verification.Events, faults = 0 })]
            : verification.Faults.Select(fault => new PbmItem(fault.ToString(), fault)));
    }

    private static PbmException NoStream(string stream) => new($"{stream}: there is no such stream; 'journal stats' counts them, and names are as account/main");
}
