using Rebalancer.Runtime.Journals;

namespace Rebalancer.Simulation;

/// <summary>What must hold at a seed's end, checked against the venues' own books. The numbers are those of the invariants of the order protocol.</summary>
internal static class Invariants
{
    public static IReadOnlyList<string> Check(SimulatedNode node)
    {
        var violations = new List<string>();
        var rows = node.Rows();
        var armed = rows.Where(row => row.EventName == "order-armed").Select(row => (row.PersistenceId, row.Payload)).ToList();
        foreach (var (account, book) in node.Books())
        {
            foreach (var order in book.Closed.Values.Concat(book.Open.Values))
            {
                // 2: every venue order of ours has exactly one permit, journaled before it.
                var permits = armed.Count(permit => permit.PersistenceId == $"account/{account}"
                    && permit.Payload.Contains($"\"{order.Request.ClientOrderId}\"", StringComparison.Ordinal));
                if (permits != 1)
                {
                    violations.Add($"2: order {order.Request.ClientOrderId} of {account} has {permits} permits");
                }
            }

            // 5: cash is never negative.
            violations.AddRange(book.Balances.Where(balance => balance.Value.Total < 0).Select(balance => $"5: {account} has {balance.Value.Total} {balance.Key}"));

            // 3: every fill of the book is in the journal, once.
            foreach (var fill in book.Fills)
            {
                var booked = rows.Count(row => row.PersistenceId == $"account/{account}" && row.EventName == "fill-booked"
                    && row.Payload.Contains($"\"tradeId\":\"{fill.TradeId}\"", StringComparison.Ordinal));
                if (booked != 1)
                {
                    violations.Add($"3: fill {fill.TradeId} of {account} was booked {booked} times");
                }
            }
        }

        return violations;
    }
}
