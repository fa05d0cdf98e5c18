using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Emulators;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.EndToEnd.RealVenues;

/// <summary>
/// Permits whose orders have not come to their venues: they wait in the service or in the queues of its brokers process, or are on their way.
/// Read from the journal beside the running service.
/// </summary>
internal sealed class UnsentPermits(RealVenuesService service, EmulatedVenues venues) : IAsyncDisposable
{
    private readonly SortedDictionary<string, (string Account, string ClientOrderId)> _unsent = new(StringComparer.Ordinal);
    private IJournal? _journal;
    private long _read;

    /// <summary>Those without an order, an end or a process that could still send them.</summary>
    public void Forget() => _unsent.Clear();

    /// <summary>Those of one account, or of all.</summary>
    public async Task<int> CountAsync(string? account, CancellationToken cancellationToken)
    {
        await ReadOnAsync(cancellationToken);
        var arrived = venues.Accounts.ToDictionary(
            entry => entry.Id, entry => entry.Book.Orders(entry.Name).Select(order => order.Request.ClientId).ToHashSet(StringComparer.Ordinal));
        foreach (var (intent, permit) in _unsent.Where(entry => arrived[entry.Value.Account].Contains(entry.Value.ClientOrderId)).ToList())
        {
            _unsent.Remove(intent);
        }

        return _unsent.Values.Count(permit => account is null || permit.Account == account);
    }

    public ValueTask DisposeAsync() => _journal?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task ReadOnAsync(CancellationToken cancellationToken)
    {
        if (_journal is null && service.FindAddress() is null)
        {
            // The first start has yet to make it.
            return;
        }

        _journal ??= service.OpenJournal();
        await foreach (var row in _journal.ReadAllAsync(_read, int.MaxValue, cancellationToken))
        {
            _read = row.GlobalOffset;
            if (row.EventName == "order-armed")
            {
                var permit = CanonicalJson.Read<OrderArmed>(row.Payload);
                _unsent[permit.IntentId] = (row.PersistenceId["account/".Length..], permit.Request.ClientOrderId);
            }
            else if (row.EventName is "order-rejected" or "order-not-sent")
            {
                _unsent.Remove(IntentOf(row));
            }
        }
    }

    private static string IntentOf(JournalRow row) => row.EventName == "order-rejected"
        ? CanonicalJson.Read<OrderRejected>(row.Payload).IntentId
        : CanonicalJson.Read<OrderNotSent>(row.Payload).IntentId;
}
