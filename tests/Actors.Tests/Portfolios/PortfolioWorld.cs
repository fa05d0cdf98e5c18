using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Actors.MarketData;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.Scheduling;

namespace Rebalancer.Actors.Tests.Portfolios;

/// <summary>
/// A coordinator under simulation, with accounts that answer what the test says. The placement buys or sells each asset at the account that
/// has a market for it, up to its target: enough to see what the coordinator makes of a plan.
/// </summary>
internal sealed class PortfolioWorld : IAsyncDisposable
{
    private readonly SimulationScheduler _scheduler = new(7, new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));

    public PortfolioWorld(PortfolioSettings? settings = null)
    {
        Settings = settings ?? Standard;
        Journal = new InMemoryJournal();
        Catalog = new EventCatalog(JournalJson.Options).RegisterAccountEvents().RegisterPortfolioEvents().RegisterRosterEvents();
        System = Start();
    }

    public static PortfolioSettings Standard { get; } = new()
    {
        Id = "main",
        BaseCurrency = "USD",
        Targets = TargetSettings.Fixed(new() { ["BTC"] = 0.4m, ["SPY"] = 0.4m }),
        Accounts = ["ib", "kraken"],
    };

    public PortfolioSettings Settings { get; set; }

    public InMemoryJournal Journal { get; }

    public EventCatalog Catalog { get; }

    public ActorSystem System { get; private set; }

    /// <summary>Price files by path.</summary>
    public SortedDictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>What the accounts answer about a market's past; a failure is a text.</summary>
    public Func<MarketId, object> History { get; set; } = market => $"no history of {market}";

    public bool YahooAnswers { get; set; } = true;

    /// <summary>Markets whose past was asked for, in order.</summary>
    public List<GetHistory> AskedHistories { get; } = [];

    public DateTimeOffset Now => _scheduler.Clock.GetUtcNow();

    /// <summary>By account: what it reports; absent answers nothing, as an account that hangs.</summary>
    public SortedDictionary<string, FakeAccount> Accounts { get; } = new()
    {
        ["ib"] = new FakeAccount("broker", "SPY", 500, 6_000, 8, 1),
        ["kraken"] = new FakeAccount("exchange", "BTC", 50_000, 6_000, 0.08m, 0.0001m),
    };

    public void RunFor(double seconds) => _scheduler.RunFor(TimeSpan.FromSeconds(seconds));

    public T Ask<T>(object message) =>
        _scheduler.Run(async () => await System.Entity("portfolio/main").AskAsync<T>(message, TimeSpan.FromMinutes(2)));

    public void Tell(object message)
    {
        System.Entity("portfolio/main").Tell(message);
        _scheduler.RunUntilIdle();
    }

    public IReadOnlyList<T> Events<T>() => [.. AllEvents().OfType<T>()];

    /// <summary>The orders in the outbox, not yet taken by an account.</summary>
    public IReadOnlyList<(string Receiver, ExecuteDecision Execute)> Sent() => _scheduler.Run(async () =>
        (await Journal.ReadOutboxAsync(0, 1_000, CancellationToken.None))
            .Select(row => (row.Receiver, (ExecuteDecision)Catalog.Deserialize(row.Name, row.Version, row.Payload))).ToList());

    /// <summary>The account carries its part out: its balances change and it reports.</summary>
    public void Execute(ExecuteDecision part, string account, decimal share = 1)
    {
        var fake = Accounts[account];
        var results = part.Trades.Select(trade =>
        {
            var filled = trade.Quantity * share;
            var sign = trade.Side == TradeSide.Buy ? 1 : -1;
            fake.Quantity += sign * filled;
            fake.Cash -= sign * filled * trade.ReferencePrice;
            return new IntentResult(
                trade.IntentId, trade.Market, trade.Side, trade.Quantity, filled, trade.ReferencePrice,
                filled == 0 ? [] : new() { ["USD"] = 1 }, filled == 0 ? 0 : 1,
                share == 1 ? OrderState.Filled : OrderState.Expired, share == 1 ? null : "timed out");
        }).ToList();
        Tell(new ExecutionCompleted(account, part.DecisionId, results));
    }

    /// <summary>The coordinator's own picture of its state.</summary>
    public async Task<PortfolioState> DescribeAsync()
    {
        var description = System.DescribeAsync("/user/portfolio/main", TimeSpan.FromSeconds(10));
        _scheduler.RunUntilIdle();
        return (PortfolioState)(await description)!;
    }

    public void Stop() => _scheduler.Run(async () => await System.StopAsync());

    public void Restart()
    {
        Stop();
        System = Start();
        // The first message activates the entity.
        Ask<PortfolioView>(new GetPortfolio());
    }

    public async ValueTask DisposeAsync() => await Journal.DisposeAsync();

    private IReadOnlyList<object> AllEvents() => _scheduler.Run(async () =>
    {
        var events = new List<object>();
        await foreach (var row in Journal.ReadAsync("portfolio/main", 1, CancellationToken.None))
        {
            events.Add(Catalog.Deserialize(row.EventName, row.EventVersion, row.Payload));
        }

        return events;
    });

    private ActorSystem Start()
    {
        var system = new ActorSystem(new ActorSystemOptions { Scheduler = _scheduler, Seed = 7 });
        var engine = new PersistenceEngine(Journal, Catalog, _ => 1);
        system.RegisterEntity("account", id => new Props(() => new AccountDouble(() => Report(id), get => HistoryOf(id, get))));
        system.RegisterEntity("portfolio", _ => new PortfolioCoordinatorSettings { Portfolio = Settings, Place = Place, Solver = new NoSolver(), AskYahoo = (get, _) => YahooAnswers ? Task.FromResult(HistoryOf(YahooPlan.Source, get)) : new TaskCompletionSource<HistoryAnswer>().Task, ReadFile = (path, _) => Files.TryGetValue(path, out var text) ? Task.FromResult(text) : throw new FileNotFoundException($"there is no {path}") }.CreateProps(engine));
        return system;
    }

    private HistoryAnswer HistoryOf(string id, GetHistory get)
    {
        AskedHistories.Add(get);
        return new HistoryAnswer([.. get.Markets.Select(market => History(market) is IReadOnlyList<PriceBar> bars
            ? new MarketBars(new AskedMarket(id, market), [.. bars.Where(bar => bar.At >= get.Since)], null)
            : new MarketBars(new AskedMarket(id, market), [], (string)History(market)))]);
    }

    private AccountReport? Report(string id) => Accounts.GetValueOrDefault(id)?.Report(id, Now);

    private static PlacementResult Place(PlacementProblem problem)
    {
        var total = problem.Accounts.Sum(account =>
            account.Cash.Values.Sum() + account.Holdings.Sum(holding => holding.Value * problem.Prices[holding.Key]));
        var trades = new List<PlannedTrade>();
        var after = new List<AssetWeights>();
        foreach (var (asset, weight) in problem.Targets)
        {
            var price = problem.Prices[asset];
            var held = problem.Accounts.Sum(account => account.Holdings.GetValueOrDefault(asset)) * price;
            var account = problem.Accounts.FirstOrDefault(candidate =>
                !candidate.Frozen && candidate.Markets.Any(market => market.Asset == asset && market.Allow == AllowedSides.Both));
            var gap = (weight * total) - held;
            var lot = account?.Markets.First(market => market.Asset == asset).LotSize ?? 1;
            var quantity = account is null ? 0 : Math.Truncate(Math.Abs(gap) / price / lot) * lot;
            if (quantity > 0)
            {
                trades.Add(new PlannedTrade(
                    account!.Id, asset, "USD", gap > 0 ? TradeSide.Buy : TradeSide.Sell, quantity, price, quantity * price, 0, "to its target"));
            }

            after.Add(new AssetWeights(asset, (double)(held / total), (double)weight, (double)((held + (Math.Sign(gap) * quantity * price)) / total)));
        }

        return new PlacementResult(
            new Plan
            {
                Status = PlanStatus.Optimal, Objective = 0, Bound = 0, TotalValue = total, DeviationBefore = 0, DeviationAfter = 0, Cost = 0, Tax = 0,
                Trades = trades, Assets = after, Accounts = [],
            },
            []);
    }

    /// <summary>Answers reports; silent while there is none.</summary>
    private sealed class AccountDouble(Func<AccountReport?> report, Func<GetHistory, HistoryAnswer> history) : Actor
    {
        protected override ValueTask ReceiveAsync(object message)
        {
            if (message is GetHistory get)
            {
                Context.Sender.Tell(history(get), Context.Self);
            }

            if (message is GetAccountReport && report() is { } answer)
            {
                Context.Sender.Tell(answer, Context.Self);
            }

            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>No test of the coordinator needs a linear program.</summary>
internal sealed class NoSolver : IMilpSolver
{
    public MilpSolution Solve(MilpProblem problem, MilpLimits limits) => throw new SolverUnavailableException("there is no solver here");
}

/// <summary>What an account of the test holds: one asset and dollars.</summary>
internal sealed class FakeAccount(string kind, string asset, decimal price, decimal cash, decimal quantity, decimal lot)
{
    public decimal Cash { get; set; } = cash;

    public decimal Quantity { get; set; } = quantity;

    public decimal Price { get; set; } = price;

    public string? Down { get; set; }

    public TradingSession Session { get; set; } = TradingSession.Open;

    public IReadOnlyList<string> Disputed { get; set; } = [];

    /// <summary>Null: now.</summary>
    public DateTimeOffset? ReadAt { get; set; }

    public AccountReport Report(string id, DateTimeOffset now) => new(
        id, $"sim:{id}", kind, true, 0, 1, ReadAt ?? now, [new Balance(asset, Quantity, 0, 0, false), new Balance("USD", Cash, 0, 0, true)],
        now, [new MarketRules(new MarketId(asset, "USD"), 0.01m, lot, 0, null, 1, null, 0, 0, 0, null, Session, null)],
        [new Quote(new MarketId(asset, "USD"), Price, Price, now)], TradingState.Active, false, false, Down, 0, [])
    {
        Disputed = Disputed,
    };
}
