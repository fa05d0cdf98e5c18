using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Accounts;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.Accounts;

/// <summary>Ask. Answered by the <see cref="Roster"/>.</summary>
public sealed record GetRoster;

/// <summary>
/// The entity <c>service/roster</c>: journals what operators changed at runtime. Each command is the <see cref="RosterEvent"/> wanted, answered
/// by the new <see cref="Roster"/> once durable. The kill switch is raised in the same transaction, so that no order is armed after it.
/// </summary>
public sealed class RosterActor(PersistenceEngine engine) : PersistentActor(engine)
{
    public const string EntityType = "service";

    public const string Entity = "service/roster";

    private Roster _roster = Roster.Empty;

    protected override string PersistenceId => Entity;

    /// <summary>A handful of events in years.</summary>
    protected override int SnapshotEvery => 0;

    protected override void Apply(object @event) => _roster = _roster.Evolve((RosterEvent)@event);

    protected override async ValueTask OnCommandAsync(object message)
    {
        switch (message)
        {
            case GetRoster:
                break;
            case RosterEvent.AccountAdded added:
                await PersistAsync(_roster.Add(added));
                break;
            case RosterEvent.AccountRemoved removed:
                await PersistAsync(_roster.Remove(removed));
                break;
            case RosterEvent.PortfolioAdded added:
                await PersistAsync(_roster.Add(added));
                break;
            case RosterEvent.PortfolioRemoved removed:
                await PersistAsync(_roster.Remove(removed));
                break;
            case RosterEvent.LiveConfirmed confirmed:
                await PersistAsync(_roster.Confirm(confirmed));
                break;
            case RosterEvent.RestoreAnswered answered:
                await PersistAsync([answered]);
                break;
            case RosterEvent.TradingHalted halted:
                await SwitchAsync(_roster.Halt(halted), on: true, HaltScope.Global);
                break;
            case RosterEvent.TradingReduced reduced:
                await SwitchAsync(_roster.Reduce(reduced), on: true, HaltScope.BuysOf(HaltScope.Global));
                break;
            case RosterEvent.TradingResumed resumed:
                await SwitchAsync(_roster.Resume(resumed), on: false, HaltScope.Global, HaltScope.BuysOf(HaltScope.Global));
                break;
            default:
                Context.Log.LogWarning("The roster has no use for a {Message}", message.GetType().Name);
                return;
        }

        Context.Sender.Tell(_roster, Context.Self);
    }

    /// <summary>Does nothing when the switch stands there already, which is when there is no event.</summary>
    private async ValueTask SwitchAsync(IReadOnlyList<RosterEvent> events, bool on, params string[] scopes)
    {
        if (events is [var cause])
        {
            await PersistAsync(events, new PersistOptions { HaltChanges = [.. scopes.Select(scope => new HaltChange(scope, on, cause.Who, cause.Why))] });
        }
    }
}
