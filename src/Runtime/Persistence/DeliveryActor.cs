using Microsoft.Extensions.Logging;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Runtime.Persistence;

/// <summary>How the delivery service paces itself.</summary>
public sealed record DeliverySettings
{
    /// <summary>How often the outbox is read when nobody says that it has filled.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a receiver has to answer before the message is sent again; doubles up to <see cref="MaxRetryAfter"/>.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Rows of the outbox read at a time.</summary>
    public int PageRows { get; init; } = 1_000;
}

/// <summary>
/// Carries the outbox's messages to their receivers until each is confirmed. From one sender to one receiver they go one at a time, so
/// that they take effect in the order they were sent, whatever is lost or repeated. It keeps nothing that the outbox does not: after a
/// crash it starts over from there. A node has one.
/// </summary>
/// <param name="engine">Whose outbox; its <see cref="PersistenceEngine.Delivery"/> becomes this actor.</param>
/// <param name="resolve">The address of a receiving entity.</param>
public sealed class DeliveryActor(PersistenceEngine engine, Func<string, IActorRef> resolve, DeliverySettings? settings = null) : Actor
{
    private readonly DeliverySettings _settings = settings ?? new DeliverySettings();

    /// <summary>What is on its way: at most one message for each sender and receiver.</summary>
    private readonly SortedDictionary<(string Sender, string Receiver), Flight> _flights = [];

    private bool _roundQueued;

    protected internal override async ValueTask PreStartAsync()
    {
        engine.Delivery = Context.Self;
        Context.StartPeriodicTimer("poll", Round.Instance, _settings.PollInterval);
        await DeliverAsync();
    }

    protected internal override async ValueTask ReceiveAsync(object message)
    {
        if (message is Round)
        {
            _roundQueued = false;
            await DeliverAsync();
            return;
        }

        if (message is ReliableReceived received)
        {
            await engine.Journal.ConfirmAsync(received.Sender, received.Sequence, CancellationToken.None);
            if (_flights.TryGetValue((received.Sender, received.Receiver), out var flight) && flight.Sequence == received.Sequence)
            {
                _flights.Remove((received.Sender, received.Receiver));
            }
        }

        // One round serves everything that arrived before it, so that a burst of confirmations does not read the outbox once for each.
        if (!_roundQueued)
        {
            _roundQueued = true;
            Context.Self.Tell(Round.Instance, Context.Self);
        }
    }

    protected internal override object? DescribeState() => new { OnTheirWay = _flights.Count };

    private async ValueTask DeliverAsync()
    {
        var now = Context.Clock.GetTimestamp();
        var seen = new SortedSet<(string Sender, string Receiver)>();
        IReadOnlyList<OutboxRow> page;
        long offset = 0;
        do
        {
            page = await engine.Journal.ReadOutboxAsync(offset, _settings.PageRows, CancellationToken.None);
            foreach (var row in page)
            {
                offset = row.Offset;
                var pair = (row.Sender, row.Receiver);
                if (seen.Add(pair) && IsDue(pair, row.Sequence, now))
                {
                    Send(row, pair, now);
                }
            }
        }
        while (page.Count == _settings.PageRows);
    }

    private bool IsDue((string Sender, string Receiver) pair, long sequence, long now) =>
        !_flights.TryGetValue(pair, out var flight) || flight.Sequence != sequence
        || Context.Clock.GetElapsedTime(flight.SentAt, now) >= flight.RetryAfter;

    private void Send(OutboxRow row, (string Sender, string Receiver) pair, long now)
    {
        var earlier = _flights.GetValueOrDefault(pair);
        var retry = earlier is not null && earlier.Sequence == row.Sequence;
        if (retry)
        {
            Context.Log.LogWarning(
                "{Receiver} has not confirmed message {Sequence} of {Sender} ({Name}); sending it again.", row.Receiver, row.Sequence,
                row.Sender, row.Name);
        }

        var wait = retry ? earlier!.RetryAfter * 2 : _settings.RetryAfter;
        _flights[pair] = new Flight(row.Sequence, now, wait < _settings.MaxRetryAfter ? wait : _settings.MaxRetryAfter);
        try
        {
            var payload = engine.Catalog.Deserialize(row.Name, row.Version, row.Payload);
            resolve(row.Receiver).Tell(new ReliableDelivery(row.Sender, row.Sequence, row.CorrelationId, payload), Context.Self);
        }
        catch (Exception exception) when (exception is EventCatalogException or InvalidOperationException)
        {
            // One message that cannot be read or addressed must not stop the others; it stays in the outbox and is complained about again.
            Context.Log.LogError(
                exception, "Message {Sequence} of {Sender} to {Receiver} ({Name} version {Version}) cannot be delivered.", row.Sequence,
                row.Sender, row.Receiver, row.Name, row.Version);
        }
    }

    private sealed record Flight(long Sequence, long SentAt, TimeSpan RetryAfter);

    private sealed record Round
    {
        public static Round Instance { get; } = new();
    }
}
