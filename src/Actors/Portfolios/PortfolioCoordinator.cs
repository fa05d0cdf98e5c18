using Microsoft.Extensions.Logging;
using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.Portfolios;

/// <summary>
/// One portfolio: watches for causes to decide, reads every account afresh, has the Domain decide, journals the decision together with the
/// orders it sends out, and follows it to its end. What happens is decided by <c>Domain.Portfolios</c>; this hosts it.
/// </summary>
public sealed partial class PortfolioCoordinator : PersistentActor
{
    /// <summary>Commands waiting for a cycle to end; past it they are told to come back.</summary>
    private const int MaxWaiting = 100;

    private readonly PortfolioCoordinatorSettings _settings;
    private readonly IJournal _journal;
    private readonly SortedDictionary<string, AccountReading> _readings = new(StringComparer.Ordinal);
    private readonly Queue<Cycle> _waiting = new();
    private PortfolioState _state = PortfolioState.Empty;
    private Cycle? _cycle;
    private IReadOnlyList<string> _waitingFor = [];
    private IReadOnlyList<string> _haltedEverywhere = [];
    private ScheduleSlots? _schedule;
    private DateTimeOffset _scheduleSeenTo;

    public PortfolioCoordinator(PortfolioCoordinatorSettings settings, PersistenceEngine engine)
        : base(engine)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(engine);
        _settings = settings;
        _journal = engine.Journal;
    }

    protected override string PersistenceId => $"portfolio/{_settings.Portfolio.Id}";

    private PortfolioSettings Settings => _state.Settings ?? _settings.Portfolio;

    private DateTimeOffset Now => Context.Clock.GetUtcNow();

    protected override void Apply(object @event) => _state = _state.Evolve(@event);

    protected override object CaptureSnapshot() => _state;

    protected override void RestoreSnapshot(object snapshot) => _state = (PortfolioState)snapshot;

    protected override object DescribeState() => _state with
    {
        Recent = [.. _state.Recent.TakeLast(5)],
        Computed = _state.Computed is null ? null : _state.Computed with { History = TargetHistory.None },
    };

    protected override async ValueTask OnRecoveredAsync()
    {
        await ChangeSettingsAsync(_settings.Portfolio, "configuration");
        _scheduleSeenTo = Now - _settings.ScheduleCatchUp;
        Context.StartPeriodicTimer("tick", new CoordinatorMessage.Tick(), _settings.CheckInterval);
        Context.Self.Tell(new CoordinatorMessage.Tick(), Context.Self);
    }

    protected override string? CorrelationOf(object @event) => DecisionCorrelation.Of(@event);

    protected override async ValueTask OnCommandAsync(object message)
    {
        switch (message)
        {
            case AccountReport report:
                Take(report);
                break;
            case CoordinatorMessage own:
                await OnOwnMessageAsync(own);
                break;
            case ExecutionCompleted completed:
                await OnReportedAsync(completed);
                break;
            case RebalanceNow rebalance:
                Enqueue(new Cycle.Rebalance(rebalance, Context.Sender));
                break;
            case ApplyDecision apply:
                Enqueue(new Cycle.Apply(apply, Context.Sender));
                break;
            case FetchNow:
                Enqueue(new Cycle.Fetch(Context.Sender));
                break;
            case ChangePortfolioSettings change:
                await AnswerAsync(() => ChangeSettingsAsync(change.Settings, change.Who));
                break;
            case HaltPortfolio halt:
                await AnswerAsync(() => HaltAsync(halt));
                break;
            case ResumePortfolio resume:
                await AnswerAsync(() => ResumeAsync(resume.Who, resume.Why));
                break;
            case PausePortfolio or UnpausePortfolio or RetirePortfolio:
                await AnswerAsync(() => ChangePauseAsync(message));
                break;
            case GetPortfolio:
                Context.Sender.Tell(View(), Context.Self);
                break;
            case GetHoldings:
                Context.Sender.Tell(Holdings(), Context.Self);
                break;
            case GetPriceHistory history:
                AnswerHistory(history);
                break;
            case GetDecisions decisions:
                Context.Sender.Tell(new DecisionList(PortfolioViews.Decisions(_state, decisions.Limit)), Context.Self);
                break;
            default:
                Context.Log.LogWarning("Portfolio {Portfolio} has no use for a {Message}", _settings.Portfolio.Id, message.GetType().Name);
                break;
        }
    }

    private async ValueTask OnOwnMessageAsync(CoordinatorMessage message)
    {
        switch (message)
        {
            case CoordinatorMessage.Tick:
                await OnTickAsync();
                break;
            // What an earlier incarnation started ends here: its askers have long given up.
            case CoordinatorMessage.ForCycle stale when !ReferenceEquals(stale.Cycle, _cycle):
                break;
            case CoordinatorMessage.Gathered gathered:
                _haltedEverywhere = gathered.Halts;
                foreach (var report in gathered.Reports)
                {
                    Take(report);
                }

                await OnGatheredAsync(gathered.Cycle);
                break;
            case CoordinatorMessage.Solved solved:
                await OnSolvedAsync(solved);
                break;
            case CoordinatorMessage.HistoryGathered gathered:
                OnHistory(gathered);
                break;
            case CoordinatorMessage.TargetsReady ready:
                await OnTargetsAsync(ready);
                break;
            case CoordinatorMessage.TargetsRefused refused:
                RefuseTargets(refused.Cycle, refused.Reasons);
                break;
            case CoordinatorMessage.CycleFailed failed:
                OnCycleFailed(failed);
                break;
            case CoordinatorMessage.PricesGathered gathered:
                gathered.Asker.Tell(gathered.Answer, Context.Self);
                break;
        }
    }

    private void Take(AccountReport report)
    {
        _readings[report.AccountId] = PortfolioMapping.ToReading(report, Now);
        _settings.PriceFeed?.Tell(new MarketData.QuotesSeen(report.AccountId, report.Quotes), Context.Self);
    }
}
