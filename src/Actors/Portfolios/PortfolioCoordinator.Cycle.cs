using Microsoft.Extensions.Logging;
using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.Portfolios;

/// <summary>A cycle: read every account, look, solve, decide.</summary>
public sealed partial class PortfolioCoordinator
{
    private void Begin(Cycle cycle)
    {
        _cycle = cycle;
        var accounts = Settings.Accounts.Select(id => Context.System.Entity($"account/{id}")).ToList();
        var timeout = _settings.ReadTimeout;
        Context.PipeToSelf(
            async token =>
            {
                var reports = await Task.WhenAll(accounts.Select(account => ReadAsync(account, timeout, token)));
                var halts = await _journal.ReadHaltsAsync(token);
                return new CoordinatorMessage.Gathered(cycle, [.. reports.OfType<AccountReport>()], [.. halts.Select(halt => halt.Scope)]);
            },
            gathered => gathered,
            error => new CoordinatorMessage.CycleFailed(cycle, error));
    }

    /// <summary>Null when the account does not answer in time: its last report then counts, with its age.</summary>
    private static async Task<AccountReport?> ReadAsync(IActorRef account, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await account.AskAsync<AccountReport>(new GetAccountReport(Refresh: true), timeout, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or ActorBusyException)
        {
            return null;
        }
    }

    private async ValueTask OnGatheredAsync(Cycle cycle)
    {
        await JoinAsync();
        switch (cycle)
        {
            case Cycle.Complete:
                await CompleteAsync();
                EndCycle();
                break;
            case Cycle.Fetch fetch:
                Look(new Trigger(TriggerKind.Manual, "asked for fresh data"));
                fetch.Asker.Tell(View(), Context.Self);
                EndCycle();
                break;
            case Cycle.Check or Cycle.Rebalance or Cycle.Apply when NeedsTargets:
                GatherHistory(cycle);
                break;
            case Cycle.Check:
                await LookAndSolveAsync(cycle, null);
                break;
            case Cycle.Rebalance rebalance:
                await LookAndSolveAsync(cycle, new Trigger(TriggerKind.Manual, $"{rebalance.Command.Who}: {rebalance.Command.Why}"));
                break;
            case Cycle.Apply apply when Waiting(apply.Command.DecisionId) is { } waiting:
                await LookAndSolveAsync(cycle, new Trigger(TriggerKind.Manual, $"{apply.Command.Who} applied {waiting.DecisionId}, made because {waiting.Trigger.Detail}"));
                break;
            case Cycle.Apply apply:
                Refuse(cycle, $"no decision {apply.Command.DecisionId} waits for approval; see: rebalancer decisions");
                EndCycle();
                break;
        }
    }

    /// <param name="commanded">Null: the portfolio looks for a cause itself.</param>
    private async ValueTask LookAndSolveAsync(Cycle cycle, Trigger? commanded)
    {
        if (IsEndedByPause(cycle))
        {
            return;
        }

        if (_state.Open?.Dispatched is { } executing)
        {
            Refuse(cycle, $"decision {executing.DecisionId} is being executed; wait for it, or halt");
            EndCycle();
            return;
        }

        if (Look(commanded ?? new Trigger(TriggerKind.DriftBand, "")) is not Preparation.Ready look)
        {
            Refuse(cycle, $"it cannot be decided now: {string.Join("; ", _waitingFor)}");
            EndCycle();
            return;
        }

        if (await ValueAsync(look) is { } halted)
        {
            Refuse(cycle, halted);
            EndCycle();
            return;
        }

        // What nobody commanded is not decided while it could not be sent.
        var cause = commanded ?? (_haltedEverywhere.Contains(HaltScope.Global) ? null : Triggers.Evaluate(_state, look));
        if (cause is not { } trigger)
        {
            EndCycle();
            return;
        }

        look = look with { Request = look.Request with { Trigger = trigger } };
        var place = _settings.Place;
        Context.RunBlocking(
            () => place(look.Problem),
            result => new CoordinatorMessage.Solved(cycle, look, result),
            error => new CoordinatorMessage.CycleFailed(cycle, error));
    }

    private async ValueTask OnSolvedAsync(CoordinatorMessage.Solved solved)
    {
        if (IsEndedByPause(solved.Cycle))
        {
            return;
        }

        if (!Settings.SameAs(solved.Look.Request.Settings))
        {
            // The settings changed while it was being solved: their owner must not see orders of the old ones go out.
            Begin(solved.Cycle);
            return;
        }

        if (solved.Cycle is Cycle.Apply apply)
        {
            await ApplyAsync(apply, solved);
        }
        else
        {
            var hold = solved.Cycle is Cycle.Rebalance { Command.DryRun: true };
            var decided = await DecideAsync(solved, hold ? Sending.Hold : Sending.BySettings);
            Answer(solved.Cycle, decided);
        }

        EndCycle();
    }

    /// <summary>Journals the decision and, in the same append, the orders it sends; a decision that waited for approval gives way to it.</summary>
    private async ValueTask<RebalanceDecided> DecideAsync(CoordinatorMessage.Solved solved, Sending sending, Func<RebalanceDecided, object>? closing = null)
    {
        var events = Deciding.Decide(_state, solved.Look, solved.Result, sending, Now);
        var decided = (RebalanceDecided)events[0];
        if (_state.Open is { Dispatched: null } open)
        {
            object close = closing is not null && decided.Disposition == Disposition.Dispatched
                ? closing(decided)
                : new DecisionSuperseded(open.Decided.DecisionId, decided.DecisionId, Now);
            events = [close, .. events];
        }

        var outgoing = events.OfType<DecisionDispatched>().SelectMany(dispatched => PortfolioMapping.ToMessages(Settings, decided, dispatched)).ToList();
        var scopes = outgoing.Count > 0 ? PortfolioMapping.Scopes(Settings.Id) : [];
        if (await PersistAsync(events, new PersistOptions { Outgoing = outgoing, HaltScopes = scopes, CorrelationId = decided.DecisionId }) is PersistResult.Halted halted)
        {
            decided = decided with { Disposition = Disposition.Refused, RefusedBecause = $"{halted.Scope} is halted; lift it with: rebalancer resume" };
            await PersistAsync([.. events.TakeWhile(@event => @event is not RebalanceDecided).OfType<DecisionSuperseded>(), decided]);
        }

        Context.Log.LogInformation(
            "Portfolio {Portfolio} decided {Decision}: {Disposition}, {Orders} orders, because {Trigger}",
            Settings.Id, decided.DecisionId, decided.Disposition, decided.Plan.Trades.Count, decided.Trigger.Detail);
        return decided;
    }
}
