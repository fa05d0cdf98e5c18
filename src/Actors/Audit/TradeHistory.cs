using System.Runtime.CompilerServices;
using Rebalancer.Domain.Audit;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Actors.Audit;

/// <summary>Every fill the journal holds. Only reads.</summary>
public sealed class TradeHistory(IJournal journal, EventCatalog catalog)
{
    private const string AccountPrefix = "account/";
    private const int BatchSize = 2000;

    /// <summary>All fills, in the order they were booked.</summary>
    public async IAsyncEnumerable<TradeEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ledger = new TradeLedger();
        var (offset, read) = (0L, BatchSize);
        while (read == BatchSize)
        {
            read = 0;
            await foreach (var row in journal.ReadAllAsync(offset, BatchSize, cancellationToken))
            {
                (offset, read) = (row.GlobalOffset, read + 1);
                if (IsTelling(row) && ledger.Take(AccountOf(row), catalog.Deserialize(row.EventName, row.EventVersion, row.Payload)) is { } trade)
                {
                    yield return trade;
                }
            }
        }
    }

    /// <summary>Most events tell nothing of trades and need not be parsed.</summary>
    private static bool IsTelling(JournalRow row) => row.EventName is "rebalance-decided" or "intents-planned" or "fill-booked" or "foreign-fill-observed";

    private static string AccountOf(JournalRow row) =>
        row.PersistenceId.StartsWith(AccountPrefix, StringComparison.Ordinal) ? row.PersistenceId[AccountPrefix.Length..] : "";
}
