using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Simulation.Invariants;
using Rebalancer.Simulation.Observing;
using Rebalancer.Simulation.World;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation.Tests.Invariants;

/// <summary>
/// What an observer sees of one order that is planned, armed, sent, accepted, filled and booked, with nothing wrong about it. A test changes
/// one thing and hands the whole to the invariants.
/// </summary>
internal sealed class Scene
{
    private const string Name = "acc";
    private const string Entity = "account/acc";
    private const string Process = "n1.1";
    private const string Decision = "main-1-x";
    private long _sequence;

    public Scene()
    {
        Planned = new Order
        {
            IntentId = $"{Decision}/acc/1", RootIntentId = $"{Decision}/acc/1", DecisionId = Decision,
            ClientOrderId = ClientOrderId.For(Name, $"{Decision}/acc/1"), Market = Market, Side = TradeSide.Buy, Quantity = 0.01m,
            ReferencePrice = 64_000, PlannedAt = At(20), NotBefore = At(20), ChangedAt = At(20), Reservation = new Reservation("USD", 641),
        };
        Request = new OrderRequest(Planned.ClientOrderId, Market, TradeSide.Buy, OrderType.Limit, 0.01m, 64_010);
        Armed = new OrderArmed(At(21), Planned.IntentId, Request, SizeLimit.None, new Reservation("USD", 641), At(26), At(15), At(12), Quoted);
        Terms = new OrderTerms("USD", 640.75m, "USD", 0, 0.001m, 0.001m, 0);
        Executed = new OrderExecuted(Name, At(22), 1, 2, 0.01m, 64_010, 0.6401m, "USD", null);
        Fill = new VenueFill("2", "S1", Request.ClientOrderId, Market, TradeSide.Buy, 0.01m, 64_010, 0.6401m, "USD", At(22));
    }

    public static MarketId Market { get; } = new("BTC", "USD");

    public static Quote Quoted { get; } = new(Market, 63_990, 64_010, At(19));

    public static MarketRules Rules { get; } =
        new(Market, 0.01m, 0.00001m, 0.00001m, null, 10, null, 0.001m, 0.001m, 0, null, TradingSession.Open, null);

    public Order Planned { get; set; }

    public OrderRequest Request { get; set; }

    public OrderArmed Armed { get; set; }

    public OrderTerms Terms { get; set; }

    public OrderExecuted Executed { get; set; }

    public VenueFill Fill { get; set; }

    public decimal Cash { get; set; } = 10_000;

    /// <summary>Put in before the permit.</summary>
    public List<object> BeforeArming { get; } = [];

    public List<Observation> BeforeSend { get; } = [];

    public List<Observation> BeforeEnd { get; } = [];

    public DateTimeOffset SentAt { get; set; } = At(21.1);

    public DateTimeOffset ArmedTrulyAt { get; set; } = At(21);

    public Func<EndState, EndState> AtEnd { get; set; } = state => state;

    public static DateTimeOffset At(double seconds) => new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero).AddSeconds(seconds);

    /// <summary>Numbers of the invariants that object.</summary>
    public IReadOnlyList<int> Objections()
    {
        var checks = new InvariantChecks();
        foreach (var observation in Observations())
            checks.On(observation);
        return [.. checks.Found.Select(violation => violation.Number).Distinct()];
    }

    public Observation.Appended Appended(double at, params IReadOnlyList<object> events) => Append(At(at), Entity, events);

    public Observation.Appended OfPortfolio(double at, params IReadOnlyList<object> events) => Append(At(at), "portfolio/main", events);

    private Observation.Appended Append(DateTimeOffset at, string entity, IReadOnlyList<object> events)
    {
        var first = _sequence + 1;
        _sequence += entity == Entity ? events.Count : 0;
        return new Observation.Appended(at, entity, Process, 1, 1, Process, TimeSpan.Zero, first, events, [], []);
    }

    private IEnumerable<Observation> Observations()
    {
        var balances = new[] { new Balance("BTC", 0.1m, 0, 0, false), new Balance("USD", Cash, 0, 0, true) };
        var terms = new ExecutionTerms(OrderType.Limit, TimeSpan.FromSeconds(60), 1, 0.01m, 1_000_000);
        var plan = new ExecutionPlan(
            "main", Decision, At(20), At(200), ["global", "portfolio/main"], terms,
            [new PlannedIntent(Planned.IntentId, Market, TradeSide.Buy, 0.01m, 64_000)], [1]);
        yield return new Observation.BookChanged(
            At(0), Name, new Venues.Simulated.AccountOpened(Name, At(0), new(StringComparer.Ordinal) { ["BTC"] = 0.1m, ["USD"] = 10_000 }));
        yield return new Observation.Recovering(At(0), Entity, Process, 1, Process);
        yield return Appended(1, new Domain.Accounts.AccountOpened(At(1), Name, "kestrel", "exchange"));
        yield return new Observation.RulesGiven(At(12), Name, [Rules]);
        yield return new Observation.BalancesGiven(At(15), Name, Process, TimeSpan.Zero, ["BTC", "USD"]);
        yield return Appended(15, new BalancesReported(At(15), At(15), balances, ["BTC", "USD"]));
        yield return Appended(20, new ExecutionAccepted(At(20), plan), new IntentsPlanned(At(20), [Planned]));
        foreach (var happening in BeforeArming)
            yield return happening as Observation ?? Appended(20.5, happening);
        yield return new Observation.MarketTruth(At(21), Name, Market, Quoted.At, Quoted.Bid, Quoted.Ask);
        yield return Append(ArmedTrulyAt, Entity, [Armed]);
        foreach (var observation in BeforeSend)
            yield return observation;
        yield return new Observation.SendStarted(SentAt, Name, Process, Request);
        yield return new Observation.BookChanged(At(22), Name, new OrderAccepted(Name, At(22), 1, Request, Terms));
        yield return new Observation.BookChanged(At(22), Name, Executed);
        yield return Appended(23, new OrderAcknowledged(At(23), Planned.IntentId, "S1"));
        yield return Appended(24, new FillBooked(At(24), Planned.IntentId, Fill));
        yield return Appended(40, new ReservationReleased(At(40), Planned.IntentId), new ExecutionFinished(At(40), Decision));
        foreach (var observation in BeforeEnd)
            yield return observation;
        yield return new Observation.Ended(At(600), AtEnd(EndState(balances, plan)));
    }

    private EndState EndState(IReadOnlyList<Balance> balances, ExecutionPlan plan)
    {
        var account = Account.Replay(
        [
            new Domain.Accounts.AccountOpened(At(1), Name, "kestrel", "exchange"), new BalancesReported(At(15), At(15), [balances[0], new Balance("USD", 10_000, 0, 0, true)], ["BTC", "USD"]),
            new ExecutionAccepted(At(20), plan), new IntentsPlanned(At(20), [Planned]),
            Armed with { Request = Armed.Request with { Quantity = 0.01m } },
            new OrderAcknowledged(At(23), Planned.IntentId, "S1"), new FillBooked(At(24), Planned.IntentId, BookedTruly),
            new ReservationReleased(At(40), Planned.IntentId), new ExecutionFinished(At(40), Decision),
        ]);
        var book = AccountBook.Opened(new(Name, At(0), new(StringComparer.Ordinal) { ["BTC"] = 0.1m, ["USD"] = 10_000 }))
            .Apply(new OrderAccepted(Name, At(22), 1, Request, Terms)).Apply(Executed);
        var settings = SeedPlan.Of(1).Portfolio;
        var weights = new SortedDictionary<string, decimal>(settings.Targets.Weights, StringComparer.Ordinal);
        return new EndState(
            new(StringComparer.Ordinal) { [Name] = book }, new(StringComparer.Ordinal) { [Name] = account },
            PortfolioState.Empty with { Settings = settings }, new(StringComparer.Ordinal) { [Entity] = ("one", "one") }, weights, []);
    }

    private VenueFill BookedTruly => new(
        "2", "S1", Request.ClientOrderId, Market, TradeSide.Buy, Executed.Quantity, Executed.Price, Executed.Fee, Executed.FeeAsset, At(22));
}
