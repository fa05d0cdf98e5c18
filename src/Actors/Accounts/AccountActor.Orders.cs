using Rebalancer.Actors.Orders;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Venues;

namespace Rebalancer.Actors.Accounts;

/// <summary>Decisions taken in, permits granted, managers kept informed.</summary>
public sealed partial class AccountActor
{
    private readonly SortedDictionary<string, DateTimeOffset> _cancelsAskedAt = new(StringComparer.Ordinal);

    private DateTimeOffset _quarantinedAskedAt;

    private bool IsQuarantineDue => Now - _quarantinedAskedAt >= Timings.QuarantineInterval;

    /// <summary>A quarantined order is asked about now and then: it may stay one for days, and the venue's budget is for the others.</summary>
    private List<Order> OrdersToAskAbout()
    {
        var isQuarantineDue = IsQuarantineDue;
        _quarantinedAskedAt = isQuarantineDue ? Now : _quarantinedAskedAt;
        return [.. _account.LiveOrders.Where(order => isQuarantineDue || order.State != OrderState.Quarantined)];
    }

    private async ValueTask OnExecuteAsync(ExecuteDecision execute)
    {
        var terms = new ExecutionTerms(
            execute.Style.Type, TimeSpan.FromSeconds(execute.Style.TimeoutSeconds), execute.Style.Slices, execute.Style.PriceCollar,
            execute.Style.MaxOrderNotional, execute.Style.Limits, execute.Style.TimeInForce,
            execute.Style.RepriceSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        var trades = execute.Trades
            .Select(trade => new PlannedIntent(trade.IntentId, trade.Market, trade.Side, trade.Quantity, trade.ReferencePrice)).ToList();
        var plan = new ExecutionPlan(
            execute.PortfolioId, execute.DecisionId, Now, execute.ExpiresAt, execute.Scopes, terms, trades, []);
        await CommitAsync(_account.Accept(plan, Circumstances));
    }

    private async ValueTask OnRequestPermitsAsync(RequestPermits request)
    {
        var manager = Context.Sender;
        var asked = Uptime.Milliseconds;
        var lease = _settings.LeaseRemaining?.Invoke() - Timings.LeaseMargin;
        var sendTime = lease < Timings.SendDeadline ? lease.Value : Timings.SendDeadline;
        var deadline = new SendDeadline(Uptime, asked + (long)sendTime.TotalMilliseconds);
        var round = _account.DecidePermits(request.IntentIds, Circumstances, sendTime);
        IReadOnlyList<string> scopes = _account.Executions[request.DecisionId].Scopes;
        var arms = round.Events.Any(e => e is OrderArmed);
        if (round.Events.Any(e => e is OrderArmed { Request.Side: TradeSide.Buy }))
        {
            scopes = [.. scopes, .. scopes.Select(HaltScope.BuysOf)];
        }

        var result = await CommitAsync(round.Events, arms ? new PersistOptions { HaltScopes = scopes } : null);
        if (result is PersistResult.Halted halted)
        {
            round = _account.RefuseHalted(request.IntentIds, halted.Scope, Now);
            await CommitAsync(round.Events);
        }

        PollWhatIsStale(round.Decisions);
        manager.Tell(new PermitsDecided(round.Decisions, deadline), Context.Self);
    }

    /// <summary>An order does not wait for the next poll, which may be far away; one that failed is left to its timer.</summary>
    private void PollWhatIsStale(IReadOnlyList<PermitDecision> decisions)
    {
        foreach (var gate in decisions.OfType<PermitDecision.Defer>().Select(deferred => deferred.Gate).Distinct())
        {
            Reading? reading = gate switch
            {
                RiskGates.BalancesAge => Reading.Balances,
                RiskGates.PriceAge => Reading.Quotes,
                _ => null,
            };
            if (reading is { } stale && !_rounds.HasFailed(stale))
            {
                Poll(stale);
            }
        }
    }

    private async ValueTask OnStepAsync(TakeStep take)
    {
        switch (take.Step)
        {
            case TacticStep.AskCancel cancel:
                await CancelAsync(cancel.IntentId, cancel.Reason);
                break;
            case TacticStep.PlanNext next:
                await CommitAsync(_account.PlanNext(next.RootIntentId, next.Quantity, next.NotBefore, Circumstances));
                break;
            case TacticStep.Expire expire:
                await CommitAsync(_account.ExpirePlanned(expire.IntentIds, expire.Reason, Now));
                break;
            case TacticStep.Finish:
                await FinishAsync(take.DecisionId);
                break;
        }
    }

    private async ValueTask FinishAsync(string decisionId)
    {
        var events = _account.Finish(decisionId, Now);
        if (events.Count == 0)
        {
            return;
        }

        var plan = _account.Executions[decisionId];
        var completed = AccountReports.Completed(_account, decisionId);
        await CommitAsync(events, new PersistOptions
        {
            Outgoing = [new OutgoingMessage($"portfolio/{plan.PortfolioId}", completed)], CorrelationId = decisionId,
        });
        if (Context.Child(ManagerName(decisionId)) is { } manager)
        {
            Context.Stop(manager);
        }
    }

    private async ValueTask CancelAsync(string intentId, string reason)
    {
        var events = _account.RequestCancel(intentId, reason, Now);
        await CommitAsync(events);
        if (events.Count > 0)
        {
            AskCancel(_account.Orders[intentId]);
        }
    }

    /// <summary>A cancel may be repeated: only evidence of its end stops the asking.</summary>
    private void RepeatCancels()
    {
        var armed = _account.LiveOrders.Where(order => order.State == OrderState.CancelArmed).ToList();
        foreach (var ended in _cancelsAskedAt.Keys.Except(armed.Select(order => order.IntentId)).ToList())
        {
            _cancelsAskedAt.Remove(ended);
        }

        foreach (var order in armed)
        {
            if (!_cancelsAskedAt.TryGetValue(order.IntentId, out var askedAt) || Now - askedAt >= Timings.CancelRepeat)
            {
                AskCancel(order);
            }
        }
    }

    private void AskCancel(Order order)
    {
        _cancelsAskedAt[order.IntentId] = Now;
        Context.PipeToSelf(
            token => Venue.CancelAsync(order.ClientOrderId, order.Market, token),
            outcome => new AccountMessage.CancelAnswered(order.IntentId, outcome),
            _ => new AccountMessage.CancelAnswered(order.IntentId, CancelOutcome.Ambiguous));
    }

    private void TellManagers(IReadOnlyList<AccountEvent> events)
    {
        var touched = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var accountEvent in events)
        {
            touched.UnionWith(accountEvent switch
            {
                OrderEvent order => _account.Orders.TryGetValue(order.IntentId, out var known) ? [known.DecisionId] : [],
                ExecutionAccepted accepted => [accepted.Plan.DecisionId],
                IntentsPlanned planned => planned.Orders.Select(order => order.DecisionId),
                AccountHalted or AccountReducing or AccountResumed or AccountPaused => _account.Executions.Keys,
                _ => [],
            });
        }

        foreach (var plan in touched.Select(id => _account.Executions[id]).Where(plan => plan.CompletedAt is null))
        {
            TellManager(plan);
        }
    }

    private void TellManager(ExecutionPlan plan)
    {
        var name = ManagerName(plan.DecisionId);
        var manager = Context.Child(name)
            ?? Context.Spawn(new Props(() => new OrderManager(Venue, Timings)), name);
        var mayTrade = !_account.Paused && _account.TradingState != TradingState.Halted;
        var rules = plan.Trades.Select(trade => _readings.RulesOf(trade.Market)).OfType<MarketRules>().ToList();
        manager.Tell(new OrdersChanged(plan, _account.OrdersOf(plan.DecisionId), rules, mayTrade), Context.Self);
    }

    private UptimeClock Uptime => _settings.Uptime ?? UptimeClock.Of(Context.Clock);

    /// <summary>A path has slashes of its own.</summary>
    private static string ManagerName(string decisionId) => $"orders-{decisionId.Replace('/', '-')}";
}
