namespace Rebalancer.Venues.Simulated;

/// <summary>All simulated exchanges of one book file, rebuilt from it at start and opened on demand. Safe to call from several threads.</summary>
public sealed class SimulatedWorld : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, SimulatedDesk> _desks = new(StringComparer.Ordinal);
    private readonly BookFile _file;
    private readonly TimeProvider _clock;
    private readonly BookLine.WorldCreated _world;

    private SimulatedWorld(BookFile file, TimeProvider clock, BookLine.WorldCreated world) => (_file, _clock, _world) = (file, clock, world);

    /// <summary>Opens the book, or begins one with this seed at the clock's present time.</summary>
    /// <exception cref="InvalidDataException">The file is not a book.</exception>
    public static SimulatedWorld Open(string path, ulong seed, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var file = BookFile.Open(path, out var lines);
        if (lines.Count == 0)
        {
            var created = new BookLine.WorldCreated(seed, clock.GetUtcNow());
            file.Append(created);
            lines = [created];
        }

        if (lines[0] is not BookLine.WorldCreated world)
        {
            file.Dispose();
            throw new InvalidDataException($"{path}:1: a book begins with its world; restore it or begin with an empty directory.");
        }

        var opened = new SimulatedWorld(file, clock, world);
        opened.Replay(lines);
        return opened;
    }

    /// <summary>Opens the account, and its exchange when it is the first there. An open account stays as it is.</summary>
    /// <exception cref="InvalidOperationException">The exchange is of another kind.</exception>
    public void OpenAccount(string account, SimulatedAccountOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SimulatedDesk desk;
        lock (_gate)
        {
            if (!_desks.TryGetValue(options.Exchange, out desk!))
            {
                var settings = SimulatedCatalog.Create(options);
                Append(new BookLine.ExchangeOpened(settings));
                desk = new SimulatedDesk(CreateExchange(settings), _clock, new SeededNoise(_world.Seed));
                _desks.Add(settings.Name, desk);
            }
        }

        if (desk.Settings.Kind != options.Kind)
        {
            throw new InvalidOperationException(
                $"{options.Exchange} is a simulated {desk.Settings.Kind}, not a {options.Kind}; give the account another \"exchange\" or that \"kind\".");
        }

        desk.Operate((exchange, now) =>
        {
            exchange.OpenAccount(account, options.Balances, now);
            return account;
        });
    }

    /// <exception cref="VenueException">There is no such exchange.</exception>
    public SimulatedDesk Desk(string exchange)
    {
        lock (_gate)
        {
            return _desks.TryGetValue(exchange, out var desk)
                ? desk
                : throw new VenueException(VenueErrorKind.Unauthorised, $"there is no exchange {exchange}; open an account on it first");
        }
    }

    /// <summary>Works resting orders up to now, so that they are executed though nobody asks.</summary>
    public void Advance()
    {
        List<SimulatedDesk> desks;
        lock (_gate)
        {
            desks = [.. _desks.Values];
        }

        foreach (var desk in desks)
        {
            desk.Operate((exchange, now) =>
            {
                exchange.Advance(now);
                return now;
            });
        }
    }

    public void Dispose() => _file.Dispose();

    private SimulatedExchange CreateExchange(SimulatedExchangeSettings settings) =>
        new(settings, new SeededNoise(_world.Seed), _world.Epoch, events => Append(new BookLine.ExchangeEvents(settings.Name, events)));

    /// <summary>Exchanges are independent of each other, their file is one.</summary>
    private void Append(BookLine line)
    {
        lock (_file)
        {
            _file.Append(line);
        }
    }

    private void Replay(IReadOnlyList<BookLine> lines)
    {
        var exchanges = new SortedDictionary<string, SimulatedExchange>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            switch (line)
            {
                case BookLine.ExchangeOpened opened:
                    exchanges.Add(opened.Settings.Name, CreateExchange(opened.Settings));
                    break;
                case BookLine.ExchangeEvents recorded:
                    foreach (var @event in recorded.Events)
                    {
                        exchanges[recorded.Exchange].Replay(@event);
                    }

                    break;
            }
        }

        foreach (var (name, exchange) in exchanges)
        {
            _desks.Add(name, new SimulatedDesk(exchange, _clock, new SeededNoise(_world.Seed)));
        }
    }
}
