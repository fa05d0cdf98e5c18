using Microsoft.Extensions.Logging;
using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.Portfolios;

/// <summary>What time brings: causes to decide, orders that end, deadlines.</summary>
public sealed partial class PortfolioCoordinator
{
    private async ValueTask OnTickAsync()
    {
        await FireSlotAsync();
        if (_cycle is not null || _waiting.Count > 0)
        {
            return;
        }

        if (_state.Open is { } open)
        {
            await FollowAsync(open);
            return;
        }

        if (_state.Pause is not null)
        {
            return;
        }

        // The reports that accounts send by themselves are good enough to see a cause; the decision itself reads everything afresh.
        var seen = Look(new Trigger(TriggerKind.DriftBand, ""));
        if (NeedsTargets)
        {
            if (Now >= _targetsRetryAt)
            {
                Enqueue(new Cycle.Check());
            }

            return;
        }

        if (seen is not Preparation.Ready look)
        {
            if (Settings.Accounts.Any(id => !_readings.ContainsKey(id) || !_state.Joined.Contains(id)))
            {
                Enqueue(new Cycle.Check());
            }

            return;
        }

        await JoinAsync();
        if (SlotSessions.Skip(_state, look) is { } skipped)
        {
            await PersistAsync([skipped]);
            Context.Log.LogInformation("Portfolio {Portfolio}: the slot of {Slot} is skipped: {Reason}", Settings.Id, skipped.LocalSlot, skipped.Reason);
        }

        if (await ValueAsync(look) is null && Triggers.Evaluate(_state, look) is not null)
        {
            Enqueue(new Cycle.Check());
        }
    }

    private Preparation Look(Trigger trigger)
    {
        var look = Preparation.Of(
            _state, _readings, trigger, Now, _haltedEverywhere.Contains(HaltScope.BuysOf(HaltScope.Global)));
        IReadOnlyList<string> reasons = look is Preparation.Wait wait ? wait.Reasons : [];
        _waitingFor = TargetsAreDue ? [.. reasons, .. _targetsRefused] : reasons;
        return look;
    }

    private async ValueTask FollowAsync(OpenDecision open)
    {
        if (Completing.IsDue(open, Now))
        {
            Enqueue(new Cycle.Complete());
        }
        else if (open.Dispatched is null && Now - open.Decided.At > Cadence.ApprovalWindow)
        {
            await PersistAsync([new DecisionExpired(open.Decided.DecisionId, $"nobody applied it within {Words.Age(Cadence.ApprovalWindow)}", Now)]);
        }
    }

    /// <summary>A slot is journaled before anything comes of it: it fires once even when the service dies in between.</summary>
    private async ValueTask FireSlotAsync()
    {
        var now = Now;
        var slot = _schedule?.LatestDue(_scheduleSeenTo, now);
        if (slot is not null && string.CompareOrdinal(slot.Local, _state.LastSlot) > 0)
        {
            await PersistAsync([new SlotFired(slot.Local, now)]);
        }

        _scheduleSeenTo = now;
    }

    private async ValueTask JoinAsync()
    {
        if (_state.Pause is not null)
        {
            return;
        }

        var joined = Settings.Accounts
            .Where(id => !_state.Joined.Contains(id) && _readings.GetValueOrDefault(id)?.BalancesAt is not null)
            .Select(id => (object)new AccountJoined(id, Now)).ToList();
        if (joined.Count > 0)
        {
            await PersistAsync(joined);
        }
    }

    /// <summary>Keeps the high-water mark, and halts on a fall from it.</summary>
    /// <returns>Why trading was halted; null when it was not.</returns>
    private async ValueTask<string?> ValueAsync(Preparation.Ready look)
    {
        if (!_state.IsHalted && DecisionGates.Drawdown(_state, look) is { } drawdown)
        {
            var scope = HaltScope.Portfolio(Settings.Id);
            Context.Log.LogError("Portfolio {Portfolio} is halted: {Reason}", Settings.Id, drawdown);
            await PersistAsync(
                [new TradingHalted(scope, "risk gate", drawdown, Now)],
                new PersistOptions { HaltChanges = [new HaltChange(scope, true, "risk gate", drawdown)] });
            return drawdown;
        }

        if (DecisionGates.Value(_state, look) is { } valued)
        {
            await PersistAsync([valued]);
        }

        return null;
    }

    private async ValueTask OnReportedAsync(ExecutionCompleted completed)
    {
        await PersistAsync([PortfolioMapping.ToEvent(completed, Now)]);
        if (_state.Open is { } open && Completing.IsDue(open, Now) && _cycle is not Cycle.Complete && !_waiting.OfType<Cycle.Complete>().Any())
        {
            Enqueue(new Cycle.Complete());
        }
    }

    private async ValueTask CompleteAsync()
    {
        if (_state.Open is not { } open || !Completing.IsDue(open, Now))
        {
            return;
        }

        var completed = Completing.Complete(_state, open, _readings, Now);
        await PersistAsync([completed]);
        Context.Log.LogInformation(
            "Portfolio {Portfolio} completed {Decision}: drift {Before} to {After}, fees {Fees}",
            Settings.Id, completed.DecisionId, Words.Percent(open.Decided.DriftBefore), Words.Percent(completed.DriftAfter),
            Words.Money(completed.Fees, Settings.BaseCurrency));
        Context.Self.Tell(new CoordinatorMessage.Tick(), Context.Self);
    }
}
