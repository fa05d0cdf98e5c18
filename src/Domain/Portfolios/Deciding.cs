using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Portfolios;

/// <summary>Whether a decision's orders may go out at once. In dry-run mode none ever does.</summary>
public enum Sending
{
    /// <summary>As the settings' approval says.</summary>
    BySettings,

    /// <summary>Wait for <c>apply</c> whatever the settings say.</summary>
    Hold,

    /// <summary>A person has applied it.</summary>
    Approved,
}

/// <summary>From a plan to events: what is decided, and the orders each account is asked to make.</summary>
public static class Deciding
{
    /// <param name="now">
    /// When the orders go out, from which their time counts. The look is older by as long as the solver took, and a slow solve must not use up
    /// the time its own orders have.
    /// </param>
    /// <returns><see cref="RebalanceDecided"/>, with <see cref="DecisionDispatched"/> behind it when the orders go out now.</returns>
    public static IReadOnlyList<object> Decide(PortfolioState state, Preparation.Ready look, PlacementResult result, Sending sending, DateTimeOffset now)
    {
        var settings = look.Request.Settings;
        var refusal = DecisionGates.Refusal(state, look, result.Plan);
        var disposition = refusal is not null ? Disposition.Refused
            : result.Plan.Trades.Count == 0 ? Disposition.NothingToDo
            : MustWait(settings, sending) ? Disposition.Waiting
            : Disposition.Dispatched;
        var decided = new RebalanceDecided
        {
            DecisionId = NextId(state, settings.Id, look.Request.At),
            At = look.Request.At,
            Trigger = look.Request.Trigger,
            Settings = settings,
            Targets = look.Request.Targets,
            TargetsFrom = settings.Targets.Computed is null ? null : state.Computed?.ComputationId,
            Accounts = Evidence(look.Request.Accounts),
            Prices = [.. look.Prices.Values.Where(point => point.Asset != settings.BaseCurrency)],
            Assets = look.Assets,
            TotalValue = look.Valuation.Total,
            Problem = look.Problem,
            TaxBook = settings.Taxes is null && look.Request.TaxBook.IsEmpty ? null : look.Request.TaxBook,
            Answers = result.Answers,
            Plan = result.Plan,
            Notes = look.Notes,
            Disposition = disposition,
            RefusedBecause = refusal,
            DriftBefore = Drift.Of(look.Valuation.Weights, look.Request.Targets),
            DriftPlanned = PlannedDrift(result.Plan, look.Request.Targets),
        };
        return disposition == Disposition.Dispatched ? [decided, Dispatch(decided, now)] : [decided];
    }

    public static IReadOnlyList<AccountEvidence> Evidence(IEnumerable<AccountForDecision> accounts) =>
        [.. accounts.Select(account => new AccountEvidence(
            account.Reading.Id, account.Reading.Venue, account.Reading.BalancesAt, account.Reading.Balances, account.FrozenBecause))];

    /// <summary>How a fresh plan differs from the one that was approved, in words; null when within the collar.</summary>
    public static string? DiffersBeyondCollar(RebalanceDecided approved, Plan fresh)
    {
        var collar = approved.Settings.Orders.PriceCollar;
        foreach (var trade in approved.Plan.Trades)
        {
            var now = fresh.Trades.FirstOrDefault(other => SamePair(other, trade));
            if (now is null)
            {
                return $"{trade.Side} {trade.Asset} at {trade.Account} is no longer in the plan";
            }

            if (Math.Abs((now.Price / trade.Price) - 1) > collar)
            {
                return $"the price of {trade.Asset} at {trade.Account} went from {Words.Quantity(trade.Price)} to {Words.Quantity(now.Price)} {trade.Quote}";
            }

            // A whole lot more or less is the same decision: rounding, not a change of mind.
            var market = approved.Problem.Accounts.First(account => account.Id == trade.Account).Markets
                .First(market => market.Asset == trade.Asset && market.Quote == trade.Quote);
            if (Math.Abs(now.Quantity - trade.Quantity) > Math.Max(collar * trade.Quantity, market.LotSize))
            {
                return $"{trade.Side} {trade.Asset} at {trade.Account} went from {Words.Quantity(trade.Quantity)} to {Words.Quantity(now.Quantity)}";
            }
        }

        return fresh.Trades.FirstOrDefault(trade => !approved.Plan.Trades.Any(other => SamePair(other, trade))) is { } added
            ? $"{added.Side} {added.Asset} at {added.Account} is new in the plan"
            : null;
    }

    private static bool MustWait(PortfolioSettings settings, Sending sending) => sending switch
    {
        _ when settings.Mode == TradingMode.DryRun => true,
        Sending.Hold => true,
        Sending.Approved => false,
        _ => settings.Approval == ApprovalMode.Manual,
    };

    private static bool SamePair(PlannedTrade one, PlannedTrade other) =>
        one.Account == other.Account && one.Asset == other.Asset && one.Quote == other.Quote && one.Side == other.Side;

    /// <summary>The plan's orders by account; an order's id is unique for ever: decision, account and position.</summary>
    public static IReadOnlyList<DispatchedPart> PartsOf(string decisionId, Plan plan) =>
        [.. plan.Trades
            .GroupBy(trade => trade.Account, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new DispatchedPart(group.Key, [.. group.Select((trade, index) => new DispatchedTrade(
                string.Create(CultureInfo.InvariantCulture, $"{decisionId}/{trade.Account}/{index + 1}"),
                new MarketId(trade.Asset, trade.Quote), trade.Side, trade.Quantity, trade.Price))]))];

    private static DecisionDispatched Dispatch(RebalanceDecided decided, DateTimeOffset now)
    {
        // Sells and the buys they pay for are worked one after the other, each for its own time.
        var orders = decided.Settings.Orders;
        var seconds = (2 * orders.TimeoutSeconds * orders.Slices) + 30;
        return new DecisionDispatched(decided.DecisionId, PartsOf(decided.DecisionId, decided.Plan), now + TimeSpan.FromSeconds(seconds), now);
    }

    /// <summary>
    /// Portfolio, count, and time in base 36. The time keeps ids, and the order ids made from them, unique even when a journal is lost and a new
    /// one starts counting at 1 before the same venue.
    /// </summary>
    private static string NextId(PortfolioState state, string portfolio, DateTimeOffset at)
    {
        const string digits = "0123456789abcdefghijklmnopqrstuvwxyz";
        var text = "";
        for (var rest = at.ToUnixTimeSeconds(); rest > 0; rest /= digits.Length)
        {
            text = digits[(int)(rest % digits.Length)] + text;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{portfolio}-{state.Decisions + 1}-{text}");
    }

    private static double PlannedDrift(Plan plan, SortedDictionary<string, decimal> targets)
    {
        var off = 0.0;
        var sum = 0.0;
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var asset in plan.Assets)
        {
            seen.Add(asset.Asset);
            sum += asset.After;
            off += Math.Abs(asset.After - (double)targets.GetValueOrDefault(asset.Asset));
        }

        off += targets.Where(target => !seen.Contains(target.Key)).Sum(target => (double)target.Value);
        return (off + Math.Abs((double)targets.Values.Sum() - sum)) / 2;
    }
}
