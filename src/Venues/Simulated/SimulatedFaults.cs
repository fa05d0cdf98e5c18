namespace Rebalancer.Venues.Simulated;

/// <summary>What goes wrong, each as a probability in [0, 1] of one request. At most one fault befalls a request.</summary>
public sealed record SimulatedFaults
{
    public static SimulatedFaults None { get; } = new();

    /// <summary>The order never reaches the venue and the connection drops.</summary>
    public decimal LostBeforeArrival { get; init; }

    /// <summary>The order is processed, the connection drops before the answer.</summary>
    public decimal ReplyLost { get; init; }

    /// <summary>The order is processed, the answer comes <see cref="SlowBy"/> late.</summary>
    public decimal SlowReply { get; init; }

    /// <summary>The connection drops at once, the order is processed <see cref="LateBy"/> later.</summary>
    public decimal LateAcceptance { get; init; }

    /// <summary>The order is processed, the answer is a server error.</summary>
    public decimal ServerErrorAccepted { get; init; }

    /// <summary>The order is not processed, the answer is a server error.</summary>
    public decimal ServerErrorRefused { get; init; }

    /// <summary>The order is processed, the answer is cut off.</summary>
    public decimal GarbledReply { get; init; }

    /// <summary>The order is not processed, the answer is "too many requests".</summary>
    public decimal Throttled { get; init; }

    public decimal QueryServerError { get; init; }

    public decimal QueryDropped { get; init; }

    public decimal QueryGarbled { get; init; }

    public decimal QueryThrottled { get; init; }

    /// <summary>The answer shows the account as it was <see cref="StaleBy"/> ago.</summary>
    public decimal StaleQuery { get; init; }

    /// <summary>A page of fills begins before its cursor.</summary>
    public decimal RepeatedFills { get; init; }

    public TimeSpan SlowBy { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan LateBy { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>At most <see cref="ExchangeBooks.HistoryKept"/>.</summary>
    public TimeSpan StaleBy { get; init; } = TimeSpan.FromSeconds(10);

    internal SendFault PickSend(decimal draw) => Pick(
        draw, SendFault.None,
        (LostBeforeArrival, SendFault.LostBeforeArrival), (ReplyLost, SendFault.ReplyLost), (SlowReply, SendFault.SlowReply),
        (LateAcceptance, SendFault.LateAcceptance), (ServerErrorAccepted, SendFault.ServerErrorAccepted),
        (ServerErrorRefused, SendFault.ServerErrorRefused), (GarbledReply, SendFault.GarbledReply), (Throttled, SendFault.Throttled));

    internal QueryFault PickQuery(decimal draw) => Pick(
        draw, QueryFault.None,
        (QueryServerError, QueryFault.ServerError), (QueryDropped, QueryFault.Dropped), (QueryGarbled, QueryFault.Garbled),
        (QueryThrottled, QueryFault.Throttled), (StaleQuery, QueryFault.Stale), (RepeatedFills, QueryFault.RepeatedFills));

    private static T Pick<T>(decimal draw, T none, params ReadOnlySpan<(decimal Probability, T Fault)> faults)
    {
        foreach (var (probability, fault) in faults)
        {
            if (draw < probability)
            {
                return fault;
            }

            draw -= probability;
        }

        return none;
    }
}

internal enum SendFault
{
    None,
    LostBeforeArrival,
    ReplyLost,
    SlowReply,
    LateAcceptance,
    ServerErrorAccepted,
    ServerErrorRefused,
    GarbledReply,
    Throttled,
}

internal enum QueryFault
{
    None,
    ServerError,
    Dropped,
    Garbled,
    Throttled,
    Stale,
    RepeatedFills,
}
