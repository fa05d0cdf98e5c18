using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.Scheduling;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation;

/// <summary>
/// The production actors of one node on a seeded scheduler and virtual time, with the demo's exchanges and brokers reached in process. Only
/// what stands behind ports is replaced: the journal is in memory, the venues are engines.
/// </summary>
internal sealed class SimulatedNode : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);

    private readonly SortedDictionary<string, SimulatedDesk> _desks = new(StringComparer.Ordinal);
    private readonly ActorSystem _system;

    public SimulatedNode(int seed, IMilpSolver solver, Action<string> trace)
    {
        Scheduler = new SimulationScheduler(seed, Start);
        _system = new ActorSystem(new ActorSystemOptions
        {
            Name = "node",
            Scheduler = Scheduler,
            Seed = seed,
            OnDelivery = (receiver, message) => trace($"{Scheduler.Clock.GetUtcNow():O} {receiver.Path} {message.GetType().Name}"),
        });
        OpenVenues((ulong)seed);
        var catalog = new EventCatalog(JournalJson.Options).RegisterAccountEvents().RegisterPortfolioEvents();
        var engine = new PersistenceEngine(Journal, catalog, _ => 1);
        _system.RegisterEntity("account", id => AccountSettings(id).CreateProps(engine));
        _system.RegisterEntity("portfolio", _ => new PortfolioCoordinatorSettings
        {
            Portfolio = Portfolio,
            Place = problem => Planner.Plan(problem, solver),
            Solver = solver,
        }.CreateProps(engine));
        _system.Spawn(new Props(() => new DeliveryActor(engine, _system.Entity)), "delivery");
    }

    public static PortfolioSettings Portfolio { get; } = new()
    {
        Id = "main",
        BaseCurrency = "USD",
        Targets = TargetSettings.Fixed(new(SimulatedDemo.Targets.ToDictionary(target => target.Asset, target => target.Weight), StringComparer.Ordinal)),
        Bands = new BandSettings { Absolute = 0.02m, Relative = 0.2m },
        Accounts = [.. SimulatedDemo.Accounts.Select(account => account.Id)],
    };

    public SimulationScheduler Scheduler { get; }

    public InMemoryJournal Journal { get; } = new();

    /// <summary>Wakes portfolio and accounts and lets virtual time pass.</summary>
    public void Run(TimeSpan duration)
    {
        foreach (var account in Portfolio.Accounts)
        {
            _system.Entity($"account/{account}").Tell(new GetAccountReport(false));
        }

        _system.Entity("portfolio/main").Tell(new GetPortfolio());
        Scheduler.RunFor(duration);
    }

    public PortfolioView View() => Scheduler.Run(() => _system.Entity("portfolio/main").AskAsync<PortfolioView>(new GetPortfolio(), TimeSpan.FromMinutes(1)).AsTask());

    /// <summary>Newest first.</summary>
    public IReadOnlyList<DecisionView> Decisions() => Scheduler.Run(() =>
        _system.Entity("portfolio/main").AskAsync<IReadOnlyList<DecisionView>>(new GetDecisions(100), TimeSpan.FromMinutes(1)).AsTask());

    public IReadOnlyList<JournalRow> Rows() => Scheduler.Run(async () =>
    {
        var rows = new List<JournalRow>();
        await foreach (var row in Journal.ReadAllAsync(0, int.MaxValue, CancellationToken.None))
        {
            rows.Add(row);
        }

        return rows;
    });

    /// <summary>Every account's own book at its venue.</summary>
    public IReadOnlyList<(string Account, AccountBook Book)> Books() =>
    [
        .. SimulatedDemo.Accounts.Select(account =>
            (account.Id, _desks[account.Options.Exchange].Operate((exchange, now) => exchange.View(account.Id, now)))),
    ];

    public void Dispose() => Scheduler.Run(() => _system.StopAsync());

    private void OpenVenues(ulong seed)
    {
        foreach (var (id, options) in SimulatedDemo.Accounts)
        {
            if (!_desks.TryGetValue(options.Exchange, out var desk))
            {
                var noise = new SeededNoise(seed);
                var exchange = new SimulatedExchange(SimulatedCatalog.Create(options), noise, Start, _ => { });
                desk = _desks[options.Exchange] = new SimulatedDesk(exchange, Scheduler.Clock, noise);
            }

            desk.Operate((exchange, now) =>
            {
                exchange.OpenAccount(id, options.Balances, now);
                return id;
            });
        }
    }

    private AccountActorSettings AccountSettings(string id)
    {
        var options = SimulatedDemo.Accounts.First(account => account.Id == id).Options;
        return new AccountActorSettings
        {
            Id = id,
            PortfolioId = Portfolio.Id,
            Kind = options.Kind,
            CreateVenue = () => new SimulatedVenue(_desks[options.Exchange], id, Scheduler.Clock),
            Policy = new AccountPolicy { ReserveCurrency = "USD" },
        };
    }
}
