using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Simulation.Observing;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation.World;

/// <summary>The venues: the production engines, with every change of a book observed, and what may happen to a market.</summary>
internal sealed class VenueSide
{
    private readonly SortedDictionary<string, SimulatedDesk> _desks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, MarketConditions> _conditions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _exchangeOf = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly SimulatedFaults _calm;
    private long _manual;

    public VenueSide(SeedPlan plan, TimeProvider clock, Action<Observation> observe)
    {
        _clock = clock;
        _calm = new SimulatedFaults { StaleBy = plan.Lag };
        var noise = new SeededNoise((ulong)plan.Seed);
        foreach (var settings in plan.Exchanges)
        {
            var exchange = new SimulatedExchange(settings, noise, plan.Start.AddHours(-1), events =>
            {
                foreach (var change in events)
                    observe(new Observation.BookChanged(clock.GetUtcNow(), change.Account, change));
            });
            _desks.Add(settings.Name, new SimulatedDesk(exchange, clock, noise) { Faults = _calm });
            _conditions.Add(settings.Name, new MarketConditions(clock));
        }

        foreach (var account in plan.Accounts)
        {
            _exchangeOf.Add(account.Id, account.Exchange);
            Operate(account.Id, (exchange, now) => exchange.OpenAccount(account.Id, account.Balances, now));
        }
    }

    public IReadOnlyCollection<string> Exchanges => _desks.Keys;

    public IReadOnlyCollection<string> Accounts => _exchangeOf.Keys;

    public SimulatedDesk DeskOf(string account) => _desks[_exchangeOf[account]];

    public MarketConditions ConditionsOf(string account) => _conditions[_exchangeOf[account]];

    public MarketConditions ConditionsAt(string exchange) => _conditions[exchange];

    public IReadOnlyList<SimulatedMarket> MarketsAt(string exchange) => _desks[exchange].Settings.Markets;

    public AccountBook Book(string account) => DeskOf(account).Operate((exchange, now) => exchange.View(account, now));

    /// <summary>The true quote of that moment.</summary>
    public Quote TrueQuote(string account, MarketId market, DateTimeOffset at) =>
        DeskOf(account).Operate((exchange, _) => exchange.Quotes([market], at).Single());

    /// <summary>Asks a question that is answered by a replica that lags, or by a page that begins before its cursor.</summary>
    public T Asked<T>(string account, Func<T> ask, decimal stale = 0, decimal repeated = 0)
    {
        // The desk draws its fault before anything is awaited, so it concerns this one question.
        var desk = DeskOf(account);
        desk.Faults = _calm with { StaleQuery = stale, RepeatedFills = repeated };
        try
        {
            return ask();
        }
        finally
        {
            desk.Faults = _calm;
        }
    }

    public void Shock(string exchange, MarketId market, decimal factor, TimeSpan duration) => _desks[exchange].Operate((engine, now) =>
    {
        engine.Shock(market, factor, now, now + duration);
        return exchange;
    });

    /// <summary>The owner takes money out, whatever the service has in mind with it: up to that share of what no order locks.</summary>
    public void Withdraw(string account, decimal share) => Operate(account, (exchange, now) =>
    {
        var dollars = Math.Round(exchange.View(account, now)["USD"].Free * share, 2, MidpointRounding.ToZero);
        if (dollars > 0)
            exchange.Transfer(account, "withdrawal", "USD", -dollars, now);
    });

    public void Deposit(string account, decimal dollars) => Operate(account, (exchange, now) => exchange.Transfer(account, "deposit", "USD", dollars, now));

    /// <summary>The owner trades by hand, with an id of no pattern of ours.</summary>
    public void TradeByHand(string account, double size)
    {
        var market = DeskOf(account).Settings.Markets[0];
        var quantity = Math.Max(market.MinQuantity, Math.Floor(300m * (decimal)(1 + size) / market.InitialPrice / market.LotSize) * market.LotSize);
        var order = new OrderRequest($"by-hand-{++_manual}", market.Market, size < 0.5 ? TradeSide.Buy : TradeSide.Sell, OrderType.Market, quantity, null);
        // The venue may refuse it, for lack of funds say; that is the owner's affair.
        Operate(account, (exchange, now) => exchange.Place(account, order, now));
    }

    public void Heal()
    {
        foreach (var conditions in _conditions.Values)
            conditions.Heal();
    }

    private void Operate(string account, Action<SimulatedExchange, DateTimeOffset> operation) => DeskOf(account).Operate((exchange, now) =>
    {
        operation(exchange, now);
        return account;
    });
}
