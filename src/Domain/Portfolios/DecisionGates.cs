using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Portfolios;

/// <summary>What must hold before a plan is sent out. A gate that cannot be judged refuses.</summary>
public static class DecisionGates
{
    /// <summary>A jump of value beyond these factors with unchanged holdings is taken for a wrong price until a person says otherwise.</summary>
    private const decimal ImplausibleFall = 0.5m;
    private const decimal ImplausibleRise = 2m;

    /// <summary>Why the plan must not be sent; null when it may.</summary>
    public static string? Refusal(PortfolioState state, Preparation.Ready look, Plan plan)
    {
        if (look.Valuation.Total <= 0)
        {
            return $"the portfolio's value is {Words.Money(look.Valuation.Total, look.Request.Settings.BaseCurrency)}; fund an account first";
        }

        if (plan.Fallback)
        {
            return "no solver answered, and the plan of the simple method is never traded; run: rebalancer doctor";
        }

        if (Implausible(state, look) is { } implausible)
        {
            return implausible;
        }

        if (LimitShares.Refusal(look, plan) is { } exposed)
        {
            return exposed;
        }

        var limit = look.Request.Settings.Limits.MaxDailyTurnover;
        var today = state.Turnover.Where(entry => look.Request.At - entry.At < Cadence.Day).Sum(entry => entry.Share);
        var planned = TurnoverOf(plan, look.Problem, look.Valuation.Total);
        return today + planned > limit
            ? $"it would turn over {Words.Percent(planned)} of the value after {Words.Percent(today)} in the last 24 h, more than " +
              $"limits.maxDailyTurnover allows ({Words.Percent(limit)}); wait, or raise the limit"
            : null;
    }

    /// <summary>Why trading must stop altogether; null when it need not.</summary>
    public static string? Drawdown(PortfolioState state, Preparation.Ready look)
    {
        if (look.Request.Settings.Limits.MaxDrawdown is not { } limit || state.PeakIndex <= 0)
        {
            return null;
        }

        var fall = 1 - (IndexOf(state, look) / state.PeakIndex);
        return fall > limit
            ? $"the value has fallen {Words.Percent(fall)} from its highest, deposits aside; limits.maxDrawdown is {Words.Percent(limit)}"
            : null;
    }

    /// <summary>The event that keeps the high-water mark, when there is something new to keep.</summary>
    public static PortfolioValued? Value(PortfolioState state, Preparation.Ready look)
    {
        var index = IndexOf(state, look);
        var worthKeeping = index > state.PeakIndex * 1.01m || state.ValuedAt is not { } at || look.Request.At - at > Cadence.Day;
        return worthKeeping && state.Baseline is not null ? new PortfolioValued(look.Valuation.Total, index, look.Request.At) : null;
    }

    /// <summary>Half of what is bought and sold as a share of value: the measure of drift, so that a first investment of all cash is one half.</summary>
    public static decimal TurnoverOf(RebalanceDecided decided) => TurnoverOf(decided.Plan, decided.Problem, decided.TotalValue);

    private static decimal TurnoverOf(Plan plan, PlacementProblem problem, decimal total) => total <= 0
        ? 0
        : plan.Trades.Sum(trade => trade.Notional * problem.PriceOf(trade.Quote)) / 2 / total;

    private static string? Implausible(PortfolioState state, Preparation.Ready look)
    {
        if (look.Request.Trigger.Kind == TriggerKind.Manual || state.Baseline is null || state.LastIndex <= 0)
        {
            return null;
        }

        var factor = IndexOf(state, look) / state.LastIndex;
        return factor is < ImplausibleFall or > ImplausibleRise
            ? $"the same holdings are worth {Words.Percent(factor)} of what they were at the last valuation; check the prices, then decide with: rebalancer now"
            : null;
    }

    private static decimal IndexOf(PortfolioState state, Preparation.Ready look) =>
        state.IndexAt(look.Prices.ToDictionary(point => point.Key, point => point.Value.Price));
}
