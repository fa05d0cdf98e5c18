using System.Collections.Immutable;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Simulation.Observing;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation.Invariants;

/// <summary>One intent as the observer has followed it.</summary>
internal sealed class ShadowOrder(Order planned, ExecutionPlan? plan)
{
    public Order Planned { get; } = planned;

    /// <summary>Terms of its decision; null when it was planned without one, which is a fault of the trace.</summary>
    public ExecutionPlan? Plan { get; } = plan;

    public OrderState State { get; set; } = OrderState.Planned;

    public OrderArmed? Armed { get; set; }

    /// <summary>In true time.</summary>
    public DateTimeOffset ArmedAt { get; set; }

    public string ArmedBy { get; set; } = "";

    public DateTimeOffset ChangedAt { get; set; }

    public decimal Filled { get; set; }

    public int Sends { get; set; }

    public bool IsLive => OrderTransitions.MayBeLive(State);

    public decimal Remaining => Math.Max(0, (Armed?.Request.Quantity ?? 0) - Filled);
}

/// <summary>One account as the observer has followed it: from its stream, the wire and the venue, by folds of its own.</summary>
internal sealed class ShadowAccount
{
    public SortedDictionary<string, ShadowOrder> Orders { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, ShadowOrder> ByClientId { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, ExecutionPlan> Plans { get; } = new(StringComparer.Ordinal);

    public TradingState TradingState { get; set; }

    /// <summary>A broker's prices may be older than an exchange's.</summary>
    public bool IsBroker { get; set; }

    public bool IsPaused { get; set; }

    /// <summary>As the venue states it.</summary>
    public decimal SubmitsPerSecond { get; set; } = 5;

    public ImmutableSortedDictionary<string, Balance> Reported { get; set; } = ImmutableSortedDictionary.Create<string, Balance>(StringComparer.Ordinal);

    /// <summary>By asset: when a fill, cancel or expiry last moved or freed it, on the writer's clock.</summary>
    public SortedDictionary<string, DateTimeOffset> Moves { get; } = new(StringComparer.Ordinal);

    /// <summary>True moments of sends, oldest first.</summary>
    public List<DateTimeOffset> Sends { get; } = [];

    /// <summary>The venue's book, by events.</summary>
    public AccountBook? Book { get; set; }

    public IEnumerable<ShadowOrder> Live => Orders.Values.Where(order => order.IsLive);
}

/// <summary>What all observations so far add up to.</summary>
internal sealed class ShadowBooks
{
    private readonly SortedDictionary<string, DateTimeOffset> _pausedAt = new(StringComparer.Ordinal);

    public SortedDictionary<string, ShadowAccount> Accounts { get; } = new(StringComparer.Ordinal);

    public int Sends { get; private set; }

    public int Slips { get; private set; }

    public bool IsCalm { get; private set; }

    public ShadowAccount Of(string account)
    {
        if (!Accounts.TryGetValue(account, out var shadow))
            Accounts.Add(account, shadow = new ShadowAccount());
        return shadow;
    }

    public static string? AccountOf(string entity) =>
        entity.StartsWith("account/", StringComparison.Ordinal) ? entity["account/".Length..] : null;

    /// <summary>Whether the process was suspended since: then what it had checked before may be late.</summary>
    public bool WasPausedSince(string process, DateTimeOffset since) => _pausedAt.TryGetValue(process, out var at) && at >= since;

    public void On(Observation observation)
    {
        switch (observation)
        {
            case Observation.Appended appended when AccountOf(appended.Entity) is { } account:
                foreach (var happening in appended.Events.OfType<AccountEvent>())
                    OnAccountEvent(Of(account), happening, appended);
                break;
            case Observation.SendStarted started:
                OnSend(Of(started.Account), started);
                break;
            case Observation.BookChanged changed:
                var book = Of(changed.Account);
                book.Book = changed.Event is Rebalancer.Venues.Simulated.AccountOpened opened ? AccountBook.Opened(opened) : book.Book!.Apply(changed.Event);
                break;
            case Observation.ProcessPaused paused:
                _pausedAt[paused.Process] = paused.At;
                break;
            case Observation.FaultsEnded:
                IsCalm = true;
                break;
        }
    }

    private void OnSend(ShadowAccount account, Observation.SendStarted started)
    {
        Sends++;
        account.Sends.Add(started.At);
        if (!account.ByClientId.TryGetValue(started.Order.ClientOrderId, out var order))
            return;
        order.Sends++;
        Slips += started.At > order.ArmedAt + OrderTimings.Default.SendDeadline ? 1 : 0;
    }

    private static void OnAccountEvent(ShadowAccount account, AccountEvent happening, Observation.Appended appended)
    {
        switch (happening)
        {
            case Rebalancer.Domain.Accounts.AccountOpened opened:
                account.IsBroker = opened.Kind == "broker";
                break;
            case BalancesReported reported:
                account.Reported = reported.Balances.ToImmutableSortedDictionary(balance => balance.Asset, balance => balance, StringComparer.Ordinal);
                break;
            case ExecutionAccepted accepted:
                account.Plans[accepted.Plan.DecisionId] = accepted.Plan;
                break;
            case ExecutionFinished finished when account.Plans.TryGetValue(finished.DecisionId, out var plan):
                account.Plans[finished.DecisionId] = plan with { CompletedAt = finished.At };
                break;
            case IntentsPlanned planned:
                foreach (var order in planned.Orders)
                {
                    var shadow = new ShadowOrder(order, account.Plans.GetValueOrDefault(order.DecisionId)) { ChangedAt = appended.At };
                    account.Orders[order.IntentId] = shadow;
                    account.ByClientId[order.ClientOrderId] = shadow;
                }

                break;
            case AccountHalted:
                account.TradingState = TradingState.Halted;
                break;
            case AccountReducing when account.TradingState != TradingState.Halted:
                account.TradingState = TradingState.Reducing;
                break;
            case AccountResumed:
                (account.TradingState, account.IsPaused) = (TradingState.Active, false);
                break;
            case AccountPaused:
                account.IsPaused = true;
                break;
            case ForeignFillObserved foreign:
                Move(account, foreign.Fill, foreign.At);
                break;
            case OrderEvent orderEvent when account.Orders.TryGetValue(orderEvent.IntentId, out var order):
                OnOrderEvent(account, order, orderEvent, appended);
                break;
        }
    }

    private static void OnOrderEvent(ShadowAccount account, ShadowOrder order, OrderEvent happening, Observation.Appended appended)
    {
        order.ChangedAt = appended.At;
        switch (happening)
        {
            case OrderArmed armed:
                (order.Armed, order.ArmedAt, order.ArmedBy) = (armed, appended.At, appended.Process);
                break;
            case FillBooked booked:
                order.Filled += booked.Fill.Quantity;
                Move(account, booked.Fill, booked.At);
                break;
            case OrderCancelled or OrderExpired when order.Armed is not null:
                account.Moves[order.Planned.Market.Asset] = account.Moves[order.Planned.Market.Quote] = happening.At;
                break;
        }

        order.State = Next(order, happening);
    }

    private static OrderState Next(ShadowOrder order, OrderEvent happening) => happening switch
    {
        OrderArmed => OrderState.SendArmed,
        OrderDenied => OrderState.Denied,
        OrderAcknowledged or OrderCancelRefused => order.Filled > 0 ? OrderState.PartiallyFilled : OrderState.Working,
        OrderRejected => OrderState.Rejected,
        OrderNotSent => OrderState.NotSent,
        OrderOutcomeUnknown => OrderState.Unknown,
        OrderCancelArmed => OrderState.CancelArmed,
        OrderCancelled => OrderState.Cancelled,
        OrderExpired => OrderState.Expired,
        OrderNeverArrived => OrderState.NeverArrived,
        OrderQuarantined => OrderState.Quarantined,
        FillBooked when !order.IsLive => order.State,
        FillBooked when order.Remaining == 0 => OrderState.Filled,
        FillBooked when order.State != OrderState.CancelArmed => OrderState.PartiallyFilled,
        _ => order.State,
    };

    private static void Move(ShadowAccount account, VenueFill fill, DateTimeOffset at) =>
        account.Moves[fill.Market.Asset] = account.Moves[fill.Market.Quote] = account.Moves[fill.FeeAsset] = at;
}
