using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Domain.Weights;

namespace Rebalancer.Actors.Portfolios;

/// <summary>Targets that are computed: gather the history, compute off the mailbox, journal, and go on with the cycle that needed them.</summary>
public sealed partial class PortfolioCoordinator
{
    private IReadOnlyList<string> _targetsRefused = [];
    private DateTimeOffset _targetsRetryAt;

    private bool TargetsAreDue => Recomputation.IsDue(_state, Settings, Now);

    /// <summary>Whether the cycle must wait for targets. Without a reading of every account it goes on, and says that it lacks them.</summary>
    private bool NeedsTargets => TargetsAreDue && Settings.Accounts.All(id => _readings.GetValueOrDefault(id)?.BalancesAt is not null);

    private void GatherHistory(Cycle cycle)
    {
        var settings = Settings;
        var (readings, now) = (settings.Accounts.Select(id => _readings[id]).ToList(), Now);
        var reader = new TargetHistoryReader(_settings, id => Context.System.Entity($"account/{id}"), Context.Clock);
        Context.PipeToSelf(
            token => reader.ReadAsync(settings, readings, now, token),
            outcome => new CoordinatorMessage.HistoryGathered(cycle, settings, outcome),
            error => new CoordinatorMessage.CycleFailed(cycle, error));
    }

    private void OnHistory(CoordinatorMessage.HistoryGathered gathered)
    {
        if (gathered.Outcome is not HistoryOutcome.Ready ready)
        {
            RefuseTargets(gathered.Cycle, ((HistoryOutcome.Missing)gathered.Outcome).Reasons);
            return;
        }

        var (state, settings, solver, now) = (_state, gathered.Settings, _settings.Solver, Now);
        var current = HeldWeights.Of(settings, ready.History, settings.Accounts.Select(id => _readings.GetValueOrDefault(id)).OfType<AccountReading>());
        Context.RunBlocking(
            () => TargetComputation.Compute(state, settings, ready.History, current, ready.Warnings, solver, now),
            computed => new CoordinatorMessage.TargetsReady(gathered.Cycle, computed),
            error => error is WeightException
                ? new CoordinatorMessage.TargetsRefused(gathered.Cycle, [$"the targets of method {settings.Targets.Method} cannot be computed: {error.Message}"])
                : new CoordinatorMessage.CycleFailed(gathered.Cycle, error));
    }

    private async ValueTask OnTargetsAsync(CoordinatorMessage.TargetsReady ready)
    {
        if (ready.Computed.IsFor(Settings))
        {
            await PersistAsync([ready.Computed]);
            _targetsRefused = [];
            Context.Log.LogInformation(
                "Portfolio {Portfolio} computed its targets by {Method} from {Rows} rows of {Assets} assets, {Warnings} warnings",
                Settings.Id, Settings.Targets.Method, ready.Computed.History.Times.Count, ready.Computed.History.Series.Count, ready.Computed.Warnings.Count);
        }

        // Settings that changed meanwhile make the targets due again, and the cycle comes back here with them.
        await OnGatheredAsync(ready.Cycle);
    }

    private void RefuseTargets(Cycle cycle, IReadOnlyList<string> reasons)
    {
        if (!reasons.SequenceEqual(_targetsRefused))
        {
            Context.Log.LogWarning("Portfolio {Portfolio} waits for its targets: {Reasons}", Settings.Id, string.Join("; ", reasons));
        }

        _targetsRefused = reasons;
        _waitingFor = reasons;
        _targetsRetryAt = Now + _settings.HistoryRetry;
        Refuse(cycle, $"it cannot be decided now: waiting for {string.Join("; ", reasons)}");
        EndCycle();
    }
}
