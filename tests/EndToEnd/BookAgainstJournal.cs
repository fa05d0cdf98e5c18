using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Runtime.Journals;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.EndToEnd;

/// <param name="Violations">One sentence each; empty when book and journal agree.</param>
/// <param name="CaughtBetweenSendAndAnswer">
/// Incarnations of the service that ended after the venue had accepted an order and before its answer was journaled: by the epochs under
/// which permit and answer stand.
/// </param>
public sealed record Comparison(IReadOnlyList<string> Violations, int Orders, int Fills, int CaughtBetweenSendAndAnswer);

/// <summary>Holds the venues' own book against the service's journal.</summary>
public static class BookAgainstJournal
{
    public static Comparison Compare(IReadOnlyList<BookLine> book, IReadOnlyList<JournalRow> journal)
    {
        var events = book.OfType<BookLine.ExchangeEvents>().SelectMany(line => line.Events).ToList();
        var orders = events.OfType<OrderAccepted>().ToList();
        var fills = events.OfType<OrderExecuted>().ToList();
        var permits = Permits(journal);
        var violations = new List<string>();
        violations.AddRange(SentTwice(orders));
        violations.AddRange(WithoutPermit(orders, permits));
        violations.AddRange(ArmedTwice(permits));
        violations.AddRange(FillsThatDiffer(fills, journal));
        return new Comparison(violations, orders.Count, fills.Count, Caught(orders, permits, journal));
    }

    private static IEnumerable<string> SentTwice(List<OrderAccepted> orders) =>
        orders.GroupBy(order => (order.Account, order.Order.ClientOrderId)).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key.Account} has {group.Count()} orders {group.Key.ClientOrderId}");

    private static IEnumerable<string> WithoutPermit(List<OrderAccepted> orders, List<Permit> permits)
    {
        var known = permits.ToLookup(permit => (permit.Account, permit.Armed.Request.ClientOrderId));
        foreach (var order in orders)
        {
            var permit = known[(order.Account, order.Order.ClientOrderId)].ToList();
            if (permit.Count != 1 || permit[0].Armed.Request != order.Order)
            {
                yield return $"{order.Account} order {order.Order} has {permit.Count} permits in the journal, or one for another order";
            }
        }
    }

    private static IEnumerable<string> ArmedTwice(List<Permit> permits) =>
        permits.GroupBy(permit => (permit.Account, permit.Armed.IntentId)).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key.Account} armed {group.Key.IntentId} {group.Count()} times");

    private static IEnumerable<string> FillsThatDiffer(List<OrderExecuted> fills, IReadOnlyList<JournalRow> journal)
    {
        var booked = Rows(journal, "fill-booked")
            .Select(row => (Account: AccountOf(row), CanonicalJson.Read<FillBooked>(row.Payload).Fill)).ToLookup(fill => (fill.Account, fill.Fill.TradeId));
        foreach (var fill in fills)
        {
            var entries = booked[(fill.Account, fill.Trade.ToString(CultureInfo.InvariantCulture))].Select(entry => entry.Fill).ToList();
            if (entries is not [var entry] || (entry.Quantity, entry.Price, entry.Fee, entry.FeeAsset) != (fill.Quantity, fill.Price, fill.Fee, fill.FeeAsset))
            {
                yield return $"{fill.Account} trade {fill.Trade} is booked {entries.Count} times, or differently";
            }
        }

        var traded = fills.Select(fill => (fill.Account, fill.Trade.ToString(CultureInfo.InvariantCulture))).ToHashSet();
        foreach (var invented in booked.Where(group => !traded.Contains(group.Key)))
        {
            yield return $"{invented.Key.Account} trade {invented.Key.TradeId} is booked and not in the venue's book";
        }

        foreach (var row in Rows(journal, "foreign-fill-observed"))
        {
            yield return $"{AccountOf(row)} took one of its own fills for a stranger's: {row.Payload}";
        }
    }

    private static int Caught(List<OrderAccepted> orders, List<Permit> permits, IReadOnlyList<JournalRow> journal)
    {
        var accepted = orders.Select(order => (order.Account, order.Order.ClientOrderId)).ToHashSet();
        var answers = journal.Where(row => row.EventName is "order-acknowledged" or "order-rejected" or "order-not-sent" or "fill-booked"
                or "order-cancelled" or "order-expired" or "order-never-arrived")
            .Select(row => (Account: AccountOf(row), CanonicalJson.Read<IntentOnly>(row.Payload).IntentId, row.Epoch))
            .GroupBy(answer => (answer.Account, answer.IntentId)).ToDictionary(group => group.Key, group => group.Min(answer => answer.Epoch));
        return permits
            .Where(permit => accepted.Contains((permit.Account, permit.Armed.Request.ClientOrderId))
                && answers.TryGetValue((permit.Account, permit.Armed.IntentId), out var epoch) && epoch > permit.Epoch)
            .Select(permit => permit.Epoch).Distinct().Count();
    }

    private static List<Permit> Permits(IReadOnlyList<JournalRow> journal) =>
        [.. Rows(journal, "order-armed").Select(row => new Permit(AccountOf(row), CanonicalJson.Read<OrderArmed>(row.Payload), row.Epoch))];

    private static IEnumerable<JournalRow> Rows(IReadOnlyList<JournalRow> journal, string name) => journal.Where(row => row.EventName == name);

    private static string AccountOf(JournalRow row) => row.PersistenceId["account/".Length..];

    private sealed record Permit(string Account, OrderArmed Armed, long Epoch);

    /// <summary>The one field that all order events share.</summary>
    [System.Text.Json.Serialization.JsonUnmappedMemberHandling(System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip)]
    private sealed record IntentOnly(string IntentId);
}
