using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Domain.Tests.Portfolios;

/// <summary>A small portfolio for the tests: BTC at an exchange, SPY at a broker, targets 40 / 40, the rest cash.</summary>
internal static class Given
{
    public static DateTimeOffset Now { get; } = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    public static PortfolioSettings Settings { get; } = new PortfolioSettings
    {
        Id = "main",
        BaseCurrency = "USD",
        Targets = TargetSettings.Fixed(new() { ["BTC"] = 0.4m, ["SPY"] = 0.4m }),
        Accounts = ["kraken", "ib"],
        MinTradeValue = 10,
    };

    public static AccountReading Exchange(decimal usd = 6_000, decimal btc = 0.08m, decimal price = 50_000) => new AccountReading
    {
        Id = "kraken",
        Venue = "sim:kraken",
        Kind = "exchange",
        ReceivedAt = Now,
        BalancesAt = Now,
        Balances = [new Balance("BTC", btc, 0, 0, false), new Balance("USD", usd, 0, 0, true)],
        Markets = [Rules("BTC", 0.0001m, 10, 0.001m)],
        Quotes = [Quote("BTC", price)],
    };

    public static AccountReading Broker(decimal usd = 6_000, decimal spy = 8, decimal price = 500) => new AccountReading
    {
        Id = "ib",
        Venue = "sim:ib",
        Kind = "broker",
        ReceivedAt = Now,
        BalancesAt = Now,
        Balances = [new Balance("SPY", spy, 0, 0, false), new Balance("USD", usd, 0, 0, true)],
        Markets = [Rules("SPY", 1, 0, 0)],
        Quotes = [Quote("SPY", price)],
    };

    public static MarketRules Rules(string asset, decimal lot, decimal minNotional, decimal fee, string quote = "USD") => new(
        new MarketId(asset, quote), 0.01m, lot, 0, null, minNotional, null, fee, fee, 0, null, TradingSession.Open, null);

    public static Quote Quote(string asset, decimal mid, string quote = "USD") => new(new MarketId(asset, quote), mid * 0.999m, mid * 1.001m, Now);

    public static SortedDictionary<string, AccountReading> Readings(params AccountReading[] readings) =>
        new(readings.ToDictionary(reading => reading.Id), StringComparer.Ordinal);

    public static PortfolioState State(PortfolioSettings? settings = null, params object[] events) =>
        events.Aggregate(PortfolioState.Empty.Evolve(new PortfolioSettingsChanged(settings ?? Settings, "test", Now)), (state, next) => state.Evolve(next));

    public static Trigger Manual { get; } = new(TriggerKind.Manual, "asked for by ann");

    public static Preparation.Ready Look(PortfolioState state, params AccountReading[] readings) =>
        Preparation.Of(state, Readings(readings), Manual, Now).ShouldBeOfType<Preparation.Ready>();

    /// <summary>A plan that makes exactly these trades at the problem's prices, as a placement would return it.</summary>
    public static PlacementResult Plan(Preparation.Ready look, params (string Account, string Asset, TradeSide Side, decimal Quantity)[] trades)
    {
        var planned = trades.Select(trade =>
        {
            var price = look.Prices[trade.Asset].Price;
            return new PlannedTrade(trade.Account, trade.Asset, "USD", trade.Side, trade.Quantity, price, trade.Quantity * price, 0, "nearest its target");
        }).ToList();
        var after = look.Assets.Select(asset => new AssetWeights(asset.Asset, (double)asset.Weight, (double)asset.Target, (double)(asset.Weight
            + (planned.Where(trade => trade.Asset == asset.Asset).Sum(trade => trade.Side == TradeSide.Buy ? trade.Notional : -trade.Notional)
                / look.Valuation.Total)))).ToList();
        var plan = new Plan
        {
            Status = PlanStatus.Optimal,
            StoppedBy = MilpStop.Gap,
            Objective = 1,
            Bound = 1,
            TotalValue = look.Valuation.Total,
            DeviationBefore = 1,
            DeviationAfter = 0,
            Cost = 0,
            Tax = 0,
            Trades = planned,
            Assets = after,
            Accounts = [.. look.Problem.Accounts.Select(account => After(account, planned))],
        };
        return new PlacementResult(plan, [new MilpSolution(MilpStatus.Optimal, MilpStop.Gap, 1, 1, [0.5, 1], [], 1)]);
    }

    private static AccountAfter After(PlacementAccount account, IReadOnlyList<PlannedTrade> planned)
    {
        var cash = account.Cash.GetValueOrDefault("USD");
        var spent = planned.Where(trade => trade.Account == account.Id).Sum(trade => trade.Side == TradeSide.Buy ? trade.Notional : -trade.Notional);
        return new AccountAfter(account.Id, cash, cash - spent, []);
    }
}
