using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Actors.Portfolios;

/// <summary>A portfolio's state in the shapes others are told.</summary>
internal static class PortfolioViews
{
    public static PortfolioView Portfolio(
        PortfolioState state, PortfolioSettings settings, SortedDictionary<string, AccountReading> readings, IReadOnlyList<string> waitingFor,
        DateTimeOffset now, DateTimeOffset? nextSlot)
    {
        var look = state.Settings is null
            ? null
            : Preparation.Of(state, readings, new Trigger(TriggerKind.Manual, "shown"), now) as Preparation.Ready;
        return new PortfolioView(
            settings.Id, settings.BaseCurrency, ModeWord(settings.Mode), look?.Valuation.Total,
            look is null ? null : 1 - Drift.Of(look.Valuation.Weights, look.Request.Targets),
            look is null ? [] : [.. look.Assets.Select(asset => new AssetWeightView(
                asset.Asset, look.Valuation.ByAsset.GetValueOrDefault(asset.Asset), (double)asset.Weight, (double)asset.Target,
                (double)asset.Band, asset.IsOut, state.LastPlanned.TryGetValue(asset.Asset, out var planned) ? planned : null))],
            [.. settings.Accounts.Select(id => Account(id, readings.GetValueOrDefault(id), look, settings.Limits, now))],
            state.Recent.Count == 0 ? null : Decision(state.Recent[^1]),
            waitingFor,
            [.. state.Halts.Select(halt => $"{halt.Key}: {halt.Value}")],
            now,
            nextSlot)
        {
            Pause = state.Pause,
        };
    }

    public static PortfolioHoldings Holdings(PortfolioSettings settings, SortedDictionary<string, AccountReading> readings, DateTimeOffset now)
    {
        var known = settings.Accounts.Select(id => readings.GetValueOrDefault(id)).OfType<AccountReading>().ToList();
        var prices = PriceBook.Build(settings.BaseCurrency, known);
        return new PortfolioHoldings(
            settings.Id, settings.BaseCurrency, now,
            [.. prices.Values.Where(point => point.Asset != settings.BaseCurrency).Select(point => new PriceView(point.Asset, point.Price, point.At, point.Source))],
            [.. known.SelectMany(reading => reading.Balances.Where(balance => balance.Total != 0).OrderBy(balance => balance.Asset, StringComparer.Ordinal).Select(balance =>
            {
                var price = prices.GetValueOrDefault(balance.Asset)?.Price;
                return new HoldingView(reading.Id, balance.Asset, balance.Total, balance.Locked, price, price * balance.Total, balance.IsCurrency);
            }))]);
    }

    public static IReadOnlyList<DecisionView> Decisions(PortfolioState state, int limit) =>
        [.. state.Recent.Reverse().Take(limit).Select(Decision)];

    /// <summary>The mode as the settings file writes it.</summary>
    private static string ModeWord(TradingMode mode) => mode switch
    {
        TradingMode.DryRun => "dry-run",
        TradingMode.Paper => "paper",
        _ => "live",
    };

    private static DecisionView Decision(DecisionSummary summary) => new(
        summary.Id, summary.At, $"{summary.Trigger.Kind}: {summary.Trigger.Detail}", summary.Status, summary.DriftBefore, summary.DriftPlanned,
        summary.DriftAfter, summary.Orders, summary.Fills, summary.Fees, summary.GapBasisPoints);

    private static AccountValueView Account(
        string id, AccountReading? reading, Preparation.Ready? look, LimitSettings limits, DateTimeOffset now)
    {
        var use = AccountUse.Of(id, reading, limits, now);
        var why = use switch
        {
            AccountUse.Frozen frozen => frozen.Reason,
            AccountUse.WaitedFor wait => wait.Reason,
            _ => null,
        };
        return new AccountValueView(
            id, reading?.Venue ?? "", look?.Valuation.ByAccount.TryGetValue(id, out var value) == true ? value : null, use.GetType().Name, why,
            reading?.BalancesAt, reading?.OpenIntents ?? 0);
    }
}
