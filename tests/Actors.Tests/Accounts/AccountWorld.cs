using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.EventCatalogs;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.TestKit;
using Rebalancer.Venues;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Actors.Tests.Accounts;

/// <summary>One account actor on virtual time, against a simulated exchange reached in process.</summary>
internal sealed class AccountWorld : IDisposable
{
    public static readonly MarketId Btc = new("BTC", "USD");

    public static readonly MarketId Eth = new("ETH", "USD");

    private static readonly SimulatedExchangeSettings ExchangeSettings = new()
    {
        Name = "alpha",
        Kind = "exchange",
        PartialFillRate = 0.3m,
        Markets =
        [
            new SimulatedMarket(Btc, 50_000, 0, 0.1m, 0.0002m, 0.01m, 0.00001m, 0.00001m, 10, 0.0008m, 0.001m),
            new SimulatedMarket(Eth, 2_500, 0, 0.1m, 0.0002m, 0.01m, 0.0001m, 0.0001m, 10, 0.0008m, 0.001m),
        ],
    };

    private readonly EventCatalog _catalog = new EventCatalog(JournalJson.Options).RegisterAccountEvents();

    public AccountWorld(int seed = 1)
    {
        Simulation = new SimulatedSystem(seed);
        var noise = new SeededNoise((ulong)seed);
        var start = Simulation.Clock.GetUtcNow();
        Exchange = new SimulatedExchange(ExchangeSettings, noise, start, _ => { });
        Exchange.OpenAccount(
            "acc", new SortedDictionary<string, decimal>(StringComparer.Ordinal) { ["USD"] = 10_000, ["BTC"] = 1, ["ETH"] = 0 }, start);
        Desk = new SimulatedDesk(Exchange, Simulation.Clock, noise)
        {
            Latency = new SimulatedLatency(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(10)),
        };
        Venue = new CountingVenue(new SimulatedVenue(Desk, "acc", Simulation.Clock));
        Journal = new FaultyJournal(Rows);
        Settings = new AccountActorSettings { Id = "acc", PortfolioId = "main", OpenVenue = () => ValueTask.FromResult<IVenue>(Venue), Kind = "exchange" };
        var engine = new PersistenceEngine(Journal, _catalog, _ => 1);
        Simulation.System.RegisterEntity("account", _ => Settings.CreateProps(engine));
        Simulation.System.RegisterEntity("portfolio", _ => new Props(() => new Recorder(Reports)));
    }

    public SimulatedSystem Simulation { get; }

    public SimulatedExchange Exchange { get; }

    public SimulatedDesk Desk { get; }

    public CountingVenue Venue { get; }

    public InMemoryJournal Rows { get; private set; } = new();

    public FaultyJournal Journal { get; }

    public AccountActorSettings Settings { get; set; }

    public List<AccountReport> Reports { get; } = [];

    public IActorRef Account => Simulation.System.Entity("account/acc");

    public DateTimeOffset Now => Simulation.Clock.GetUtcNow();

    /// <summary>Wakes the account and lets it read everything and wait out its start.</summary>
    public void Settle()
    {
        Simulation.Ask<AccountReport>(Account, new GetAccountReport(false));
        Simulation.RunFor(TimeSpan.FromSeconds(12));
    }

    public void Execute(params TradeInstruction[] trades) => Execute(new ExecutionStyle(OrderType.Limit, 60, 1, 0.02m, 1_000_000), trades);

    public void Execute(ExecutionStyle style, params TradeInstruction[] trades) => Account.Tell(
        new ExecuteDecision("main", "d1", Now.AddMinutes(30), ["global"], style, trades));

    public static TradeInstruction Sell(decimal quantity) => new("d1-1", Btc, TradeSide.Sell, quantity, 50_000);

    public static TradeInstruction Buy(decimal quantity) => new("d1-2", Eth, TradeSide.Buy, quantity, 2_500);

    /// <summary>Runs until the portfolio is sent the completion.</summary>
    public ExecutionCompleted Completion(double withinMinutes = 60)
    {
        Simulation.RunUntil(() => Completions().Count > 0, TimeSpan.FromMinutes(withinMinutes))
            .ShouldBeTrue($"the decision did not complete; orders: {string.Join("; ", Orders())}");
        return Completions().Single();
    }

    /// <summary>Raises a halt as its owner would, in the journal's rows.</summary>
    public void Halt(string scope) => Simulation.Run(() => Rows.AppendAsync(
        new AppendRequest(
            "operator", 0, 1, "w", Now, "c", "c", [new EventToAppend("x", 1, "{}")], [], null, [], [new HaltChange(scope, true, "op", "test")]),
        CancellationToken.None));

    public IReadOnlyList<OrderView> Orders() => Simulation.Ask<OrderList>(Account, new GetOrders(100)).Orders;

    /// <summary>The account's state as its journal says.</summary>
    public Account Replay() => Domain.Accounts.Account.Replay(Events());

    public IReadOnlyList<AccountEvent> Events() => Simulation.Run(async () =>
    {
        var events = new List<AccountEvent>();
        await foreach (var row in Rows.ReadAsync("account/acc", 1, CancellationToken.None))
        {
            events.Add((AccountEvent)_catalog.Deserialize(row.EventName, row.EventVersion, row.Payload));
        }

        return events;
    });

    /// <summary>Kills the account, puts its journal back to its first events, and lets the next incarnation start on it.</summary>
    public void RestoreJournal(int events)
    {
        var older = new InMemoryJournal();
        Simulation.Run(async () =>
        {
            var kept = new List<EventToAppend>();
            await foreach (var row in Rows.ReadAsync("account/acc", 1, CancellationToken.None))
            {
                kept.Add(new EventToAppend(row.EventName, row.EventVersion, row.Payload));
            }

            return await older.AppendAsync(
                new AppendRequest("account/acc", 0, 1, "restore", Now, "c", "c", [.. kept.Take(events)], [], null, [], []), CancellationToken.None);
        });
        Rows = older;
        Journal.PutBackTo(older);
        Journal.FailNext();
        Account.Tell(new AccountCommand.Halt("nobody", "its append is the killed process's last"));
        Simulation.RunUntil(() => Journal.FailedAfter is not null, TimeSpan.FromSeconds(5)).ShouldBeTrue();
    }

    public AccountReport Report() => Simulation.Ask<AccountReport>(Account, new GetAccountReport(false));

    /// <summary>What the venue's own book says of orders, live and ended.</summary>
    public IReadOnlyList<VenueOrder> BookedOrders() => Simulation.Run(async () =>
    {
        var venue = new SimulatedVenue(Desk, "acc", Simulation.Clock);
        var open = await venue.GetOpenOrdersAsync(CancellationToken.None);
        var closed = await venue.GetClosedOrdersAsync(default, CancellationToken.None);
        return (IReadOnlyList<VenueOrder>)[.. open, .. closed];
    });

    public IReadOnlyList<VenueFill> BookedFills() => Simulation.Run(async () =>
        (await new SimulatedVenue(Desk, "acc", Simulation.Clock).GetFillsAsync(null, default, CancellationToken.None)).Fills);

    public void Dispose() => Simulation.Dispose();

    private IReadOnlyList<ExecutionCompleted> Completions()
    {
#pragma warning disable VSTHRD002 // The journal in memory has answered when it returns.
        var rows = Rows.ReadOutboxAsync(0, 100, CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        return [.. rows.Select(row => _catalog.Deserialize(row.Name, row.Version, row.Payload)).OfType<ExecutionCompleted>()];
    }

    private sealed class Recorder(List<AccountReport> reports) : Actor
    {
        protected override ValueTask ReceiveAsync(object message)
        {
            reports.Add((AccountReport)message);
            return ValueTask.CompletedTask;
        }
    }
}
