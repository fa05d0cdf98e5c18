using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Portfolios;

/// <summary>
/// Slots of the schedule beside the sessions of the markets. Venues say themselves when they are closed, so their holidays and half days
/// need no calendar here.
/// </summary>
public static class SlotSessions
{
    /// <summary>Why a slot that is due must not be acted on now; null when it may be.</summary>
    public static string? Objection(Preparation.Ready look) =>
        look.Request.Settings.Schedule is { WhenClosed: not ClosedMarkets.TradeOpen } && Closed(look) is { } asset
            ? $"{asset} is closed wherever it trades"
            : null;

    /// <summary>The end of slots that the settings skip while something is closed; null when there is none.</summary>
    public static SlotSkipped? Skip(PortfolioState state, Preparation.Ready look) =>
        look.Request.Settings.Schedule?.WhenClosed == ClosedMarkets.Skip && state.LastSlot is { } slot
            && state.Pending.Any(trigger => trigger.Kind == TriggerKind.Schedule) && Objection(look) is { } reason
            ? new SlotSkipped(slot, reason, look.Request.At)
            : null;

    /// <summary>
    /// What of the pending triggers a decision leaves: a slot that waits for everything to be open is not served by one that could not trade
    /// something.
    /// </summary>
    public static IReadOnlyList<Trigger> Left(IReadOnlyList<Trigger> pending, RebalanceDecided decided) =>
        decided.Settings.Schedule?.WhenClosed == ClosedMarkets.Wait && decided.Trigger.Kind != TriggerKind.Schedule
            && decided.Problem.Accounts.SelectMany(account => account.Markets).GroupBy(market => market.Asset, StringComparer.Ordinal)
                .Any(markets => markets.All(market => market.Allow == AllowedSides.None))
            ? [.. pending.Where(trigger => trigger.Kind == TriggerKind.Schedule)]
            : [];

    /// <summary>The first asset with a target or a holding whose every market in a trading account is closed; a halt or delisting may last.</summary>
    private static string? Closed(Preparation.Ready look)
    {
        var markets = look.Request.Accounts.Where(account => account.FrozenBecause is null).SelectMany(account => account.Reading.Markets).ToList();
        return look.Assets.Select(asset => asset.Asset).FirstOrDefault(asset =>
            markets.Any(rules => rules.Market.Asset == asset) && markets.Where(rules => rules.Market.Asset == asset).All(rules => rules.Session == TradingSession.Closed));
    }
}
