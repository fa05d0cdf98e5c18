namespace Rebalancer.Venues.Simulated;

/// <summary>
/// The books of one exchange's accounts, as its events say: an event is made durable before it takes effect, and what an account was a short
/// while ago is kept for views that lag behind.
/// </summary>
/// <param name="append">Makes the events durable, or throws; then nothing has happened.</param>
internal sealed class ExchangeBooks(string exchange, Action<IReadOnlyList<BookEvent>> append)
{
    /// <summary>How far back a lagging view can look.</summary>
    public static readonly TimeSpan HistoryKept = TimeSpan.FromMinutes(2);

    private readonly SortedDictionary<string, AccountBook> _books = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<(DateTimeOffset At, AccountBook Book)>> _history = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Accounts => _books.Keys;

    /// <summary>The highest number that an order or a trade has.</summary>
    public long LastNumber { get; private set; }

    /// <exception cref="VenueException">The account is not open.</exception>
    public AccountBook this[string account] =>
        _books.TryGetValue(account, out var book)
            ? book
            : throw new VenueException(VenueErrorKind.Unauthorised, $"{exchange} has no account {account}; open it first.");

    public bool IsOpen(string account) => _books.ContainsKey(account);

    /// <summary>The account as it was then, or as it was first if that is later.</summary>
    public AccountBook At(string account, DateTimeOffset moment) =>
        _history[account].FindLast(entry => entry.At <= moment).Book ?? _history[account][0].Book;

    /// <summary>Takes an event that is durable already.</summary>
    public void Replay(BookEvent @event) => Take(@event, Fold(_books.GetValueOrDefault(@event.Account), @event));

    /// <summary>Makes the events of one account durable, then takes them.</summary>
    public void Record(IReadOnlyList<BookEvent> events)
    {
        // An event that cannot be applied must not become durable: it would stop every start from then on.
        var books = new List<AccountBook>();
        foreach (var @event in events)
        {
            books.Add(Fold(books.Count > 0 ? books[^1] : _books.GetValueOrDefault(@event.Account), @event));
        }

        append(events);
        foreach (var (@event, book) in events.Zip(books))
        {
            Take(@event, book);
        }
    }

    private static AccountBook Fold(AccountBook? book, BookEvent @event) => (book, @event) switch
    {
        (null, AccountOpened opened) => AccountBook.Opened(opened),
        (null, _) => throw new InvalidOperationException($"{@event.Account} is not open, so {@event.GetType().Name} cannot happen to it."),
        _ => book.Apply(@event),
    };

    private void Take(BookEvent @event, AccountBook book)
    {
        _books[@event.Account] = book;
        Remember(@event, book);
        LastNumber = @event switch
        {
            OrderAccepted accepted => Math.Max(LastNumber, accepted.Number),
            OrderExecuted executed => Math.Max(LastNumber, executed.Trade),
            _ => LastNumber,
        };
    }

    private void Remember(BookEvent @event, AccountBook book)
    {
        if (!_history.TryGetValue(@event.Account, out var history))
        {
            _history.Add(@event.Account, history = []);
        }

        history.Add((@event.At, book));
        while (history.Count > 1 && history[1].At <= @event.At - HistoryKept)
        {
            history.RemoveAt(0);
        }
    }
}
