using System.Text.Json;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Audit;

/// <summary>A row of the journal, its payload as JSON rather than as text.</summary>
public sealed record ExportedEvent(
    long GlobalOffset, string PersistenceId, long SequenceNr, string EventName, int EventVersion, DateTimeOffset Timestamp, long Epoch,
    string WriterId, string CorrelationId, string CausationId, string PreviousHash, string Hash, JsonElement Payload)
{
    public static ExportedEvent Of(JournalRow row)
    {
        using var payload = JsonDocument.Parse(row.Payload);
        return new ExportedEvent(
            row.GlobalOffset, row.PersistenceId, row.SequenceNr, row.EventName, row.EventVersion, row.Timestamp, row.Epoch, row.WriterId,
            row.CorrelationId, row.CausationId, row.PreviousHash, row.Hash, payload.RootElement.Clone());
    }
}
