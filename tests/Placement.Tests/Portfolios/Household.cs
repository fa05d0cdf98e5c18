using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Placement.Tests.Portfolios;

/// <summary>Two accounts of one owner that trade VTI and ITOT, decided for day after day with the program's own placement; every order is filled as planned.</summary>
internal sealed class Household(IMilpSolver solver, PortfolioSettings settings)
{
    private readonly SortedDictionary<string, SortedDictionary<string, decimal>> _balances = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedDictionary<string, IReadOnlyList<TaxLot>>> _lots = new(StringComparer.Ordinal);

    public static DateTimeOffset Start { get; } = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    public static PortfolioSettings Settings { get; } = new()
    {
        Id = "family",
        BaseCurrency = "USD",
        Targets = TargetSettings.Fixed(new(StringComparer.Ordinal) { ["VTI"] = 0.25m }),
        Accounts = ["ann", "ben"],
        Taxes = new TaxRules { ShortTermRate = 0.3m, LongTermRate = 0.15m },
        Bands = new BandSettings(),
    };

    public PortfolioState State { get; private set; } = PortfolioState.Empty.Evolve(new PortfolioSettingsChanged(settings, "test", Start));

    public DateTimeOffset Now { get; private set; } = Start;

    public Household Has(string account, string balances, params TaxLot[] lotsOfVti)
    {
        _balances[account] = Problems.Amounts(balances);
        _lots[account] = lotsOfVti.Length == 0 ? new(StringComparer.Ordinal) : new(StringComparer.Ordinal) { ["VTI"] = lotsOfVti };
        return this;
    }

    public void After(int days, PortfolioSettings? changed = null)
    {
        Now += TimeSpan.FromDays(days);
        State = changed is null ? State : State.Evolve(new PortfolioSettingsChanged(changed, "test", Now));
    }

    public Preparation.Ready Look(decimal price) => Preparation.Of(
        State, new(_balances.Keys.ToDictionary(id => id, id => Reading(id, price)), StringComparer.Ordinal), new Trigger(TriggerKind.Manual, "test"), Now).ShouldBeOfType<Preparation.Ready>();

    /// <summary>Decides at a price of VTI and, if the gates let it, fills every order at that price and a fee of 1 an order.</summary>
    public RebalanceDecided Decide(decimal price)
    {
        var look = Look(price);
        var result = Planner.Plan(look.Problem, solver);
        var events = Deciding.Decide(State, look, result, Sending.BySettings, Now);
        State = events.Aggregate(State, (state, next) => state.Evolve(next));
        var decided = events.OfType<RebalanceDecided>().Single();
        foreach (var part in events.OfType<DecisionDispatched>().SelectMany(dispatched => dispatched.Parts))
        {
            State = State.Evolve(new AccountExecutionReported(decided.DecisionId, part.AccountId, [.. part.Trades.Select(trade => Fill(part.AccountId, trade))], Now));
        }

        if (State.Open is not null)
        {
            State = State.Evolve(new RebalanceCompleted(decided.DecisionId, 0, look.Valuation.Total, 0, decided.Accounts, [], null, [], Now));
        }

        return decided;
    }

    private TradeOutcome Fill(string account, DispatchedTrade trade)
    {
        var (balances, sign) = (_balances[account], trade.Side == TradeSide.Buy ? 1 : -1);
        balances[trade.Market.Asset] = balances.GetValueOrDefault(trade.Market.Asset) + (sign * trade.Quantity);
        balances["USD"] -= (sign * trade.Quantity * trade.ReferencePrice) + 1;
        return new TradeOutcome(
            trade.IntentId, trade.Market, trade.Side, trade.Quantity, trade.Quantity, trade.ReferencePrice, Problems.Amounts("USD 1"), 1, OrderState.Filled, null);
    }

    private AccountReading Reading(string id, decimal price) => new()
    {
        Id = id,
        Venue = "sim:broker",
        Kind = "broker",
        ReceivedAt = Now,
        BalancesAt = Now,
        Balances = [.. _balances[id].Select(balance => new Balance(balance.Key, balance.Value, 0, 0, balance.Key == "USD"))],
        Markets = [Rules("VTI"), Rules("ITOT")],
        Quotes = [Quoted("VTI", price), Quoted("ITOT", 100)],
        Lots = _lots[id],
    };

    private static MarketRules Rules(string asset) =>
        new(new MarketId(asset, "USD"), 0.01m, 1, 0, null, 0, null, 0, 0, 0, null, TradingSession.Open, null);

    private Quote Quoted(string asset, decimal price) => new(new MarketId(asset, "USD"), price, price, Now);
}
