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

    /// <summary>Scope that every arming of an order names.</summary>
    public const string GlobalScope = "global";

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
            case RosterEvent.TradingHalted halted:
                await PersistAsync(_roster.Halt(halted), Switch(halted, on: true));
                break;
            case RosterEvent.TradingResumed resumed:
                await PersistAsync(_roster.Resume(resumed), Switch(resumed, on: false));
                break;
            default:
                throw new InvalidOperationException($"The roster does not take {message.GetType().Name}.");
        }

        Context.Sender.Tell(_roster, Context.Self);
    }

    private static PersistOptions Switch(RosterEvent cause, bool on) =>
        new() { HaltChanges = [new HaltChange(GlobalScope, on, cause.Who, cause.Why)] };
}
