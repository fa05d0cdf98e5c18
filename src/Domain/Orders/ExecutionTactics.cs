using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Orders;

/// <summary>What an order manager should ask of its account next.</summary>
public abstract record TacticStep
{
    /// <summary>These intents could be sent now, if the account's gates allow it.</summary>
    public sealed record AskPermits(IReadOnlyList<string> IntentIds) : TacticStep;

    /// <summary>The order has had its time, or its price is no longer the one to work at.</summary>
    public sealed record AskCancel(string IntentId, string Reason) : TacticStep;

    /// <summary>The trade goes on with a further intent.</summary>
    public sealed record PlanNext(string RootIntentId, decimal Quantity, DateTimeOffset NotBefore) : TacticStep;

    /// <summary>These intents were never sent, and never will be.</summary>
    public sealed record Expire(IReadOnlyList<string> IntentIds, string Reason) : TacticStep;

    /// <summary>Nothing is left to do.</summary>
    public sealed record Finish : TacticStep;
}

/// <param name="Rules">Of the trades' markets; a market may be missing before its first reading.</param>
/// <param name="Waiting">Intents whose permit was deferred, by intent, with the gate and reason in words.</param>
/// <param name="MayTrade">False while the account is paused or halted: nothing further is planned.</param>
public sealed record TacticInput(
    ExecutionPlan Plan, IReadOnlyList<Order> Orders, DateTimeOffset Now, OrderTimings Timings, Func<MarketId, MarketRules?> Rules,
    IReadOnlyDictionary<string, string> Waiting, bool MayTrade);

/// <summary>
/// How a decision is worked in one account: sells first, buys once no sell can be armed at once, time-outs end in a cancel, what is left
/// goes on as a new intent. Pure, so that a manager rebuilt after a crash goes on alike.
/// </summary>
public static class ExecutionTactics
{
    /// <summary>Orders one trade may take beyond its slices and their prices.</summary>
    private const int ExtraOrders = 5;

    public static IReadOnlyList<TacticStep> Next(TacticInput input)
    {
        var steps = new List<TacticStep>();
        steps.AddRange(TimedOut(input));
        var planned = input.Orders.Where(order => order.State == OrderState.Planned).ToList();
        if (planned.Count > 0 && input.Now >= input.Plan.ExpiresAt)
        {
            steps.AddRange(planned.Select(order => new TacticStep.Expire([order.IntentId], ExpiryReason(input, order))));
        }
        else if (Askable(input, planned) is { Count: > 0 } askable)
        {
            steps.Add(new TacticStep.AskPermits(askable));
        }

        var orders = input.Orders.ToLookup(order => order.RootIntentId, StringComparer.Ordinal);
        var nexts = input.Plan.Trades
            .Select((trade, index) => Continuation(input, trade, orders[trade.IntentId], input.Plan.Slices[index])).OfType<TacticStep>().ToList();
        steps.AddRange(nexts);
        if (nexts.Count == 0 && input.Orders.All(order => order.IsTerminal || order.State == OrderState.Quarantined))
        {
            steps.Add(new TacticStep.Finish());
        }

        return steps;
    }

    /// <summary>Orders of one trade in the order they were planned.</summary>
    public static IReadOnlyList<Order> OfTrade(IEnumerable<Order> orders, string rootIntentId) =>
        [.. orders.Where(order => order.RootIntentId == rootIntentId)
            .OrderBy(order => order.IntentId.Length).ThenBy(order => order.IntentId, StringComparer.Ordinal)];

    private static IEnumerable<TacticStep> TimedOut(TacticInput input) => input.Orders
        .Where(order => order.State is OrderState.Working or OrderState.PartiallyFilled
            && input.Now >= order.ArmedAt + TimeOf(order, input)

            // After a refused cancel the venue gets time before it is asked again.
            && (order.Reason is null || input.Now >= order.ChangedAt + input.Timings.CancelRepeat))
        .Select(order => new TacticStep.AskCancel(order.IntentId, $"not filled within {TimeOf(order, input).TotalSeconds:0.###} s"));

    /// <summary>How long an order may work. One that the venue ends by itself is cancelled only when the venue did not.</summary>
    private static TimeSpan TimeOf(Order order, TacticInput input)
    {
        var terms = input.Plan.Terms;
        if (terms.TimeInForce == TimeInForce.ImmediateOrCancel && order.Type == OrderType.Limit)
        {
            return order.TimeInForce == TimeInForce.ImmediateOrCancel ? input.Timings.CancelRepeat : TimeSpan.Zero;
        }

        return terms.Reprice < terms.Timeout ? terms.Reprice.Value
            : order.TimeInForce == TimeInForce.GoodTilDate ? terms.Timeout + input.Timings.CancelRepeat
            : terms.Timeout;
    }

    /// <summary>A buy waits while a sell is live or could be armed now; a sell that has to wait itself does not hold up cash at hand.</summary>
    private static List<string> Askable(TacticInput input, List<Order> planned)
    {
        var due = planned.Where(order => order.NotBefore <= input.Now).ToList();
        var isSelling = input.Orders.Any(order => order.Side == TradeSide.Sell
            && (order.State is OrderState.SendArmed or OrderState.Working or OrderState.PartiallyFilled or OrderState.CancelArmed
                || (due.Contains(order) && !input.Waiting.ContainsKey(order.IntentId))));
        return [.. due.Where(order => order.Side == TradeSide.Sell || !isSelling).Select(order => order.IntentId)];
    }

    private static TacticStep.PlanNext? Continuation(TacticInput input, PlannedIntent trade, IEnumerable<Order> ofTrade, int slices)
    {
        // Most looks find an order at work: then nothing is to be put in order.
        if (ofTrade.Any(order => !order.IsTerminal))
        {
            return null;
        }

        var orders = OfTrade(ofTrade, trade.IntentId);
        if (orders.Count == 0 || orders.Count >= MaxOrders(input.Plan.Terms, slices) || !input.MayTrade
            || !GoesOn(orders[^1]) || input.Rules(trade.Market) is not { } rules)
        {
            return null;
        }

        var filled = orders.Sum(order => order.Filled);
        if (!OrderRules.ReachesMinimum(rules, OrderRules.QuantityDown(rules, trade.Quantity - filled), trade.ReferencePrice))
        {
            return null;
        }

        var (quantity, notBefore) = OrderSlicing.Next(
            rules, trade, filled, slices, orders[0].ArmedAt ?? orders[0].PlannedAt, input.Plan.Terms.Timeout, Earliest(input, orders[^1]));
        return notBefore >= input.Plan.ExpiresAt || quantity == 0 ? null : new TacticStep.PlanNext(trade.IntentId, quantity, notBefore);
    }

    /// <summary>What was refused, or not to be had at once, is not asked for again at once.</summary>
    private static DateTimeOffset Earliest(TacticInput input, Order last)
    {
        var waits = last.State is OrderState.Rejected or OrderState.NotSent || input.Plan.Terms.TimeInForce == TimeInForce.ImmediateOrCancel;
        var earliest = waits ? last.ChangedAt + input.Timings.RetryDelay : input.Now;
        return earliest < input.Now ? input.Now : earliest;
    }

    private static int MaxOrders(ExecutionTerms terms, int slices) =>
        slices + ExtraOrders + (terms.Reprice is { } reprice && reprice < terms.Timeout ? slices * (int)(terms.Timeout / reprice) : 0);

    /// <summary>False where a further order would meet the same end: denied, never sent in time, or shrunk for lack of funds.</summary>
    private static bool GoesOn(Order last) => last.State switch
    {
        OrderState.Denied => false,
        OrderState.Expired => last.ArmedAt is not null,
        OrderState.Filled => last.SizeLimit is SizeLimit.None or SizeLimit.Maximum,
        _ => true,
    };

    private static string ExpiryReason(TacticInput input, Order order) =>
        input.Waiting.TryGetValue(order.IntentId, out var reason) ? $"expired waiting: {reason}" : "expired before a permit was asked";
}
