using System.Collections.Immutable;

namespace Rebalancer.Domain.Accounts;

/// <summary>What operators changed while the service ran, beside its settings file: accounts and portfolios that came and went, and the kill switch.</summary>
public abstract record RosterEvent(string Who, string Why)
{
    /// <param name="Settings">The account as it would stand in the settings file, as JSON; credentials are references only.</param>
    public sealed record AccountAdded(string AccountId, string PortfolioId, string Settings, string Who, string Why) : RosterEvent(Who, Why);

    /// <summary>The account belongs to no portfolio any more, though the settings file may still name it.</summary>
    public sealed record AccountRemoved(string AccountId, string Who, string Why) : RosterEvent(Who, Why);

    /// <param name="Accounts">Those of <paramref name="Settings"/>: they were there then, and no other portfolio had them.</param>
    /// <param name="Settings">The portfolio as it was given and would stand in the settings file, as JSON with comments.</param>
    public sealed record PortfolioAdded(string PortfolioId, IReadOnlyList<string> Accounts, string Settings, string Who, string Why) : RosterEvent(Who, Why);

    /// <summary>The portfolio is none any more, though the settings file may still name it; its accounts belong to none until another has them.</summary>
    public sealed record PortfolioRemoved(string PortfolioId, string Who, string Why) : RosterEvent(Who, Why);

    /// <summary>The portfolio may send real orders, while its settings and the command line say so too.</summary>
    public sealed record LiveConfirmed(string PortfolioId, string Who, string Why) : RosterEvent(Who, Why);

    /// <summary>The global kill switch: nothing is sent any more.</summary>
    public sealed record TradingHalted(string Who, string Why) : RosterEvent(Who, Why);

    /// <summary>Sells go on, buys do not.</summary>
    public sealed record TradingReduced(string Who, string Why) : RosterEvent(Who, Why);

    /// <summary>Lifts the global halt, and reducing.</summary>
    public sealed record TradingResumed(string Who, string Why) : RosterEvent(Who, Why);

    /// <summary>The journal was found put back to an older point, and every account has been told to reduce: no other node need do it again.</summary>
    public sealed record RestoreAnswered(string Who, string Why) : RosterEvent(Who, Why);
}

/// <param name="PortfolioId">Null once that portfolio was removed.</param>
/// <param name="Settings">As in <see cref="RosterEvent.AccountAdded"/>.</param>
public sealed record RosterEntry(string AccountId, string? PortfolioId, string Settings);

/// <param name="Accounts">Of the settings file, as far as they were not removed since; accounts added at runtime name their portfolio themselves.</param>
/// <param name="Settings">As in <see cref="RosterEvent.PortfolioAdded"/>.</param>
public sealed record RosterPortfolio(string PortfolioId, IReadOnlyList<string> Accounts, string Settings);

/// <summary>The roster's state: what to lay over the settings file at the next start.</summary>
/// <param name="Added">By account id.</param>
/// <param name="Removed">Ids that the settings file may still name.</param>
public sealed record Roster(ImmutableSortedDictionary<string, RosterEntry> Added, ImmutableSortedSet<string> Removed, bool Halted, bool Reducing)
{
    /// <summary>Portfolios whose owner has allowed them to send real orders.</summary>
    public ImmutableSortedSet<string> Live { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Portfolios added at runtime, by id.</summary>
    public ImmutableSortedDictionary<string, RosterPortfolio> Portfolios { get; init; } = ImmutableSortedDictionary.Create<string, RosterPortfolio>(StringComparer.Ordinal);

    /// <summary>Portfolios that the settings file may still name.</summary>
    public ImmutableSortedSet<string> RemovedPortfolios { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>How often <see cref="RosterEvent.RestoreAnswered"/> happened, as far as the journal as it stands now knows.</summary>
    public int AnsweredRestores { get; init; }

    public static Roster Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, RosterEntry>(StringComparer.Ordinal), ImmutableSortedSet.Create<string>(StringComparer.Ordinal), false, false);

    public Roster Evolve(RosterEvent @event) => @event switch
    {
        RosterEvent.AccountAdded added => Unlist(added.AccountId) with
        {
            Added = Added.SetItem(added.AccountId, new RosterEntry(added.AccountId, added.PortfolioId, added.Settings)),
            Removed = Removed.Remove(added.AccountId),
        },
        RosterEvent.AccountRemoved removed => Unlist(removed.AccountId) with { Added = Added.Remove(removed.AccountId), Removed = Removed.Add(removed.AccountId) },
        RosterEvent.PortfolioAdded added => Give(added.PortfolioId, account => added.Accounts.Contains(account.AccountId)) with
        {
            Portfolios = Portfolios.SetItem(added.PortfolioId, new RosterPortfolio(added.PortfolioId, [.. added.Accounts.Where(id => !Added.ContainsKey(id))], added.Settings)),
            RemovedPortfolios = RemovedPortfolios.Remove(added.PortfolioId),
        },
        RosterEvent.PortfolioRemoved removed => Give(null, account => account.PortfolioId == removed.PortfolioId) with
        {
            Portfolios = Portfolios.Remove(removed.PortfolioId),
            RemovedPortfolios = RemovedPortfolios.Add(removed.PortfolioId),

            // One that comes back under the same id trades other accounts, perhaps: its owner says anew that it may.
            Live = Live.Remove(removed.PortfolioId),
        },
        RosterEvent.LiveConfirmed confirmed => this with { Live = Live.Add(confirmed.PortfolioId) },
        RosterEvent.TradingHalted => this with { Halted = true },
        RosterEvent.TradingReduced => this with { Reducing = true },
        RosterEvent.TradingResumed => this with { Halted = false, Reducing = false },
        RosterEvent.RestoreAnswered => this with { AnsweredRestores = AnsweredRestores + 1 },
        _ => throw new InvalidOperationException($"The roster does not know {@event.GetType().Name}."),
    };

    /// <summary>The events of adding an account: none when it is there already with the same settings.</summary>
    public IReadOnlyList<RosterEvent> Add(RosterEvent.AccountAdded command) =>
        Added.TryGetValue(command.AccountId, out var entry) && entry == new RosterEntry(command.AccountId, command.PortfolioId, command.Settings)
            ? []
            : [command];

    public IReadOnlyList<RosterEvent> Confirm(RosterEvent.LiveConfirmed command) => Live.Contains(command.PortfolioId) ? [] : [command];

    public IReadOnlyList<RosterEvent> Remove(RosterEvent.AccountRemoved command) => Removed.Contains(command.AccountId) ? [] : [command];

    /// <summary>
    /// None where the id is taken, or another operator gave one of the accounts to a portfolio a moment ago: <see cref="Portfolios"/> then lacks it.
    /// </summary>
    public IReadOnlyList<RosterEvent> Add(RosterEvent.PortfolioAdded command) =>
        Portfolios.ContainsKey(command.PortfolioId) || command.Accounts.Any(IsGiven) ? [] : [command];

    public IReadOnlyList<RosterEvent> Remove(RosterEvent.PortfolioRemoved command) => RemovedPortfolios.Contains(command.PortfolioId) ? [] : [command];

    public IReadOnlyList<RosterEvent> Halt(RosterEvent.TradingHalted command) => Halted ? [] : [command];

    public IReadOnlyList<RosterEvent> Reduce(RosterEvent.TradingReduced command) => Reducing ? [] : [command];

    public IReadOnlyList<RosterEvent> Resume(RosterEvent.TradingResumed command) => Halted || Reducing ? [command] : [];

    /// <summary>Whether a portfolio added at runtime has the account; of those of the settings file the roster does not know.</summary>
    private bool IsGiven(string account) =>
        Portfolios.Values.Any(portfolio => portfolio.Accounts.Contains(account))
        || (Added.TryGetValue(account, out var entry) && entry.PortfolioId is { } owner && Portfolios.ContainsKey(owner));

    private Roster Give(string? portfolio, Func<RosterEntry, bool> which) =>
        this with { Added = Added.SetItems(Added.Where(item => which(item.Value)).Select(item => KeyValuePair.Create(item.Key, item.Value with { PortfolioId = portfolio }))) };

    private Roster Unlist(string account) => this with
    {
        Portfolios = Portfolios.SetItems(Portfolios.Where(item => item.Value.Accounts.Contains(account))
            .Select(item => KeyValuePair.Create(item.Key, item.Value with { Accounts = [.. item.Value.Accounts.Where(id => id != account)] }))),
    };
}
