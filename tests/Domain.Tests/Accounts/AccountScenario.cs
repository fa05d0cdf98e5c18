using System.Collections.Immutable;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>An exchange account with 10000 USD and 2 BTC, every gate passing, whose events are collected as they are decided.</summary>
internal sealed class AccountScenario
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static readonly MarketId Btc = new("BTC", "USD");

    public static readonly MarketId Eth = new("ETH", "USD");

    public AccountScenario()
    {
        Readings = new AccountReadings();
        Apply(Account.Open("acc", "sim", "exchange", Now));
        ReadMarkets();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            Read(10_000, 2);
            Now += TimeSpan.FromSeconds(10);
        }

        Refresh();
    }

    public DateTimeOffset Now { get; set; } = Start;

    public AccountPolicy Policy { get; set; } = new() { FindsByClientId = true, SupportsMarketOrders = true, SubmitsPerSecond = 10 };

    public AccountReadings Readings { get; set; }

    public Account Account { get; private set; } = Account.Empty;

    public List<AccountEvent> Events { get; } = [];

    /// <summary>What the venue's history of transfers says with each reading.</summary>
    public IReadOnlyList<VenueTransfer> Transfers { get; set; } = [];

    /// <summary>Since the account was taken over, on the monotonic clock.</summary>
    public TimeSpan OwnedFor { get; set; } = TimeSpan.FromSeconds(20);

    public Circumstances Circumstances => new(Now, Policy, Readings, OwnedFor);

    public static ExecutionTerms Terms { get; } = new(OrderType.Limit, TimeSpan.FromSeconds(60), 1, 0.01m, 50_000);

    public static MarketRules RulesOf(MarketId market) => new(
        market, 0.01m, 0.001m, 0.001m, null, 10, null, 0.001m, 0.002m, 0, null, TradingSession.Open, null);

    public IReadOnlyList<AccountEvent> Apply(IReadOnlyList<AccountEvent> events)
    {
        Events.AddRange(events);
        Account = events.Aggregate(Account, (state, e) => state.Evolve(e));
        return events;
    }

    /// <summary>Balances as given, read now and on the venue's clock now; fills and open orders read with them.</summary>
    public IReadOnlyList<AccountEvent> Read(params Balance[] balances)
    {
        Readings = Readings with { OrdersReadAt = Now, FillsReadAt = Now };
        var round = Account.ReportBalances(new BalanceReport(Now, balances), Transfers, Now, Circumstances);
        Readings = Readings with
        {
            BalancesReadAt = Now, ClockSkew = TimeSpan.Zero, Unexplained = round.Unexplained, PendingTransfers = round.PendingTransfers,
            FirstReading = round.Unconfirmed,
        };
        return Apply(round.Events);
    }

    /// <summary>The account's two assets, nothing of them locked or unsettled.</summary>
    public IReadOnlyList<AccountEvent> Read(decimal dollars, decimal bitcoin) =>
        Read(new Balance("USD", dollars, 0, 0, true), new Balance("BTC", bitcoin, 0, 0, false));

    /// <summary>Reads again what the books expect, and quotes of now.</summary>
    public void Refresh()
    {
        Read([.. Account.Expected.Select(asset => new Balance(asset.Key, asset.Value, 0, 0, asset.Key == "USD"))]);
        Quote(Btc, 99.99m, 100);
        Quote(Eth, 9.99m, 10);
    }

    public void Quote(MarketId market, decimal bid, decimal ask) =>
        Readings = Readings.WithQuotes([new Quote(market, bid, ask, Now)]);

    public void ReadMarkets(params MarketRules[] rules) =>
        Readings = Readings.WithMarkets(Now, rules.Length > 0 ? rules : [RulesOf(Btc), RulesOf(Eth)]);

    public void Wait(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        Refresh();
    }

    public void Plan(string decision, ExecutionTerms terms, params PlannedIntent[] trades) => Apply(Account.Accept(
        new ExecutionPlan("main", decision, default, Now.AddMinutes(5), ["global"], terms, trades, []), Circumstances));

    public void PlanBuy(decimal quantity = 1, string intent = "d1-1") =>
        Plan("d1", Terms, new PlannedIntent(intent, Btc, TradeSide.Buy, quantity, 100));

    public void PlanSell(decimal quantity = 1, string intent = "d1-1") =>
        Plan("d1", Terms, new PlannedIntent(intent, Btc, TradeSide.Sell, quantity, 100));

    public PermitRound Ask(params string[] intents)
    {
        var round = Account.DecidePermits(intents, Circumstances, TimeSpan.FromSeconds(5));
        Apply(round.Events);
        return round;
    }

    public OrderArmed Arm(string intent = "d1-1") =>
        Ask(intent).Decisions.Single().ShouldBeOfType<PermitDecision.Grant>().Armed;

    public PermitDecision.Defer Deferred(string intent = "d1-1") => Ask(intent).Decisions.Single().ShouldBeOfType<PermitDecision.Defer>();

    public OrderDenied DeniedBy(string gate, string intent = "d1-1")
    {
        var denied = Ask(intent).Decisions.Single().ShouldBeOfType<PermitDecision.Refuse>().Denied;
        denied.Gate.ShouldBe(gate);
        StateOf(intent).ShouldBe(OrderState.Denied);
        return denied;
    }

    public void Acknowledge(string intent = "d1-1") => Apply(Account.ReportSend(
        intent, new SendOutcome.Acknowledged(Seen(intent, VenueOrderStatus.Open)), Now));

    public IReadOnlyList<AccountEvent> Fill(decimal quantity, string tradeId = "t1", string intent = "d1-1") =>
        Apply(Account.BookFills([FillOf(intent, quantity, tradeId)], $"after-{tradeId}", Now));

    public VenueFill FillOf(string intent, decimal quantity, string tradeId = "t1")
    {
        var order = Account.Orders[intent];
        return new VenueFill(tradeId, $"v-{intent}", order.ClientOrderId, order.Market, order.Side, quantity, 100, quantity * 0.2m, "USD", Now);
    }

    public VenueOrder Seen(string intent, VenueOrderStatus status, decimal filled = 0)
    {
        var order = Account.Orders[intent];
        return new VenueOrder(
            $"v-{intent}", order.ClientOrderId, order.Market, order.Side, OrderType.Limit, order.Quantity, order.LimitPrice, filled, status,
            null, Now);
    }

    public OrderEvidence Evidence(IReadOnlyList<VenueOrder>? open = null, IReadOnlyList<VenueOrder>? closed = null, params VenueFill[] fills) => new(
        Now, Account.LiveOrders.ToImmutableSortedDictionary(order => order.IntentId, _ => (VenueOrder?)null), open ?? [], closed ?? [], fills);

    public IReadOnlyList<AccountEvent> Weigh(OrderEvidence evidence, ref ImmutableSortedDictionary<string, DenialTally> denials)
    {
        var round = Account.Weigh(evidence, denials, Circumstances);
        denials = round.Denials;
        return Apply(round.Events);
    }

    public IReadOnlyList<AccountEvent> Weigh(OrderEvidence evidence)
    {
        var none = ImmutableSortedDictionary<string, DenialTally>.Empty;
        return Weigh(evidence, ref none);
    }

    public OrderState StateOf(string intent = "d1-1") => Account.Orders[intent].State;
}
