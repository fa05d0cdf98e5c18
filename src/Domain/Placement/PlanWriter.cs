using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement.Explanation;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement;

/// <summary>Writes a draft out as the plan of CLI.md: trades with their reasons, figures, balances after, what was left out and why.</summary>
internal static class PlanWriter
{
    private const decimal BasisPointsInOne = 10_000m;

    // Finer than anything that is printed; the gap is a quotient and would otherwise carry 28 digits of noise.
    private const int GapDecimals = 6;

    /// <param name="explain">Explains the plan in full; null leaves that out.</param>
    public static Plan Write(Portfolio portfolio, PlanDraft draft, Func<PlanState, PlanDraft, PlanExplanation>? explain = null)
    {
        var evaluation = draft.Evaluation;
        var judged = draft.FallbackObjective is { } objective ? new Portfolio(portfolio.Problem with { Objective = objective }) : portfolio;
        var state = new PlanState(judged, evaluation.Sizes);
        var reasons = new TradeReasons(state);
        return new Plan
        {
            Status = draft.Status,
            StoppedBy = draft.StoppedBy,
            Fallback = draft.Fallback,
            FallbackObjective = draft.FallbackObjective,
            Objective = DecimalText.Normalise(evaluation.Objective),
            Bound = draft.Bound is { } bound ? DecimalText.Normalise(bound) : null,
            TradesBound = draft.TradesBound,
            GapBasisPoints = GapOf(portfolio, draft),
            TotalValue = DecimalText.Normalise(portfolio.TotalValue),
            DeviationBefore = DecimalText.Normalise(portfolio.Rows.Sum(row => Math.Abs(row.Gap))),
            DeviationAfter = DecimalText.Normalise(evaluation.Deviation),
            Cost = DecimalText.Normalise(evaluation.Cost),
            Tax = DecimalText.Normalise(evaluation.Tax),
            Trades = [.. portfolio.Options.SelectMany(option => Trades(option, evaluation.Sizes, reasons))],
            Assets = [.. portfolio.Rows.Select((row, index) => new AssetWeights(
                row.Name, Weight(portfolio, row.ValueBefore), (double)row.Weight, Weight(portfolio, evaluation.RowValues[index])))],
            Accounts = [.. portfolio.Accounts.Select((account, index) => After(portfolio, account, index, evaluation))],
            Skipped = SkippedPairs.Of(state),
            Transfers = new TransferAdvisor(state).Advise(),
            Warnings = draft.Warnings,
            Explanation = explain?.Invoke(state, draft),
        };
    }

    private static double GapOf(Portfolio portfolio, PlanDraft draft) =>
        draft.Bound is { } bound && portfolio.TotalValue > 0
            ? (double)Math.Round(Math.Max(0, draft.Evaluation.Objective - bound) * BasisPointsInOne / portfolio.TotalValue, GapDecimals)
            : 0;

    private static double Weight(Portfolio portfolio, decimal value) => portfolio.TotalValue > 0 ? (double)(value / portfolio.TotalValue) : 0;

    private static IEnumerable<PlannedTrade> Trades(TradeOption option, TradeSizes sizes, TradeReasons reasons)
    {
        var (bought, sold) = (sizes.Buys[option.Index], sizes.Sells[option.Index]);
        if (bought > 0)
        {
            yield return Trade(option, TradeSide.Buy, bought, reasons.Of(option, isBuy: true));
        }

        if (sold > 0)
        {
            yield return Trade(option, TradeSide.Sell, sold, reasons.Of(option, isBuy: false));
        }
    }

    private static PlannedTrade Trade(TradeOption option, TradeSide side, decimal lots, string reason)
    {
        var quantity = lots * option.Lot;
        var price = option.Price / option.QuotePrice;
        var notional = quantity * option.Price / option.QuotePrice;
        return new PlannedTrade(
            option.Account, option.Asset, option.Quote, side, DecimalText.Normalise(quantity), DecimalText.Normalise(price),
            DecimalText.Normalise(notional), DecimalText.Normalise(notional * option.Market.FeeRate), reason);
    }

    private static AccountAfter After(Portfolio portfolio, PlacementAccount account, int index, Evaluation evaluation)
    {
        var holdings = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        var unmanaged = account.Holdings.Keys.Intersect(portfolio.Problem.Unmanaged, StringComparer.Ordinal);
        foreach (var asset in portfolio.AssetsOf(account).Where(asset => !portfolio.IsFreeCash(asset)).Concat(unmanaged))
        {
            var quantity = portfolio.Balance(account, asset) + (evaluation.Books.Change(index, asset) / portfolio.PriceOrOne(asset));
            if (quantity != 0 || account.Holdings.ContainsKey(asset))
            {
                holdings[asset] = DecimalText.Normalise(Math.Round(quantity, 18));
            }
        }

        var currencies = portfolio.AssetsOf(account).Where(portfolio.IsFreeCash).ToList();
        var before = currencies.Sum(currency => portfolio.Balance(account, currency) * portfolio.Price(currency));
        var after = currencies.Sum(currency => evaluation.Books.ValueAfter(index, currency));
        return new AccountAfter(account.Id, DecimalText.Normalise(before), DecimalText.Normalise(after), holdings);
    }
}
