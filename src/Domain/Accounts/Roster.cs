using System.Collections.Immutable;

namespace Rebalancer.Domain.Accounts;

/// <summary>What operators changed while the service ran, beside its settings file: accounts that came and went, and the kill switch.</summary>
public abstract record RosterEvent(string Who, string Why)
{
    /// <param name="Settings">The account as it would stand in the settings file, as JSON; credentials are references only.</param>
    public sealed record AccountAdded(string AccountId, string PortfolioId, string Settings, string Who, string Why) : RosterEvent(Who, Why);

    /// <summary>The account belongs to no portfolio any more, though the settings file may still name it.</summary>
    public sealed record AccountRemoved(string AccountId, string Who, string Why) : RosterEvent(Who, Why);

    /// <summary>The portfolio may send real orders, while its settings and the command line say so too.</summary>
    public sealed record LiveConfirmed(string PortfolioId, string Who, string Why) : RosterEvent(Who, Why);

    /// <summary>The global kill switch: nothing is sent any more.</summary>
    public sealed record TradingHalted(string Who, string Why) : RosterEvent(Who, Why);

    /// <summary>Sells go on, buys do not.</summary>
    public sealed record TradingReduced(string Who, string Why) : RosterEvent(Who, Why);

    /// <summary>Lifts the global halt, and reducing.</summary>
    public sealed record TradingResumed(string Who, string Why) : RosterEvent(Who, Why);
}

/// <param name="Settings">As in <see cref="RosterEvent.AccountAdded"/>.</param>
public sealed record RosterEntry(string AccountId, string PortfolioId, string Settings);

/// <summary>The roster's state: what to lay over the settings file at the next start.</summary>
/// <param name="Added">By account id.</param>
/// <param name="Removed">Ids that the settings file may still name.</param>
public sealed record Roster(ImmutableSortedDictionary<string, RosterEntry> Added, ImmutableSortedSet<string> Removed, bool Halted, bool Reducing)
{
    /// <summary>Portfolios whose owner has allowed them to send real orders.</summary>
    public ImmutableSortedSet<string> Live { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public static Roster Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, RosterEntry>(StringComparer.Ordinal), ImmutableSortedSet.Create<string>(StringComparer.Ordinal), false, false);

    public Roster Evolve(RosterEvent @event) => @event switch
    {
        RosterEvent.AccountAdded added => this with
        {
            Added = Added.SetItem(added.AccountId, new RosterEntry(added.AccountId, added.PortfolioId, added.Settings)),
            Removed = Removed.Remove(added.AccountId),
        },
        RosterEvent.AccountRemoved removed => this with { Added = Added.Remove(removed.AccountId), Removed = Removed.Add(removed.AccountId) },
        RosterEvent.LiveConfirmed confirmed => this with { Live = Live.Add(confirmed.PortfolioId) },
        RosterEvent.TradingHalted => this with { Halted = true },
        RosterEvent.TradingReduced => this with { Reducing = true },
        RosterEvent.TradingResumed => this with { Halted = false, Reducing = false },
        _ => throw new InvalidOperationException($"The roster does not know {@event.GetType().Name}."),
    };

    /// <summary>The events of adding an account: none when it is there already with the same settings.</summary>
    public IReadOnlyList<RosterEvent> Add(RosterEvent.AccountAdded command) =>
        Added.TryGetValue(command.AccountId, out var entry) && entry == new RosterEntry(command.AccountId, command.PortfolioId, command.Settings)
            ? []
            : [command];

    public IReadOnlyList<RosterEvent> Confirm(RosterEvent.LiveConfirmed command) => Live.Contains(command.PortfolioId) ? [] : [command];

    public IReadOnlyList<RosterEvent> Remove(RosterEvent.AccountRemoved command) => Removed.Contains(command.AccountId) ? [] : [command];

    public IReadOnlyList<RosterEvent> Halt(RosterEvent.TradingHalted command) => Halted ? [] : [command];

    public IReadOnlyList<RosterEvent> Reduce(RosterEvent.TradingReduced command) => Reducing ? [] : [command];

    public IReadOnlyList<RosterEvent> Resume(RosterEvent.TradingResumed command) => Halted || Reducing ? [command] : [];
}
