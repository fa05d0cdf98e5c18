using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Runtime.Actors;
using Rebalancer.Venues;

namespace Rebalancer.Actors.Orders;

/// <summary>
/// Works one decision in one account. It holds tactics only: the account, its parent, plans, permits and books, and tells it where the
/// orders stand. It sends for a permit just given and never otherwise, so a new incarnation sends nothing of an older one.
/// </summary>
internal sealed class OrderManager(IVenue venue, OrderTimings timings) : Actor
{
    private readonly SortedSet<string> _sent = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _waiting = new(StringComparer.Ordinal);
    private OrdersChanged? _latest;
    private bool _isAsking;

    protected override ValueTask PreStartAsync()
    {
        Context.StartPeriodicTimer("look", Look.Instance, timings.TacticsInterval);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask ReceiveAsync(object message)
    {
        switch (message)
        {
            case OrdersChanged changed:
                _latest = changed;
                TakeSteps(asksAgain: false);
                break;
            case PermitsDecided decided:
                _isAsking = false;
                foreach (var decision in decided.Decisions)
                {
                    OnDecided(decision, decided.Deadline);
                }

                TakeSteps(asksAgain: false);
                break;
            case Look:
                TakeSteps(asksAgain: true);
                break;
            case SendEnded ended:
                Context.Parent.Tell(new ReportSend(ended.IntentId, ended.Outcome), Context.Self);
                break;
            default:
                Context.Log.LogWarning("The order manager {Manager} has no use for a {Message}", Context.Self.Path, message.GetType().Name);
                break;
        }

        return ValueTask.CompletedTask;
    }

    protected override object? DescribeState() => new { Sent = _sent.ToList(), Waiting = _waiting };

    /// <param name="asksAgain">Whether deferred permits are asked for again: at each look, or account and manager would talk in a circle.</param>
    private void TakeSteps(bool asksAgain)
    {
        if (_latest is not { } view)
        {
            return;
        }

        var input = new TacticInput(
            view.Plan, view.Orders, Context.Clock.GetUtcNow(), timings,
            market => view.Rules.FirstOrDefault(rules => rules.Market == market), _waiting, view.MayTrade);
        foreach (var step in ExecutionTactics.Next(input))
        {
            if (step is not TacticStep.AskPermits ask)
            {
                Context.Parent.Tell(new TakeStep(view.Plan.DecisionId, step), Context.Self);
            }
            else if (!_isAsking && ask.IntentIds.Where(id => asksAgain || !_waiting.ContainsKey(id)).ToList() is { Count: > 0 } intents)
            {
                _isAsking = true;
                Context.Parent.Tell(new RequestPermits(view.Plan.DecisionId, intents), Context.Self);
            }
        }
    }

    private void OnDecided(PermitDecision decision, SendDeadline deadline)
    {
        _waiting.Remove(decision.IntentId);
        switch (decision)
        {
            case PermitDecision.Grant grant:
                Send(grant.Armed, deadline);
                break;
            case PermitDecision.Defer defer:
                _waiting[defer.IntentId] = $"{defer.Gate}: {defer.Reason}";
                break;
        }
    }

    /// <summary>The one send of an intent; what it came to is the account's to judge.</summary>
    private void Send(OrderArmed armed, SendDeadline deadline)
    {
        if (!_sent.Add(armed.IntentId))
        {
            throw new InvalidOperationException($"intent {armed.IntentId} was granted a second send");
        }

        Context.PipeToSelf(
            cancellation => venue.PlaceAsync(armed.Request, deadline, cancellation),
            outcome => new SendEnded(armed.IntentId, outcome),
            error => new SendEnded(armed.IntentId, new SendOutcome.Ambiguous(error.Message)));
    }

    private sealed record Look
    {
        public static Look Instance { get; } = new();
    }

    private sealed record SendEnded(string IntentId, SendOutcome Outcome);
}
