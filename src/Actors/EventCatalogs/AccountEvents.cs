using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Accounts;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.EventCatalogs;

/// <summary>Stored names of what an account writes. A name never changes; a changed shape is a new version with an upcaster.</summary>
public static class AccountEvents
{
    public static EventCatalog RegisterAccountEvents(this EventCatalog catalog) => catalog
        .Register<AccountOpened>("account-opened")
        .Register<BalancesReported>("balances-reported")
        .Register<ExecutionAccepted>("execution-accepted")
        .Register<IntentsPlanned>("intents-planned")
        .Register<OrderDenied>("order-denied")
        .Register<OrderArmed>("order-armed")
        .Register<OrderAcknowledged>("order-acknowledged")
        .Register<OrderRejected>("order-rejected")
        .Register<OrderNotSent>("order-not-sent")
        .Register<OrderOutcomeUnknown>("order-outcome-unknown")
        .Register<FillBooked>("fill-booked")
        .Register<OrderCancelArmed>("order-cancel-armed")
        .Register<OrderCancelRefused>("order-cancel-refused")
        .Register<OrderCancelled>("order-cancelled")
        .Register<OrderExpired>("order-expired")
        .Register<OrderNeverArrived>("order-never-arrived")
        .Register<OrderQuarantined>("order-quarantined")
        .Register<OrderResolved>("order-resolved")
        .Register<ReservationReduced>("reservation-reduced")
        .Register<ReservationReleased>("reservation-released")
        .Register<ForeignFillObserved>("foreign-fill-observed")
        .Register<FillCursorAdvanced>("fill-cursor-advanced")
        .Register<TransferObserved>("transfer-observed")
        .Register<TransferExplained>("transfer-explained")
        .Register<AccountHalted>("account-halted")
        .Register<AccountReducing>("account-reducing")
        .Register<AccountResumed>("account-resumed")
        .Register<AccountPaused>("account-paused")
        .Register<ExecutionFinished>("execution-finished")
        .Register<HistoryForgotten>("history-forgotten")

        // Snapshot and reliable messages.
        .Register<Account>("account-snapshot", 2)
        .Upcast("account-snapshot", 1, snapshot =>
        {
            // Transfers are matched by the difference they make; what was inferred and when reading began is no longer asked.
            snapshot.Remove("inferredTransfers");
            snapshot.Remove("firstReadAt");
        })
        .Register<ExecuteDecision>("execute-decision")
        .Register<ExecutionCompleted>("execution-completed");
}
