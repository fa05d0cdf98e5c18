using Microsoft.Extensions.Logging;
using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.Portfolios;

/// <summary>What people and settings ask of a portfolio, and its answers.</summary>
public sealed partial class PortfolioCoordinator
{
    private RebalanceDecided? Waiting(string decisionId) =>
        _state.Open is { Dispatched: null } open && open.Decided.DecisionId == decisionId ? open.Decided : null;

    private async ValueTask ApplyAsync(Cycle.Apply apply, CoordinatorMessage.Solved solved)
    {
        // Another command may have replaced the decision while the accounts were read; then what was approved is not what waits.
        if (Waiting(apply.Command.DecisionId) is not { } waiting)
        {
            Refuse(apply, $"decision {apply.Command.DecisionId} no longer waits for approval; see: rebalancer decisions");
            return;
        }

        var change = apply.Command.AcceptChanges ? null : Deciding.DiffersBeyondCollar(waiting, solved.Result.Plan);
        if (change is not null)
        {
            var fresh = await DecideAsync(solved, Sending.Hold);
            apply.Asker.Tell(
                new RebalanceAnswer(
                    fresh.DecisionId, $"not applied, since {change}; the new plan is {fresh.DecisionId}: look at it and apply that one", Refused: true, fresh.Plan),
                Context.Self);
            return;
        }

        var decided = await DecideAsync(
            solved, Sending.Approved, applied => new DecisionApplied(waiting.DecisionId, applied.DecisionId, apply.Command.Who, Now));
        Answer(apply, decided);
    }

    private async ValueTask<string?> ChangeSettingsAsync(PortfolioSettings settings, string who)
    {
        var errors = SettingsRules.Check(settings).ToList();
        if (settings.Id != _settings.Portfolio.Id)
        {
            errors.Add($"id: these are settings of {settings.Id}, this is {_settings.Portfolio.Id}");
        }

        ScheduleSlots? schedule = null;
        try
        {
            schedule = settings.Schedule is null ? null : ScheduleSlots.Parse(settings.Schedule);
        }
        catch (FormatException exception)
        {
            errors.Add(exception.Message);
        }

        if (errors.Count > 0)
        {
            return string.Join("; ", errors);
        }

        if (_state.Settings?.SameAs(settings) != true)
        {
            var left = _state.Joined.Except(settings.Accounts).Select(id => (object)new AccountLeft(id, Now));
            var loosened = _state.Settings is { } before ? LimitChanges.Loosened(before.Limits, settings.Limits) : [];
            if (loosened.Count > 0)
            {
                Context.Log.LogWarning(
                    "Portfolio {Portfolio}: {Who} loosened {Limits}, because {Why}", settings.Id, who, string.Join(", ", loosened),
                    settings.Limits.Reason ?? "(limits.reason does not say)");
            }

            await PersistAsync([new PortfolioSettingsChanged(settings, who, Now, settings.Limits.Reason, loosened), .. left]);
            // What kept the old targets from being computed need not keep the new ones.
            _targetsRetryAt = default;
            foreach (var id in _readings.Keys.Except(settings.Accounts).ToList())
            {
                _readings.Remove(id);
            }
        }

        _schedule = schedule;
        return null;
    }

    private async ValueTask<string?> HaltAsync(HaltPortfolio halt)
    {
        var scope = HaltScope.Of(HaltScope.Portfolio(Settings.Id), halt.BuysOnly);
        await PersistAsync(
            [new TradingHalted(scope, halt.Who, halt.Why, Now)], new PersistOptions { HaltChanges = [new HaltChange(scope, true, halt.Who, halt.Why)] });
        return null;
    }

    private async ValueTask<string?> ResumeAsync(string who, string why)
    {
        var own = HaltScope.Portfolio(Settings.Id);
        string[] scopes = [own, HaltScope.BuysOf(own)];
        var halted = scopes.Where(_state.Halts.ContainsKey).DefaultIfEmpty(own).ToList();
        await PersistAsync(
            [.. halted.Select(scope => new TradingResumed(scope, who, why, Now))],
            new PersistOptions { HaltChanges = [.. halted.Select(scope => new HaltChange(scope, false, who, why))] });
        return null;
    }

    private async ValueTask AnswerAsync(Func<ValueTask<string?>> command)
    {
        var asker = Context.Sender;
        var error = await command();
        asker.Tell(new CommandAnswer(error), Context.Self);
    }

    private void Answer(Cycle cycle, RebalanceDecided decided)
    {
        var asker = (cycle as Cycle.Rebalance)?.Asker ?? (cycle as Cycle.Apply)?.Asker;
        var message = decided.Disposition switch
        {
            Disposition.Dispatched => $"{decided.DecisionId}: {decided.Plan.Trades.Count} orders were sent out",
            Disposition.Waiting => $"{decided.DecisionId}: {decided.Plan.Trades.Count} orders wait for: rebalancer apply {decided.DecisionId}",
            Disposition.NothingToDo => $"{decided.DecisionId}: there is nothing to do",
            _ => $"{decided.DecisionId} was refused: {decided.RefusedBecause}",
        };
        asker?.Tell(new RebalanceAnswer(decided.DecisionId, message, decided.Disposition == Disposition.Refused, decided.Plan), Context.Self);
    }

    private void OnCycleFailed(CoordinatorMessage.CycleFailed failed)
    {
        Context.Log.LogError(failed.Error, "Portfolio {Portfolio}: no decision could be made", Settings.Id);
        Refuse(failed.Cycle, failed.Error is SolverUnavailableException
            ? failed.Error.Message
            : $"no decision could be made: {failed.Error.Message}");
        EndCycle();
    }

    private void Refuse(Cycle cycle, string message)
    {
        switch (cycle)
        {
            case Cycle.Rebalance rebalance:
                rebalance.Asker.Tell(new RebalanceAnswer(null, message, Refused: true, null), Context.Self);
                break;
            case Cycle.Apply apply:
                apply.Asker.Tell(new RebalanceAnswer(null, message, Refused: true, null), Context.Self);
                break;
            case Cycle.Fetch fetch:
                fetch.Asker.Tell(View(), Context.Self);
                break;
        }
    }
}
