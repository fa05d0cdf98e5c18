using Rebalancer.Simulation.Observing;

namespace Rebalancer.Simulation.Invariants;

/// <summary>All invariants, shown every observation as it happens.</summary>
internal sealed class InvariantChecks
{
    private readonly List<Violation> _found = [];
    private readonly ShadowBooks _books = new();
    private readonly IReadOnlyList<Invariant> _invariants;

    /// <param name="submitsPerSecond">What each account's venue takes.</param>
    public InvariantChecks(IReadOnlyDictionary<string, decimal>? submitsPerSecond = null)
    {
        foreach (var (account, rate) in submitsPerSecond ?? new SortedDictionary<string, decimal>(StringComparer.Ordinal))
            _books.Of(account).SubmitsPerSecond = rate;
        _invariants =
        [
            new OneOrderPerIntent(), new EverySendIsArmed(), new BooksBalance(), new FreshInputs(), new WithinFunds(), new ExactOrders(),
            new WithinBudgets(), new HaltWins(), new NothingMadeUp(), new ReplayAgrees(), new UpdatesCommute(), new Mends(), new NobodyWaits(),
            new SlotsFireOnce(),
        ];
        foreach (var invariant in _invariants)
            invariant.Report = (at, what) => _found.Add(new Violation(invariant.Number, invariant.Name, at, what));
    }

    public IReadOnlyList<Violation> Found => _found;

    public int Sends => _books.Sends;

    /// <summary>Requests that slipped out past their deadline through a pause that came after the check.</summary>
    public int Slips => _books.Slips;

    public void On(Observation observation)
    {
        foreach (var invariant in _invariants)
            invariant.Before(observation, _books);
        _books.On(observation);
        foreach (var invariant in _invariants)
            invariant.After(observation, _books);
    }
}

/// <summary>One rule that holds at every moment. It looks at observations, and at what they add up to before and after each.</summary>
internal abstract class Invariant(int number, string name)
{
    public int Number => number;

    public string Name => name;

    public Action<DateTimeOffset, string> Report { get; set; } = (_, _) => { };

    public virtual void Before(Observation observation, ShadowBooks books)
    {
    }

    public virtual void After(Observation observation, ShadowBooks books)
    {
    }
}
