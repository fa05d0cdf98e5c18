using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Simulation.Observing;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation.Invariants;

/// <summary>1: per intent at most one send ever and at most one live venue order; fills stay within what was intended, or halt the account.</summary>
internal sealed class OneOrderPerIntent() : Invariant(1, "one order per intent")
{
    public override void After(Observation observation, ShadowBooks books)
    {
        switch (observation)
        {
            case Observation.SendStarted started when books.Of(started.Account).ByClientId.TryGetValue(started.Order.ClientOrderId, out var order) && order.Sends > 1:
                Report(started.At, $"{order.Planned.IntentId} of {started.Account} was sent {order.Sends} times");
                break;
            case Observation.BookChanged { Event: OrderAccepted accepted } changed when ClientOrderId.IsOurs(accepted.Order.ClientOrderId):
                OnAccepted(changed, accepted, books.Of(changed.Account));
                break;
            case Observation.Appended appended when ShadowBooks.AccountOf(appended.Entity) is { } account:
                OnFills(appended, books.Of(account));
                break;
        }
    }

    private void OnAccepted(Observation.BookChanged changed, OrderAccepted accepted, ShadowAccount account)
    {
        var (id, book) = (accepted.Order.ClientOrderId, account.Book!);
        if (book.Open.Values.Concat(book.Closed.Values).Count(order => order.Request.ClientOrderId == id) > 1)
            Report(changed.At, $"the venue has two orders {id} of {changed.Account}");
        if (!account.ByClientId.TryGetValue(id, out var order))
            return;
        // A retry of a trade while its earlier order can still fill would trade it twice.
        var root = order.Planned.RootIntentId;
        var other = book.Open.Values.FirstOrDefault(open => open.Number != accepted.Number
            && account.ByClientId.TryGetValue(open.Request.ClientOrderId, out var earlier) && earlier.Planned.RootIntentId == root);
        if (other is not null && account.TradingState != TradingState.Halted)
            Report(changed.At, $"{root} of {changed.Account} has two live orders, {other.Request.ClientOrderId} and {id}");
    }

    private void OnFills(Observation.Appended appended, ShadowAccount account)
    {
        foreach (var booked in appended.Events.OfType<FillBooked>())
        {
            if (account.Orders.TryGetValue(booked.IntentId, out var order) && order.Filled > (order.Armed?.Request.Quantity ?? 0)
                && account.TradingState != TradingState.Halted)
            {
                Report(appended.At, $"{booked.IntentId} is filled {order.Filled} and its account trades on");
            }
        }
    }
}

/// <summary>
/// 2: every venue order of ours is one journaled intent's; nothing is sent without an earlier durable permit given under the epoch of then,
/// and nothing after the permit's deadline, save what a pause delayed after the check.
/// </summary>
internal sealed class EverySendIsArmed() : Invariant(2, "every send is armed")
{
    private readonly SortedDictionary<string, DateTimeOffset> _takenOver = new(StringComparer.Ordinal);

    public override void Before(Observation observation, ShadowBooks books)
    {
        if (observation is Observation.SendStarted started)
            OnSend(started, books);
    }

    public override void After(Observation observation, ShadowBooks books)
    {
        switch (observation)
        {
            case Observation.BookChanged { Event: OrderAccepted accepted } changed
                when ClientOrderId.IsOurs(accepted.Order.ClientOrderId) && !books.Of(changed.Account).ByClientId.ContainsKey(accepted.Order.ClientOrderId):
                Report(changed.At, $"order {accepted.Order.ClientOrderId} of {changed.Account} is no journaled intent's");
                break;
            case Observation.Appended appended when appended.Epoch != appended.CurrentEpoch:
                Report(appended.At, $"{appended.Entity} was written under epoch {appended.Epoch}; the lease has {appended.CurrentEpoch}");
                break;
            case Observation.Appended appended when appended.Owner is { } owner && owner != appended.Process:
                Report(appended.At, $"{appended.Entity} was written by {appended.Process}; the lease is {owner}'s");
                break;
            // Who has lost the lease and does not know it reads in vain.
            case Observation.Recovering recovering when recovering.Owner == recovering.Process:
                _takenOver[recovering.Entity] = recovering.At;
                break;
            case Observation.Appended appended when appended.Events.OfType<OrderArmed>().Any():
                OnArmed(appended);
                break;
        }
    }

    private void OnSend(Observation.SendStarted started, ShadowBooks books)
    {
        var account = books.Of(started.Account);
        if (!account.ByClientId.TryGetValue(started.Order.ClientOrderId, out var order) || order.Armed is not { } armed)
        {
            Report(started.At, $"{started.Account} sent {started.Order.ClientOrderId} without a permit");
            return;
        }

        if (order.ArmedBy != started.Process)
            Report(started.At, $"{order.Planned.IntentId} was armed by {order.ArmedBy} and sent by {started.Process}");
        var wasPaused = books.WasPausedSince(started.Process, order.ArmedAt);
        var deadline = order.ArmedAt + OrderTimings.Default.SendDeadline;
        if (started.At > deadline && !wasPaused)
            Report(started.At, $"{order.Planned.IntentId} was sent {(started.At - deadline).TotalSeconds:0.###} s after its deadline");
        if (started.Order with { } != armed.Request && order.Sends == 0)
            Report(started.At, $"{order.Planned.IntentId} was sent as {started.Order}, armed as {armed.Request}");
    }

    /// <summary>A predecessor's last permits run out within the wait.</summary>
    private void OnArmed(Observation.Appended appended)
    {
        if (_takenOver.TryGetValue(appended.Entity, out var taken)
            && appended.At < taken + OrderTimings.Default.StartupWait)
        {
            Report(appended.At, $"{appended.Entity} armed {(appended.At - taken).TotalSeconds:0.###} s after it was taken over");
        }
    }
}

/// <summary>6: every order keeps tick, step, minimum and maximum exactly, and its price is inside the collar around the decision's.</summary>
internal sealed class ExactOrders() : Invariant(6, "orders keep the market's rules")
{
    private readonly SortedDictionary<(string Account, string Market), List<MarketRules>> _rules = [];

    public override void Before(Observation observation, ShadowBooks books)
    {
        if (observation is Observation.RulesGiven given)
        {
            foreach (var rules in given.Rules)
                Known(given.Account, rules.Market).Add(rules);
        }
        else if (observation is Observation.SendStarted started)
        {
            OnSend(started, books.Of(started.Account));
        }
    }

    private void OnSend(Observation.SendStarted started, ShadowAccount account)
    {
        var order = started.Order;
        var price = order.LimitPrice;
        if (!Known(started.Account, order.Market).Any(rules => Keeps(order, rules)))
            Report(started.At, $"{started.Account}: {order.Quantity} at {price?.ToString() ?? "market"} keeps no rules that {order.Market} ever had");
        if (price is { } limit && account.ByClientId.TryGetValue(order.ClientOrderId, out var shadow) && shadow.Plan is { } plan)
        {
            var reference = shadow.Planned.ReferencePrice;
            var distance = order.Side == Domain.Common.TradeSide.Buy ? limit - reference : reference - limit;
            if (distance > reference * plan.Terms.PriceCollar)
                Report(started.At, $"{started.Account}: {limit} is outside the collar of {plan.Terms.PriceCollar} around {reference}");
        }
    }

    private static bool Keeps(OrderRequest order, MarketRules rules)
    {
        var notional = order.Quantity * (order.LimitPrice ?? decimal.MaxValue / 1_000_000_000_000m);
        return order.Quantity > 0 && order.Quantity % rules.LotSize == 0 && order.Quantity >= rules.MinQuantity
            && (order.LimitPrice is not { } price || (price > 0 && price % rules.TickSize == 0 && notional >= rules.MinNotional && !(notional > rules.MaxNotional)))
            && !(order.Quantity > rules.MaxQuantity);
    }

    private List<MarketRules> Known(string account, MarketId market)
    {
        if (!_rules.TryGetValue((account, market.ToString()), out var known))
            _rules.Add((account, market.ToString()), known = []);
        if (known.Count > 64)
            known.RemoveRange(0, 32);
        return known;
    }
}
