using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Host.Notifications;

/// <summary>Which events of the journal are worth telling, and in which words.</summary>
public sealed class EventNotices(EventCatalog catalog)
{
    private static readonly string[] Telling =
    [
        "rebalance-decided", "rebalance-completed", "decision-expired", "order-rejected", "order-outcome-unknown", "order-quarantined", "order-never-arrived",
        "account-halted", "account-reducing", "account-resumed", "account-paused", "portfolio-halted", "portfolio-resumed",
    ];

    /// <summary>Null for what nobody need be told.</summary>
    public Notification? Of(JournalRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (!Telling.Contains(row.EventName))
        {
            return null;
        }

        var @event = catalog.Deserialize(row.EventName, row.EventVersion, row.Payload);
        if (Tell(row.PersistenceId, @event) is not var (kind, text))
        {
            return null;
        }

        var details = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["event"] = row.EventName, ["correlationId"] = row.CorrelationId };
        if (Domain.Audit.DecisionRecord.IdOf(@event) is { } decision)
        {
            details["decision"] = decision;
        }

        if (@event is OrderEvent order)
        {
            details["intent"] = order.IntentId;
        }

        return new Notification($"{row.PersistenceId}/{row.SequenceNr}", kind, row.Timestamp, row.PersistenceId, text, details);
    }

    private static (NotificationKind Kind, string Text)? Tell(string stream, object @event) => @event switch
    {
        RebalanceDecided { Disposition: not Disposition.NothingToDo } decided => (NotificationKind.Decision, Decided(decided)),
        RebalanceCompleted completed => (NotificationKind.Decision,
            $"{completed.DecisionId} is carried out: {Words.Percent(completed.DriftAfter)} is in the wrong place{(completed.Remainder is { } rest ? $"; still to do: {rest}" : "")}"),
        DecisionExpired expired => (NotificationKind.Decision, $"{expired.DecisionId} expired: {expired.Reason}"),
        OrderRejected rejected => (NotificationKind.Order, $"{stream}: the venue refused {rejected.IntentId}: {rejected.Reason}"),
        OrderOutcomeUnknown unknown => (NotificationKind.Order, $"{stream}: nobody knows what became of {unknown.IntentId}: {unknown.Reason}"),
        OrderQuarantined quarantined => (NotificationKind.Order, $"{stream}: {quarantined.IntentId} is quarantined and needs you: {quarantined.Reason}"),
        OrderNeverArrived never => (NotificationKind.Order, $"{stream}: {never.IntentId} never arrived at the venue: {never.Evidence}"),
        AccountHalted halted => (NotificationKind.Halt, $"{stream} is halted by {halted.Who}: {halted.Why}"),
        AccountReducing reducing => (NotificationKind.Halt, $"{stream} only reduces, by {reducing.Who}: {reducing.Why}"),
        AccountResumed resumed => (NotificationKind.Halt, $"{stream} trades again, by {resumed.Who}: {resumed.Why}"),
        AccountPaused paused => (NotificationKind.Halt, $"{stream} is paused by {paused.Who}: {paused.Why}"),
        PortfolioPaused paused => (NotificationKind.Halt, $"{stream} is paused by {paused.Who}: {paused.Why}"),
        PortfolioUnpaused resumed => (NotificationKind.Halt, $"{stream} decides again, by {resumed.Who}: {resumed.Why}"),
        TradingHalted halted => (NotificationKind.Halt, $"{Scope(halted.Scope)} is halted by {halted.Who}: {halted.Why}"),
        TradingResumed resumed => (NotificationKind.Halt, $"{Scope(resumed.Scope)} trades again, by {resumed.Who}: {resumed.Why}"),
        _ => null,
    };

    private static string Decided(RebalanceDecided decided)
    {
        var orders = decided.Plan.Trades.Count == 1 ? "1 order" : $"{decided.Plan.Trades.Count} orders";
        var what = decided.Disposition switch
        {
            Disposition.Waiting => $"waits for 'rebalancer apply {decided.DecisionId}'",
            Disposition.Refused => $"is refused: {decided.RefusedBecause}",
            _ => "is being carried out",
        };
        return $"{decided.DecisionId} {what}: {orders}, from {Words.Percent(decided.DriftBefore)} in the wrong place to {Words.Percent(decided.DriftPlanned)}, " +
            $"costing about {Words.Money(decided.Plan.Cost, decided.Settings.BaseCurrency)}; why: {decided.Trigger.Kind} {decided.Trigger.Detail}".TrimEnd();
    }

    private static string Scope(string scope) => scope == "global" ? "everything" : scope;
}
