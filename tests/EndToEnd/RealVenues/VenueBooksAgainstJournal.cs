using System.Globalization;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Emulators;
using Rebalancer.Emulators.Books;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.EndToEnd.RealVenues;

/// <summary>Holds the emulated venues' own books against the journal: order by order, fill by fill.</summary>
public static class VenueBooksAgainstJournal
{
    /// <returns>One sentence for each difference; empty when they agree.</returns>
    public static IReadOnlyList<string> Compare(EmulatedVenues venues, IReadOnlyList<JournalRow> journal)
    {
        var violations = new List<string>();
        foreach (var account in venues.Accounts)
        {
            var rows = journal.Where(row => row.PersistenceId == $"account/{account.Id}").ToList();
            var permits = Of<OrderArmed>(rows, "order-armed");
            violations.AddRange(Orders(account, permits));
            violations.AddRange(Fills(account, permits, Of<FillBooked>(rows, "fill-booked")));
            violations.AddRange(rows.Where(row => row.EventName == "foreign-fill-observed")
                .Select(row => $"{account.Id} took one of its own fills for a stranger's: {row.Payload}"));
        }

        return violations;
    }

    private static IEnumerable<string> Orders(EmulatedAccount account, List<OrderArmed> permits)
    {
        foreach (var twice in permits.GroupBy(permit => permit.IntentId).Where(group => group.Count() > 1))
        {
            yield return $"{account.Id} armed {twice.Key} {twice.Count()} times";
        }

        var known = permits.ToLookup(permit => permit.Request.ClientOrderId);
        foreach (var orders in account.Book.Orders(account.Name).GroupBy(order => order.Request.ClientId ?? ""))
        {
            if (orders.Count() > 1 || known[orders.Key].Count() != 1)
            {
                yield return $"{account.Id} has {orders.Count()} orders {orders.Key} and {known[orders.Key].Count()} permits for it";
            }
            else if (known[orders.Key].Single().Request is var request && (request.Quantity, request.LimitPrice) != (orders.Single().Request.Quantity, orders.Single().Request.Limit))
            {
                yield return $"{account.Id} has another order than its permit: {orders.Single()} for {request}";
            }
        }
    }

    private static IEnumerable<string> Fills(EmulatedAccount account, List<OrderArmed> permits, List<FillBooked> booked)
    {
        var clientIds = permits.GroupBy(permit => permit.IntentId).ToDictionary(group => group.Key, group => group.First().Request.ClientOrderId);
        var orders = account.Book.Orders(account.Name).ToDictionary(order => order.Id, order => order.Request.ClientId);
        var theirs = account.Book.Fills(account.Name).Select(fill => Line(orders[fill.OrderId], fill)).ToList();
        var ours = booked.Select(entry => Line(clientIds.GetValueOrDefault(entry.IntentId), entry.Fill)).ToList();
        foreach (var line in theirs.Union(ours).Order(StringComparer.Ordinal))
        {
            var (there, here) = (theirs.Count(entry => entry == line), ours.Count(entry => entry == line));
            if (there != here)
            {
                yield return $"{account.Id} has the fill {line} {there} times in the venue's book and {here} times in the journal";
            }
        }

        foreach (var again in booked.GroupBy(entry => entry.Fill.TradeId).Where(group => group.Count() > 1))
        {
            yield return $"{account.Id} booked trade {again.Key} {again.Count()} times";
        }
    }

    private static string Line(string? clientId, BookFill fill) =>
        Line(clientId, fill.Quantity, fill.Price, fill.Fee, EmulatedVenues.AssetOf(fill.FeeAsset));

    private static string Line(string? clientId, Domain.Orders.VenueFill fill) => Line(clientId, fill.Quantity, fill.Price, fill.Fee, fill.FeeAsset);

    /// <summary>Without the asset where nothing was charged: venues differ in what they then name.</summary>
    private static string Line(string? clientId, decimal quantity, decimal price, decimal fee, string feeAsset) => string.Create(
        CultureInfo.InvariantCulture, $"{clientId} {quantity:0.############} at {price:0.############}, fee {fee:0.############}{(fee == 0 ? "" : " " + feeAsset)}");

    private static List<T> Of<T>(List<JournalRow> rows, string name) =>
        [.. rows.Where(row => row.EventName == name).Select(row => CanonicalJson.Read<T>(row.Payload))];
}
