namespace Rebalancer.Domain.Portfolios;

/// <summary>Whether the portfolio should decide now, and why.</summary>
public static class Triggers
{
    /// <summary>What the portfolio itself gives cause for; a person's command is not asked about here.</summary>
    public static Trigger? Evaluate(PortfolioState state, Preparation.Ready look)
    {
        var now = look.Request.At;
        if (state.Open is not null || state.IsHalted || state.Pause is not null)
        {
            return null;
        }

        // Settings and new accounts change what the portfolio should be; waiting out an interval would only keep it wrong.
        var pending = First(state, TriggerKind.Remainder) ?? First(state, TriggerKind.SettingsChanged) ?? Added(state);
        if (pending is not null)
        {
            return pending;
        }

        var isQuiet = IsQuiet(state, look);
        if (!isQuiet && CashCauses.Short(state, look) is { } debt)
        {
            return debt;
        }

        var settings = look.Request.Settings;
        if (state.LastDispatchedAt is { } last && now - last < TimeSpan.FromDays((double)settings.MinIntervalDays))
        {
            return null;
        }

        if (First(state, TriggerKind.Schedule) is { } slot && SlotSessions.Objection(look) is null)
        {
            return slot;
        }

        return isQuiet ? null : Deposit(state, look) ?? OutOfBand(state, look) ?? CashCauses.Idle(state, look);
    }

    /// <summary>
    /// What was decided while an account could not be reached, for a moment perhaps, says nothing of what can be done once it can; balances lag
    /// fills all the same.
    /// </summary>
    private static bool IsQuiet(PortfolioState state, Preparation.Ready look) => state.QuietUntil is { } quiet && look.Request.At < quiet
        && !(quiet - look.Request.At > Cadence.AfterCompletion && state.OutOfReach?.MissedAccountOf(look.Problem) == true);

    private static Trigger? First(PortfolioState state, TriggerKind kind) => state.Pending.FirstOrDefault(trigger => trigger.Kind == kind);

    /// <summary>Accounts that joined together are one cause, not the first of them.</summary>
    private static Trigger? Added(PortfolioState state)
    {
        var added = state.Pending.Where(trigger => trigger.Kind == TriggerKind.AccountAdded).ToList();
        return added.Count < 2 ? added.FirstOrDefault() : new Trigger(
            TriggerKind.AccountAdded, $"{added.Count} accounts were read for the first time");
    }

    private static Trigger? Deposit(PortfolioState state, Preparation.Ready look)
    {
        var settings = look.Request.Settings;
        var managed = look.Request.Accounts.Select(account => account.Reading with
        {
            Balances = [.. account.Reading.Balances.Where(balance =>
                Valuation.ScopeOf(settings, look.Request.Targets, balance) != Valuation.Scope.Outside)],
        });
        // With no minimum trade set, crumbs such as interest must still not cause a decision each.
        var atLeast = Math.Max(settings.MinTradeValue, look.Valuation.Total * 0.0001m);
        return state.Baseline?.LargestArrival(managed, look.Prices, atLeast) is { } arrival
            ? new Trigger(TriggerKind.Deposit, $"{Words.Quantity(arrival.Quantity)} {arrival.Asset} arrived at {arrival.Account}")
            : null;
    }

    private static Trigger? OutOfBand(PortfolioState state, Preparation.Ready look)
    {
        var worst = look.Assets.Where(asset => asset.IsOut && state.OutOfReach?.Holds(asset, look.Problem) != true).MaxBy(asset => Math.Abs(asset.Weight - asset.Target) - asset.Band);
        return worst is null
            ? null
            : new Trigger(TriggerKind.DriftBand,
                $"{worst.Asset} is at {Words.Percent(worst.Weight)}, more than {Words.Percent(worst.Band)} from its target {Words.Percent(worst.Target)}");
    }
}
