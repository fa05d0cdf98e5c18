using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues.Simulated;

/// <summary>What comes back over the wire for an order, before anyone interprets it.</summary>
public abstract record SendReply
{
    /// <summary>The order is in the book, or was filled at once.</summary>
    public sealed record Accepted(VenueOrder Order) : SendReply;

    /// <summary>The order breaks a rule, and is nowhere.</summary>
    public sealed record Refused(Rejection Rejection) : SendReply;

    /// <summary>Too many requests: nothing was looked at.</summary>
    public sealed record Throttled(TimeSpan RetryAfter) : SendReply;

    /// <summary>The venue failed, before or after it took the order.</summary>
    public sealed record ServerError : SendReply;

    /// <summary>The connection ended without an answer.</summary>
    public sealed record Dropped : SendReply;

    /// <summary>The answer is cut off.</summary>
    public sealed record Garbled : SendReply;
}

/// <summary>What a query may look at.</summary>
/// <param name="Lag">How old the view must be, by fault.</param>
/// <param name="RepeatsFills">Whether a page of fills begins before its cursor, by fault.</param>
public readonly record struct DeskReading(SimulatedExchange Exchange, DateTimeOffset Now, TimeSpan Lag, bool RepeatsFills)
{
    public AccountBook View(string account) => Exchange.View(account, Now, Lag);
}

/// <summary>
/// The front of an exchange, as seen from its end of the wire: latency, rate limits and faults, which are the same whether it is reached in
/// process or over HTTP. Safe to call from several threads; the engine behind it sees one request at a time.
/// </summary>
/// <param name="noise">For faults and jitter; a source apart from the prices', so that faults do not move the market.</param>
public sealed class SimulatedDesk(SimulatedExchange exchange, TimeProvider clock, SeededNoise noise)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, RateBudget> _budgets = new(StringComparer.Ordinal);
    private readonly SeededNoise _faultNoise = noise.For("faults:" + exchange.Settings.Name);
    private long _requests;

    public SimulatedExchangeSettings Settings => exchange.Settings;

    /// <summary>Faults from now on.</summary>
    public SimulatedFaults Faults { get; set; } = exchange.Settings.Faults;

    /// <summary>Latency from now on.</summary>
    public SimulatedLatency Latency { get; set; } = exchange.Settings.Latency;

    /// <summary>Carries the order to the venue and the answer back. Once called, the order arrives whether or not anyone waits for the answer.</summary>
    public async Task<SendReply> PlaceAsync(string account, OrderRequest order)
    {
        var (draw, jitter) = Draw();
        var fault = Faults.PickSend(draw);
        await DelayAsync(Latency.Request + jitter, CancellationToken.None);
        switch (fault)
        {
            case SendFault.LostBeforeArrival:
                return new SendReply.Dropped();
            case SendFault.ServerErrorRefused:
                return new SendReply.ServerError();
            case SendFault.Throttled:
                return new SendReply.Throttled(TimeSpan.FromSeconds(1));
            case SendFault.LateAcceptance:
                _ = AcceptLaterAsync(account, order);
                return new SendReply.Dropped();
        }

        var reply = Accept(account, order);
        await DelayAsync(Latency.Reply + jitter + (fault == SendFault.SlowReply ? Faults.SlowBy : TimeSpan.Zero), CancellationToken.None);
        return fault switch
        {
            SendFault.ReplyLost => new SendReply.Dropped(),
            SendFault.ServerErrorAccepted => new SendReply.ServerError(),
            SendFault.GarbledReply => new SendReply.Garbled(),
            _ => reply,
        };
    }

    /// <summary>Answers a query in full or throws.</summary>
    /// <exception cref="VenueException">A fault, a rate limit or an unknown account.</exception>
    public async Task<T> QueryAsync<T>(string account, Func<DeskReading, T> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        var (draw, jitter) = Draw();
        var fault = Faults.PickQuery(draw);
        await DelayAsync(Latency.Request + jitter, cancellationToken);
        var answer = Answer(account, read, fault);
        await DelayAsync(Latency.Reply + jitter, cancellationToken);
        return answer;
    }

    /// <summary>What no fault may touch: opening accounts and booking deposits.</summary>
    public T Operate<T>(Func<SimulatedExchange, DateTimeOffset, T> operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        lock (_gate)
        {
            return operation(exchange, clock.GetUtcNow());
        }
    }

    private T Answer<T>(string account, Func<DeskReading, T> read, QueryFault fault)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (Budget("query:" + account, Settings.QueriesPerSecond, now).Take(now) is var wait && wait > TimeSpan.Zero)
            {
                throw new VenueException(VenueErrorKind.RateLimited, $"{Settings.Name}: too many requests", wait);
            }

            return fault switch
            {
                QueryFault.ServerError => throw new VenueException(VenueErrorKind.Unavailable, $"{Settings.Name}: server error"),
                QueryFault.Dropped => throw new VenueException(VenueErrorKind.Unavailable, $"{Settings.Name}: the connection dropped"),
                QueryFault.Garbled => throw new VenueException(VenueErrorKind.Malformed, $"{Settings.Name}: the answer is cut off"),
                QueryFault.Throttled => throw new VenueException(
                    VenueErrorKind.RateLimited, $"{Settings.Name}: too many requests", TimeSpan.FromSeconds(1)),
                _ => read(new DeskReading(
                    exchange, now, fault == QueryFault.Stale ? Faults.StaleBy : TimeSpan.Zero, fault == QueryFault.RepeatedFills)),
            };
        }
    }

    private SendReply Accept(string account, OrderRequest order)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (Budget("submit:" + account, Settings.SubmitsPerSecond, now).Take(now) is var wait && wait > TimeSpan.Zero)
            {
                return new SendReply.Throttled(wait);
            }

            var (accepted, rejection) = exchange.Place(account, order, now);
            return accepted is null ? new SendReply.Refused(rejection!) : new SendReply.Accepted(accepted);
        }
    }

    private async Task AcceptLaterAsync(string account, OrderRequest order)
    {
        await DelayAsync(Faults.LateBy, CancellationToken.None);

        // The sender was told nothing, so neither is anyone told when the venue refuses it now.
        Accept(account, order);
    }

    private RateBudget Budget(string key, decimal perSecond, DateTimeOffset now)
    {
        if (!_budgets.TryGetValue(key, out var budget))
        {
            _budgets.Add(key, budget = new RateBudget(perSecond, now));
        }

        return budget;
    }

    private (decimal Fault, TimeSpan Jitter) Draw()
    {
        var request = Interlocked.Increment(ref _requests);
        return (_faultNoise.Draw(2 * request), TimeSpan.FromTicks((long)(Latency.Jitter.Ticks * _faultNoise.Draw((2 * request) + 1))));
    }

    private Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        delay <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(delay, clock, cancellationToken);
}
