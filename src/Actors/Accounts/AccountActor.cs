using Microsoft.Extensions.Logging;
using Rebalancer.Actors.Orders;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Orders;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Venues;

namespace Rebalancer.Actors.Accounts;

/// <summary>
/// One account: polls its venue, holds readings against its books, grants permits, owns its order managers. What happens is decided by
/// <see cref="Account"/>; this hosts it: mailbox, persistence, and the effects around a decision.
/// </summary>
public sealed partial class AccountActor : PersistentActor
{
    private readonly AccountActorSettings _settings;
    private AccountPolicy _policy;
    private IVenue? _opened;
    private Account _account = Account.Empty;

    public AccountActor(AccountActorSettings settings, PersistenceEngine engine)
        : base(engine)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _policy = settings.Policy;
        _readings = new AccountReadings();
        _rounds = new ReadingRounds(_policy.Timings);
    }

    protected override string PersistenceId => $"account/{_settings.Id}";

    /// <summary>Open from before the first command.</summary>
    private IVenue Venue => _opened ?? throw new InvalidOperationException($"The venue of {_settings.Id} is opened once its events are read.");

    private DateTimeOffset Now => Context.Clock.GetUtcNow();

    private OrderTimings Timings => _policy.Timings;

    private Circumstances Circumstances => new(Now, _policy, _readings, Clock.OwnedFor);

    protected override void Apply(object @event) => _account = _account.Evolve((AccountEvent)@event);

    protected override object CaptureSnapshot() => _account;

    protected override void RestoreSnapshot(object snapshot) => _account = (Account)snapshot;

    protected override async ValueTask OnRecoveredAsync()
    {
        await OpenVenueAsync();
        _clock = null;
        _readings = new AccountReadings();
        _ = Clock;
        await CommitAsync(_account.IsOpened
            ? _account.AfterRestart(Now)
            : Account.Open(_settings.Id, Venue.Capabilities.Name, Venue.Capabilities.Kind, Now));
        foreach (var plan in _account.Executions.Values.Where(plan => plan.CompletedAt is null))
        {
            TellManager(plan);
        }

        StartPolling();
    }

    protected override string? CorrelationOf(object @event) => DecisionCorrelation.Of(@event);

    protected override async ValueTask OnCommandAsync(object message)
    {
        NoticeClockStep();
        switch (message)
        {
            case AccountMessage own:
                await OnOwnMessageAsync(own);
                break;
            case ExecuteDecision execute:
                await OnExecuteAsync(execute);
                break;
            case RequestPermits request:
                await OnRequestPermitsAsync(request);
                break;
            case ReportSend report:
                await CommitAsync(_account.ReportSend(report.IntentId, report.Outcome, Now));
                Poll(Reading.Evidence);
                break;
            case TakeStep step:
                await OnStepAsync(step);
                break;
            case AccountCommand command:
                await OnOperatorAsync(command);
                break;
            case GetAccountReport get:
                OnGetReport(get);
                break;
            case MarketData.GetHistory get:
                OnGetHistory(get);
                break;
            case GetOrders get:
                Context.Sender.Tell(new OrderList(AccountReports.Orders(_account, get.Limit)), Context.Self);
                break;
            default:
                Context.Log.LogWarning("Account {Account} has no use for a {Message}", _settings.Id, message.GetType().Name);
                break;
        }

        AnswerHalts();
    }

    protected override ValueTask PostStopAsync() => _opened?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override object DescribeState() => new
    {
        _account.Revision, _account.TradingState, _account.Paused, _account.OpenIntents, _readings.BalancesReadAt, VenueDown = _venueDown,
    };

    private async ValueTask OpenVenueAsync()
    {
        _opened = await _settings.OpenVenue();
        var capabilities = _opened.Capabilities;
        _policy = _settings.Policy with
        {
            SubmitsPerSecond = capabilities.SubmitsPerSecond, SupportsMarketOrders = capabilities.SupportsMarketOrders,
            FindsByClientId = capabilities.FindsByClientId, SupportsGoodTilDate = capabilities.SupportsGoodTilDate,
            SupportsImmediateOrCancel = capabilities.SupportsImmediateOrCancel, ReadingsAreTheBooks = capabilities.ReadingsAreTheBooks,
        };
    }

    /// <summary>Journals what was decided and lets those know whom it concerns.</summary>
    private async ValueTask<PersistResult> CommitAsync(IReadOnlyList<AccountEvent> events, PersistOptions? options = null)
    {
        // An event that cannot be applied must not become durable: it would stop every recovery from then on.
        _ = events.Aggregate(_account, (state, accountEvent) => state.Evolve(accountEvent));
        if (events.Count == 0 && options is null)
        {
            return new PersistResult.Accepted(LastSequenceNr);
        }

        var result = await PersistAsync(events, options);
        if (result is PersistResult.Accepted)
        {
            LogAlarms(events);
            TellManagers(events);
            ArrangeReadings(events);
        }

        return result;
    }

    private void LogAlarms(IReadOnlyList<AccountEvent> events)
    {
        foreach (var accountEvent in events)
        {
            switch (accountEvent)
            {
                case AccountHalted halted:
                    Context.Log.LogError("Account {Account} halted by {Who}: {Why}", _settings.Id, halted.Who, halted.Why);
                    break;
                case AccountReducing reducing:
                    Context.Log.LogError("Account {Account} only reduces ({Who}): {Why}", _settings.Id, reducing.Who, reducing.Why);
                    break;
                case OrderQuarantined quarantined:
                    Context.Log.LogError("Account {Account}: order {Intent} quarantined: {Why}", _settings.Id, quarantined.IntentId, quarantined.Reason);
                    break;
                case OrderOutcomeUnknown unknown:
                    Context.Log.LogWarning("Account {Account}: order {Intent} unknown: {Why}", _settings.Id, unknown.IntentId, unknown.Reason);
                    break;
            }
        }
    }

    /// <summary>Reads balances as soon as they can reflect what just moved, and rules once an order was refused, instead of at the next poll.</summary>
    private void ArrangeReadings(IReadOnlyList<AccountEvent> events)
    {
        if (events.Any(e => e is FillBooked or OrderCancelled or OrderExpired or OrderRejected))
        {
            Context.StartTimer("settled", new AccountMessage.PollAfresh(), Timings.SettleDelay + TimeSpan.FromMilliseconds(1));
        }

        // A refusal may come of rules that have changed since they were read, and a retry under the old ones of another.
        if (events.Any(e => e is OrderRejected))
        {
            Poll(Reading.Markets);
        }
    }
}
