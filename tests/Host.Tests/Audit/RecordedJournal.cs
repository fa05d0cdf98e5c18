using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Hosting;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Host.Tests.Audit;

/// <summary>A journal with one decision in it, made by the Domain itself; the simple objective needs no solver.</summary>
internal static class RecordedJournal
{
    private const string Stream = "portfolio/main";

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    /// <returns>The decision's id.</returns>
    public static async Task<string> WriteAsync(string path)
    {
        var settings = new PortfolioSettings
        {
            Id = "main",
            BaseCurrency = "USD",
            Targets = TargetSettings.Fixed(new() { ["BTC"] = 0.4m }),
            Accounts = ["kraken"],
            MinTradeValue = 10,
            Placement = new PlacementSettings { Objective = PlacementObjective.Simple },
        };
        object first = new PortfolioSettingsChanged(settings, "the settings file", Now);
        var state = PortfolioState.Empty.Evolve(first);
        var readings = new SortedDictionary<string, AccountReading>(StringComparer.Ordinal) { ["kraken"] = Reading() };
        var look = (Preparation.Ready)Preparation.Of(state, readings, new Trigger(TriggerKind.Manual, "asked for by ann"), Now);
        var events = Deciding.Decide(state, look, Planner.Plan(look.Problem, new NoSolver()), Sending.BySettings, Now);
        await AppendAsync(path, Stream, [first, .. events]);
        return ((RebalanceDecided)events[0]).DecisionId;
    }

    /// <summary>Two fills of the decision's order, one a little worse than the price decided at and one a little better, and a sale made by hand.</summary>
    public static async Task AddFillsAsync(string path, string decision)
    {
        var market = new MarketId("BTC", "USD");
        var order = new Order
        {
            IntentId = $"{decision}/kraken/1", RootIntentId = $"{decision}/kraken/1", DecisionId = decision, ClientOrderId = "RBABC", Market = market,
            Side = TradeSide.Buy, Quantity = 0.08m, ReferencePrice = 50_000, PlannedAt = Now, NotBefore = Now, ChangedAt = Now,
        };
        await AppendAsync(
            path, "account/kraken",
            [
                new IntentsPlanned(Now, [order]),
                new FillBooked(Now, order.IntentId, new VenueFill("t1", "v1", "RBABC", market, TradeSide.Buy, 0.05m, 50_010, 2.5005m, "USD", Now)),
                new FillBooked(Now, order.IntentId, new VenueFill("t2", "v1", "RBABC", market, TradeSide.Buy, 0.03m, 49_990, 0.00003m, "BTC", Now)),
                new ForeignFillObserved(Now, new VenueFill("t3", "v2", "=cmd()", market, TradeSide.Sell, 0.01m, 50_000, 0, "USD", Now)),
            ]);
    }

    private static async Task AppendAsync(string path, string stream, IReadOnlyList<object> events)
    {
        var catalog = StoredEvents.Create();
        await using var journal = SqliteJournal.Open(path, TimeProvider.System);
        var stored = events.Select(catalog.Serialize).Select(form => new EventToAppend(form.Name, form.Version, form.Payload)).ToList();
        var outcome = await journal.AppendAsync(
            new AppendRequest(stream, 0, journal.Epoch, "writer-1", Now, "c-1", "", stored, [], null, [], []), TestContext.Current.CancellationToken);
        outcome.ShouldBeOfType<AppendOutcome.Accepted>();
    }

    private static AccountReading Reading() => new()
    {
        Id = "kraken",
        Venue = "sim:kraken",
        Kind = "exchange",
        ReceivedAt = Now,
        BalancesAt = Now,
        Balances = [new Balance("USD", 10_000, 0, 0, true)],
        Markets = [new MarketRules(new MarketId("BTC", "USD"), 0.01m, 0.0001m, 0, null, 10, null, 0.001m, 0.001m, 0, null, TradingSession.Open, null)],
        Quotes = [new Quote(new MarketId("BTC", "USD"), 49_995, 50_005, Now)],
    };

    private sealed class NoSolver : IMilpSolver
    {
        public MilpSolution Solve(MilpProblem problem, MilpLimits limits) =>
            throw new InvalidOperationException("The simple objective solves nothing.");
    }
}
