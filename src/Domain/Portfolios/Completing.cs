using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Portfolios;

/// <summary>What a decision came to once its orders have ended, and whether something worth doing is left.</summary>
public static class Completing
{
    /// <summary>True when every account has reported, or the missing ones had their time.</summary>
    public static bool IsDue(OpenDecision open, DateTimeOffset now) => open.Dispatched is { } dispatched
        && (open.Outstanding.Count == 0 || now > dispatched.ExpiresAt + Cadence.ReportGrace);

    /// <param name="readings">Read after the last report.</param>
    public static RebalanceCompleted Complete(
        PortfolioState state, OpenDecision open, SortedDictionary<string, AccountReading> readings, DateTimeOffset now)
    {
        var decided = open.Decided;
        var prices = new SortedDictionary<string, PricePoint>(decided.Prices.ToDictionary(point => point.Asset), StringComparer.Ordinal)
        {
            [decided.Settings.BaseCurrency] = new PricePoint(decided.Settings.BaseCurrency, 1, decided.At, "base currency"),
        };
        var accounts = decided.Accounts.Where(account => readings.ContainsKey(account.Id)).ToList();
        var after = Valuation.Of(decided.Settings, decided.Targets, accounts.Select(account => readings[account.Id]), prices);
        var outcomes = open.Reports.SelectMany(report => report.Outcomes.Select(outcome => (report.AccountId, Outcome: outcome))).ToList();
        var untradeable = Untradeable(state, outcomes);
        var fees = outcomes.SelectMany(item => item.Outcome.Fees).ToList();
        return new RebalanceCompleted(
            decided.DecisionId,
            Drift.Of(after.Weights, decided.Targets),
            after.Total,
            fees.Where(fee => prices.ContainsKey(fee.Key)).Sum(fee => fee.Value * prices[fee.Key].Price),
            [.. accounts.Select(account => account with { BalancesAt = readings[account.Id].BalancesAt, Balances = readings[account.Id].Balances })],
            open.Outstanding,
            Remainder(state, open, outcomes, untradeable, prices),
            untradeable,
            now)
        {
            UnpricedFees = Unpriced(fees, prices),
        };
    }

    /// <summary>What a fee in an asset without a price is worth is unknown, not nothing.</summary>
    private static SortedDictionary<string, decimal>? Unpriced(IEnumerable<KeyValuePair<string, decimal>> fees, SortedDictionary<string, PricePoint> prices)
    {
        var unpriced = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (asset, fee) in fees.Where(fee => fee.Value != 0 && !prices.ContainsKey(fee.Key)))
        {
            unpriced[asset] = unpriced.GetValueOrDefault(asset) + fee;
        }

        return unpriced.Count == 0 ? null : unpriced;
    }

    /// <summary>
    /// A pair that got nothing at all in a remainder, after failing in the decision before, is left alone with its reason. Rejects that outlast the
    /// chain of remainders are remembered by the account, in <see cref="Accounts.Account.RefusedSides"/>.
    /// </summary>
    private static IReadOnlyList<UntradeablePair> Untradeable(PortfolioState state, IReadOnlyList<(string AccountId, TradeOutcome Outcome)> outcomes) =>
        [.. state.Untradeable, .. outcomes
            .Where(item => state.RemainderAttempts > 0 && item.Outcome.Filled == 0)
            .Select(item => new UntradeablePair(
                item.AccountId, item.Outcome.Market.Asset, $"orders failed twice in a row, lately {item.Outcome.State}: {item.Outcome.Reason ?? "no reason given"}"))
            .Where(pair => !state.Untradeable.Any(known => known.Account == pair.Account && known.Asset == pair.Asset))
            .DistinctBy(pair => (pair.Account, pair.Asset))];

    private static string? Remainder(
        PortfolioState state, OpenDecision open, IReadOnlyList<(string AccountId, TradeOutcome Outcome)> outcomes,
        IReadOnlyList<UntradeablePair> untradeable, SortedDictionary<string, PricePoint> prices)
    {
        if (state.RemainderAttempts >= Cadence.MaxRemainders)
        {
            return null;
        }

        // A remainder below the smallest trade is dust: the next plan could not trade it, so it must not ask for one.
        var left = outcomes
            .Where(item => !untradeable.Any(pair => pair.Account == item.AccountId && pair.Asset == item.Outcome.Market.Asset))
            .Select(item => (item.AccountId, item.Outcome, Value: (item.Outcome.Intended - item.Outcome.Filled) * PriceOf(item.Outcome, prices)))
            .Where(item => item.Value > 0 && item.Value >= Smallest(open.Decided, item.AccountId, item.Outcome, prices))
            .ToList();
        if (left.Count == 0)
        {
            return null;
        }

        var (account, worst, _) = left.MaxBy(item => item.Value);
        var side = worst.Side == TradeSide.Buy ? "bought" : "sold";
        return $"of {open.Decided.DecisionId}, {Words.Quantity(worst.Filled)} of {Words.Quantity(worst.Intended)} {worst.Market.Asset} was {side} at {account}" +
            (left.Count > 1 ? $", and {left.Count - 1} more orders were not filled in full" : "");
    }

    /// <summary>Of the decision: nothing is planned in a market without a price.</summary>
    private static decimal PriceOf(TradeOutcome outcome, SortedDictionary<string, PricePoint> prices) => prices[outcome.Market.Asset].Price;

    private static decimal Smallest(
        RebalanceDecided decided, string accountId, TradeOutcome outcome, SortedDictionary<string, PricePoint> prices)
    {
        var market = decided.Problem.Accounts.First(account => account.Id == accountId).Markets
            .First(market => market.Asset == outcome.Market.Asset && market.Quote == outcome.Market.Quote);
        var price = PriceOf(outcome, prices);
        return Math.Max(Math.Max(market.LotSize, market.MinQuantity) * price, market.MinNotional * prices[market.Quote].Price);
    }
}
