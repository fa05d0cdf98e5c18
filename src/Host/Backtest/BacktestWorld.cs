using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.Scheduling;
using Rebalancer.Venues;

namespace Rebalancer.Host.Backtest;

/// <summary>
/// The service's own actors on virtual time: coordinators, accounts and order managers as they run in earnest, on simulated venues at recorded
/// prices and a journal in memory. Between two looks the machine sleeps.
/// </summary>
internal sealed class BacktestWorld : IDisposable
{
    /// <summary>Long enough for fresh readings of every account and the look that follows them.</summary>
    private static readonly TimeSpan LookTime = TimeSpan.FromSeconds(25);

    /// <summary>Between two looks at whether the venues have answered what they were asked, which a machine must not sleep upon.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(250);

    /// <summary>What a decision leaves over is decided on at the next look.</summary>
    private static readonly TimeSpan RemainderTime = TimeSpan.FromSeconds(8);

    /// <summary>A portfolio that has just woken up decides on its second look, when its accounts have been read.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// While orders are worked nothing moves but by them, and what they move is read when it has settled: beside that balances and prices are read
    /// just often enough to stay young enough for the gates.
    /// </summary>
    private const double ShareOfAge = 0.8;

    /// <summary>As in earnest, but for how often an order manager looks for what may have become possible.</summary>
    private static readonly OrderTimings Timings = OrderTimings.Default with { TacticsInterval = TimeSpan.FromSeconds(2) };

    /// <summary>Longer than any decision lives.</summary>
    private static readonly TimeSpan ExecutionTime = TimeSpan.FromHours(2);

    private static readonly EventCatalog Catalog =
        new EventCatalog(JournalJson.Options).RegisterAccountEvents().RegisterPortfolioEvents();

    private readonly SimulationScheduler _scheduler;
    private readonly BacktestJournal _journal = new(Catalog);
    private readonly BacktestInput _input;
    private readonly IReadOnlyList<PortfolioSettings> _portfolios;
    private readonly ActorSystem _system;

    /// <param name="portfolios">Each with accounts of its own.</param>
    public BacktestWorld(BacktestInput input, IReadOnlyList<PortfolioSettings> portfolios, IMilpSolver solver)
    {
        (_input, _portfolios) = (input, portfolios);
        _scheduler = new SimulationScheduler((int)(input.Seed % int.MaxValue), input.Prices.Due[input.FirstRow]);
        Venues = new BacktestVenues(input, _scheduler.Clock);
        _system = new ActorSystem(new ActorSystemOptions { Name = "backtest", Scheduler = _scheduler, Seed = 1 });
        var engine = new PersistenceEngine(_journal, Catalog, _ => 1, snapshotEvery: 0);
        _ = _system.Spawn(new Props(() => new DeliveryActor(engine, _system.Entity)), "delivery");
        _system.RegisterEntity("account", id => AccountSettings(id).CreateProps(engine));
        _system.RegisterEntity("portfolio", id => new PortfolioCoordinatorSettings
        {
            Portfolio = portfolios.Single(portfolio => portfolio.Id == id),
            // No clock ends a solve: the same input must give the same backtest on every machine.
            Place = problem => Planner.Plan(problem, solver),
            Solver = solver,
            CheckInterval = CheckInterval,
        }.CreateProps(engine));
    }

    public BacktestVenues Venues { get; }

    public IReadOnlyList<BacktestDecision> Decisions => _journal.Decisions;

    public IReadOnlyList<string> Halts => _journal.Halts;

    /// <summary>Brings the accounts and their portfolios to life; they read and decide with the first look.</summary>
    public void Start()
    {
        foreach (var portfolio in _portfolios)
        {
            foreach (var account in portfolio.Accounts)
            {
                _system.Entity($"account/{account}").Tell(new GetAccountReport(Refresh: false), _system.Entity($"portfolio/{portfolio.Id}"));
            }
        }
    }

    /// <summary>Sleeps until then, looks, and lets what is decided be carried out to its end.</summary>
    /// <param name="isSlot">Whether every portfolio is to decide: then the look ends with the decisions.</param>
    public void LookAt(DateTimeOffset moment, bool isSlot)
    {
        for (var waited = TimeSpan.Zero; Venues.HasPendingCalls && waited < LookTime; waited += AnswerTime)
        {
            _scheduler.RunFor(AnswerTime);
        }

        _scheduler.SleepUntil(moment);
        var before = Decisions.Count;
        _scheduler.RunUntil(() => _journal.IsExecuting || (isSlot && Decisions.Count >= before + _portfolios.Count), LookTime);
        while (_journal.IsExecuting)
        {
            _scheduler.RunUntil(() => !_journal.IsExecuting, ExecutionTime);
            _scheduler.RunUntil(() => _journal.IsExecuting, RemainderTime);
        }
    }

    public void Dispose() => _scheduler.Run(async () =>
    {
        await _system.StopAsync();
        await _journal.DisposeAsync();
    });

    private AccountActorSettings AccountSettings(string id)
    {
        var account = _input.Accounts.Single(account => account.Id == id);
        var portfolio = _portfolios.Single(portfolio => portfolio.Accounts.Contains(id));
        return new AccountActorSettings
        {
            Id = id,
            PortfolioId = portfolio.Id,
            OpenVenue = () => ValueTask.FromResult<IVenue>(Venues.Open(id, _scheduler.Clock)),
            Taxable = account.Taxable,
            Policy = new AccountPolicy { Reserve = account.Reserve, ReserveCurrency = portfolio.BaseCurrency, Timings = Timings },
            PollInterval = Timings.MaxBalanceAge * ShareOfAge,
            QuotePollInterval = (account.IsBroker ? Timings.MaxBrokerPriceAge : Timings.MaxPriceAge) * ShareOfAge,
        };
    }
}
