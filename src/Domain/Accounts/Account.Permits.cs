using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

/// <summary>What became of one request for a permit.</summary>
public abstract record PermitDecision(string IntentId)
{
    /// <summary>To be journaled before it counts; then the order may be sent once, until the deadline.</summary>
    public sealed record Grant(string IntentId, OrderArmed Armed) : PermitDecision(IntentId);

    /// <summary>Not now: the gate says why, and it may be asked for again.</summary>
    public sealed record Defer(string IntentId, string Gate, string Reason) : PermitDecision(IntentId);

    /// <summary>Never: the intent ends with this.</summary>
    public sealed record Refuse(string IntentId, OrderDenied Denied) : PermitDecision(IntentId);
}

/// <param name="Events">To be journaled in one append.</param>
public sealed record PermitRound(IReadOnlyList<PermitDecision> Decisions, IReadOnlyList<AccountEvent> Events);

public sealed partial record Account
{
    /// <summary>
    /// Judges several intents in one round, sells before buys, each on the state the earlier ones leave: a permit given in the same round
    /// is a reservation already.
    /// </summary>
    /// <param name="sendTime">How long the sender may take; the shorter of the protocol's deadline and what the lease leaves.</param>
    public PermitRound DecidePermits(IReadOnlyList<string> intentIds, Circumstances circumstances, TimeSpan sendTime)
    {
        var draft = new Draft(this);
        var decisions = new List<PermitDecision>();
        var known = intentIds.Where(Orders.ContainsKey).Select(id => Orders[id]);
        foreach (var order in known.OrderByDescending(order => order.Side).ThenBy(order => order.IntentId, StringComparer.Ordinal))
        {
            var decision = draft.Account.DecidePermit(order, circumstances, sendTime);
            decisions.Add(decision);
            if (decision is PermitDecision.Grant grant)
            {
                draft.Add(grant.Armed);
            }
            else if (decision is PermitDecision.Refuse refuse)
            {
                draft.Add(refuse.Denied);
            }
        }

        return new PermitRound(decisions, draft.Events);
    }

    /// <summary>
    /// The arming append met a halted scope, so nothing of the round happened: what the scope stops is denied, the rest may be asked for again.
    /// </summary>
    public PermitRound RefuseHalted(IReadOnlyList<string> intentIds, string scope, DateTimeOffset now)
    {
        var denials = intentIds.Where(id => Orders.GetValueOrDefault(id) is { State: OrderState.Planned } order
                && (order.Side == TradeSide.Buy || !HaltScope.IsOfBuys(scope)))
            .Select(id => new OrderDenied(now, id, "halt", $"{scope} is halted")).ToList();
        return new PermitRound([.. denials.Select(denied => new PermitDecision.Refuse(denied.IntentId, denied))], denials);
    }

    private PermitDecision DecidePermit(Order order, Circumstances circumstances, TimeSpan sendTime)
    {
        if (sendTime <= TimeSpan.Zero)
        {
            return new PermitDecision.Defer(order.IntentId, "lease", "too little is left of the lease to send");
        }

        var plan = Executions[order.DecisionId];
        var input = new GateInput(this, circumstances, plan, order)
        {
            FoundRules = circumstances.Readings.RulesOf(order.Market), FoundQuote = circumstances.Readings.QuoteOf(order.Market),
        };
        if (FirstObjection(RiskGates.BeforeSizing, input) is { } early)
        {
            return early;
        }

        SizedOrder sized;
        try
        {
            sized = OrderSizing.Size(this, circumstances, plan.Terms, order, input.Rules, input.Quote);
        }
        catch (Exception error) when (error is ArithmeticException or InvalidOperationException)
        {
            return new PermitDecision.Refuse(
                order.IntentId, new OrderDenied(input.Now, order.IntentId, "size", $"the order cannot be sized: {error.Message}"));
        }

        return FirstObjection(RiskGates.AfterSizing, input with { FoundSize = sized })
            ?? new PermitDecision.Grant(order.IntentId, Armed(order, circumstances, plan.Terms, sized, input.Quote, sendTime));
    }

    private static PermitDecision? FirstObjection(IReadOnlyList<RiskGate> gates, GateInput input)
    {
        foreach (var gate in gates)
        {
            switch (gate.Judge(input))
            {
                case GateVerdict.Wait wait:
                    return new PermitDecision.Defer(input.Order.IntentId, gate.Name, wait.Reason);
                case GateVerdict.Deny deny:
                    return new PermitDecision.Refuse(
                        input.Order.IntentId, new OrderDenied(input.Now, input.Order.IntentId, gate.Name, deny.Reason));
            }
        }

        return null;
    }

    private static OrderArmed Armed(
        Order order, Circumstances circumstances, ExecutionTerms terms, SizedOrder sized, Quote quote, TimeSpan sendTime)
    {
        var (now, readings) = (circumstances.Now, circumstances.Readings);
        var inForce = sized.Type == OrderType.Limit && circumstances.Policy.Supports(terms.TimeInForce) ? terms.TimeInForce : TimeInForce.GoodTilCancelled;
        var request = new OrderRequest(
            order.ClientOrderId, order.Market, order.Side, sized.Type, sized.Quantity, sized.LimitPrice, inForce,
            inForce == TimeInForce.GoodTilDate ? now + terms.Timeout : null);
        return new OrderArmed(
            now, order.IntentId, request, sized.SizeLimit, sized.Reservation, now + sendTime, readings.BalancesReadAt!.Value,
            readings.MarketsReadAt!.Value, quote);
    }
}
