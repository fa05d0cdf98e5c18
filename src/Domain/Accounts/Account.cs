using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

/// <summary>
/// One account at a venue: what its stream says. State and <c>Evolve</c> are pure; decisions are methods that return events. The
/// account is the only place that reserves and arms, so two orders can never spend the same money.
/// </summary>
public sealed partial record Account
{
    private readonly UnfinishedOrders _unfinished = UnfinishedOrders.None;

    public static Account Empty { get; } = new();

    public string Id { get; init; } = "";

    public string Venue { get; init; } = "";

    public string Kind { get; init; } = "";

    /// <summary>Number of events applied.</summary>
    public long Revision { get; init; }

    public TradingState TradingState { get; init; }

    /// <summary>Who and why, while not active.</summary>
    public string? TradingStateReason { get; init; }

    public bool Paused { get; init; }

    public string? PauseReason { get; init; }

    public bool StaleAccepted { get; init; }

    /// <summary>Null: never read, and <see cref="Balances"/> means nothing.</summary>
    public DateTimeOffset? BalancesAt { get; init; }

    public ImmutableArray<Balance> Balances { get; init; } = [];

    /// <summary>Totals by asset as the books have them: last matched reading, fills, fees and known transfers since.</summary>
    public ImmutableSortedDictionary<string, decimal> Expected { get; init; } = ImmutableSortedDictionary<string, decimal>.Empty;

    /// <summary>Bookings by asset since its total last matched; each may have been rounded by the venue.</summary>
    public ImmutableSortedDictionary<string, int> BookingsSinceMatch { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>When a fill, cancel or expiry last moved or freed an asset.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> LastMoves { get; init; } = ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    /// <summary>By intent id: everything not ended, and what ended within the watch.</summary>
    public ImmutableSortedDictionary<string, Order> Orders
    {
        get;
        init => (field, _unfinished) = (value, new UnfinishedOrders(value));
    } = ImmutableSortedDictionary<string, Order>.Empty;

    /// <summary>Intent by client order id, of the same orders.</summary>
    public ImmutableSortedDictionary<string, string> IntentsByClientId { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>By <see cref="FillKey"/>, with the time of the fill.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> SeenFills { get; init; } = ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    /// <summary>
    /// Client order ids of ours that orders or fills at the venue bear and no intent explains, with the time of the alarm or the latest fill: the
    /// journal is older than what was sent, and a decision that comes again makes the same ids again. Never forgotten: such an order may rest at the
    /// venue for as long as it likes, and is told of once.
    /// </summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> StrayIds { get; init; } = ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    public ImmutableSortedDictionary<string, DateTimeOffset> SeenTransfers { get; init; } = ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    public ImmutableSortedDictionary<string, ExecutionPlan> Executions { get; init; } = ImmutableSortedDictionary<string, ExecutionPlan>.Empty;

    public string? FillCursor { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>History before this has left the state; what the venue repeats of it is not news.</summary>
    public DateTimeOffset ForgottenBefore { get; init; }

    /// <summary>Moments of the latest permits, oldest first; bounded.</summary>
    public ImmutableArray<DateTimeOffset> RecentPermits { get; init; } = [];

    [JsonIgnore]
    public bool IsOpened => Id.Length > 0;

    /// <summary>Orders the venue may hold now.</summary>
    [JsonIgnore]
    public IEnumerable<Order> LiveOrders => _unfinished.All.Where(order => order.MayBeLive);

    /// <summary>Intents whose end is still to come by itself.</summary>
    [JsonIgnore]
    public int OpenIntents => _unfinished.All.Count(order => !order.IsTerminal && order.State != OrderState.Quarantined);

    /// <summary>Orders nobody knows the outcome of: their markets are frozen and their worst case stays reserved, the rest goes on.</summary>
    [JsonIgnore]
    public IEnumerable<Order> QuarantinedOrders => _unfinished.All.Where(order => order.State == OrderState.Quarantined);

    public IReadOnlyList<Order> OrdersOf(string decisionId) => [.. Orders.Values.Where(order => order.DecisionId == decisionId)];

    public Balance? BalanceOf(string asset)
    {
        foreach (var balance in Balances)
        {
            if (balance.Asset == asset)
            {
                return balance;
            }
        }

        return null;
    }

    /// <summary>A fill's identity within the account and its venue.</summary>
    public static string FillKey(VenueFill fill) => $"{fill.Market}|{fill.TradeId}";

    /// <summary>The order a venue's order or fill belongs to, by client id first, then by the venue's own id; null when none of ours.</summary>
    public Order? Match(string? clientOrderId, string venueOrderId) =>
        clientOrderId is not null && IntentsByClientId.TryGetValue(clientOrderId, out var intent) ? Orders[intent]
        : Orders.Values.FirstOrDefault(order => order.VenueOrderId == venueOrderId);
}
