using System.Collections.Immutable;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

/// <summary>What a decision's trade came to over all its orders.</summary>
/// <param name="Fees">Paid, by asset.</param>
/// <param name="State">State of the last order; Filled when the whole quantity is.</param>
public sealed record IntentOutcome(
    PlannedIntent Intent, decimal Filled, decimal AveragePrice, ImmutableSortedDictionary<string, decimal> Fees, int Fills, OrderState State,
    string? Reason);

public sealed partial record Account
{
    public static IReadOnlyList<AccountEvent> Open(string id, string venue, string kind, DateTimeOffset now) =>
        [new AccountOpened(now, id, venue, kind)];

    /// <summary>Takes a decision in: the first intent of every trade is planned. A decision already taken adds nothing.</summary>
    public IReadOnlyList<AccountEvent> Accept(ExecutionPlan plan, Circumstances circumstances)
    {
        if (Executions.ContainsKey(plan.DecisionId))
        {
            return [];
        }

        var slices = plan.Trades.Select(trade => circumstances.Readings.RulesOf(trade.Market) is { } rules
            ? OrderSlicing.Count(rules, trade.Quantity, trade.ReferencePrice, plan.Terms.Slices)
            : 1).ToList();
        var orders = plan.Trades.Select((trade, index) => (trade, index)).Where(entry => IsSound(plan, entry.trade)).Select(entry =>
        {
            var (trade, index) = entry;
            var rules = circumstances.Readings.RulesOf(trade.Market);
            var quantity = rules is null ? trade.Quantity
                : OrderSlicing.First(rules, trade.Quantity, slices[index]);
            return NewOrder(trade, trade.IntentId, plan.DecisionId, quantity, circumstances.Now, rules, circumstances.Now);
        });
        return
        [
            new ExecutionAccepted(circumstances.Now, plan with { AcceptedAt = circumstances.Now, Slices = slices }),
            new IntentsPlanned(circumstances.Now, [.. orders]),
        ];
    }

    /// <summary>Plans the next intent of a trade, once the one before has ended; adds nothing when it has not, or the decision is over.</summary>
    public IReadOnlyList<AccountEvent> PlanNext(string rootIntentId, decimal quantity, DateTimeOffset notBefore, Circumstances circumstances)
    {
        var earlier = OrdersOfTrade(rootIntentId);
        if (earlier.Count == 0 || earlier.Any(order => !order.IsTerminal))
        {
            return [];
        }

        var plan = Executions[earlier[0].DecisionId];
        if (plan.CompletedAt is not null || circumstances.Now >= plan.ExpiresAt || Paused || TradingState == TradingState.Halted)
        {
            return [];
        }

        var trade = plan.Trades.First(planned => planned.IntentId == rootIntentId);
        var order = NewOrder(
            trade, $"{rootIntentId}.{earlier.Count + 1}", plan.DecisionId, quantity, notBefore,
            circumstances.Readings.RulesOf(trade.Market), circumstances.Now);
        return [new IntentsPlanned(circumstances.Now, [order])];
    }

    /// <summary>Ends intents that were planned and provably never sent.</summary>
    public IReadOnlyList<AccountEvent> ExpirePlanned(IReadOnlyList<string> intentIds, string reason, DateTimeOffset now) =>
        [.. intentIds.Where(id => Orders.GetValueOrDefault(id)?.State == OrderState.Planned).Select(id => new OrderExpired(now, id, reason))];

    /// <summary>
    /// Closes a decision of which nothing is left to do; adds nothing while something is. Balances must reflect its orders first, or the
    /// portfolio would plan again what has just been done; books that never agree do not hold a decision beyond its expiry.
    /// </summary>
    public IReadOnlyList<AccountEvent> Finish(string decisionId, DateTimeOffset now) =>
        Executions.GetValueOrDefault(decisionId) is { CompletedAt: null } plan
        && OrdersOf(decisionId).All(order => order.State == OrderState.Quarantined
            || (order.IsTerminal && (order.Reservation is null || now >= plan.ExpiresAt)))
            ? [new ExecutionFinished(now, decisionId)]
            : [];

    /// <summary>Orders of one trade, in the order they were planned.</summary>
    public IReadOnlyList<Order> OrdersOfTrade(string rootIntentId) => ExecutionTactics.OfTrade(Orders.Values, rootIntentId);

    public IReadOnlyList<IntentOutcome> OutcomesOf(string decisionId) =>
        [.. Executions[decisionId].Trades.Select(trade =>
            Outcome(trade, ExecutionTactics.OfTrade(OrdersOf(decisionId), trade.IntentId)))];

    /// <summary>An intent id that was used before would be sent under a client id that was used before.</summary>
    private bool IsSound(ExecutionPlan plan, PlannedIntent trade) =>
        trade is { Quantity: > 0, ReferencePrice: > 0 } && !Orders.ContainsKey(trade.IntentId)
        && plan.Trades.Count(other => other.IntentId == trade.IntentId) == 1;

    private static IntentOutcome Outcome(PlannedIntent trade, IReadOnlyList<Order> orders)
    {
        if (orders.Count == 0)
        {
            return new IntentOutcome(
                trade, 0, 0, ImmutableSortedDictionary<string, decimal>.Empty, 0, OrderState.Denied,
                "its id was used before, or quantity or price is not positive");
        }

        var filled = orders.Sum(order => order.Filled);
        var fees = orders.SelectMany(order => order.Fees).GroupBy(fee => fee.Key)
            .ToImmutableSortedDictionary(group => group.Key, group => group.Sum(fee => fee.Value));
        var (last, whole) = (orders[^1], filled >= trade.Quantity);
        return new IntentOutcome(
            trade, filled, filled == 0 ? 0 : orders.Sum(order => order.FilledNotional) / filled, fees, orders.Sum(order => order.Fills),
            whole ? OrderState.Filled : last.State, whole ? null : last.Reason ?? Shrunk(last));
    }

    private static string? Shrunk(Order order) => order.SizeLimit switch
    {
        SizeLimit.Cash => "shrunk to the confirmed cash",
        SizeLimit.Holding => "shrunk to the free holding",
        _ => null,
    };

    private Order NewOrder(
        PlannedIntent trade, string intentId, string decisionId, decimal quantity, DateTimeOffset notBefore, MarketRules? rules,
        DateTimeOffset now) => new()
    {
        IntentId = intentId,
        RootIntentId = trade.IntentId,
        DecisionId = decisionId,
        ClientOrderId = ClientOrderId.For(Id, intentId),
        Market = trade.Market,
        Side = trade.Side,
        Quantity = quantity,
        ReferencePrice = trade.ReferencePrice,
        PlannedAt = now,
        NotBefore = notBefore,
        ChangedAt = now,
        Reservation = rules is not null ? OrderSizing.WorstCase(rules, trade.Side, quantity, trade.ReferencePrice)
            : trade.Side == TradeSide.Sell ? new Reservation(trade.Market.Asset, quantity)
            : new Reservation(trade.Market.Quote, quantity * trade.ReferencePrice),
    };
}
