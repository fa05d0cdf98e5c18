using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Actors.Accounts;

/// <summary>An account's state in the shapes others are told.</summary>
internal static class AccountReports
{
    public static AccountReport Report(AccountActorSettings settings, Account account, AccountReadings readings, DateTimeOffset now, string? obstacle) => new(
        settings.Id, account.Venue, settings.Kind ?? account.Kind, settings.Taxable, settings.Policy.Reserve, account.Revision,
        account.BalancesAt is null ? null : readings.BalancesReadAt ?? account.BalancesAt, account.Balances,
        readings.MarketsReadAt, [.. readings.Markets.Values], [.. readings.Quotes.Values], account.TradingState, account.Paused,
        account.StaleAccepted, Frozen(account, readings, obstacle), account.OpenIntents, settings.Lots)
    {
        Disputed = (readings.BalancesReadAt ?? account.BalancesAt) is { } readAt ? [.. account.ShortOfBooks(readAt).Union(readings.TakenBack)] : [],
        Quarantined = [.. account.QuarantinedOrders.Select(order => new QuarantinedOrder(
            order.IntentId, order.Market, order.Reservation!.Asset, order.Reservation.Amount))],
        Refused = account.RefusedSides(settings.Policy.Timings, now),
    };

    public static IReadOnlyList<OrderView> Orders(Account account, int limit) =>
    [
        .. account.Orders.Values.OrderByDescending(order => order.PlannedAt).ThenByDescending(order => order.IntentId, StringComparer.Ordinal)
            .Take(limit)
            .Select(order => new OrderView(
                order.IntentId, order.ClientOrderId, order.DecisionId, order.Market, order.Side, order.Quantity, order.LimitPrice, order.Filled,
                order.AveragePrice, order.State, order.Reason, order.PlannedAt, order.ChangedAt)),
    ];

    public static ExecutionCompleted Completed(Account account, string decisionId) => new(
        account.Id, decisionId,
        [
            .. account.OutcomesOf(decisionId).Select(outcome => new IntentResult(
                outcome.Intent.IntentId, outcome.Intent.Market, outcome.Intent.Side, outcome.Intent.Quantity, outcome.Filled,
                outcome.AveragePrice, new SortedDictionary<string, decimal>(outcome.Fees.ToDictionary(), StringComparer.Ordinal),
                outcome.Fills, outcome.State, outcome.Reason)),
        ]);

    private static string? Frozen(Account account, AccountReadings readings, string? obstacle) =>
        account.Paused ? $"paused by {account.PauseReason}"
        : account.TradingState == TradingState.Halted ? $"halted by {account.TradingStateReason}"
        : obstacle
            ?? (readings.BalancesReadAt is null ? "not read since the start" : null);
}
