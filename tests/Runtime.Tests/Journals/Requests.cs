using Rebalancer.Runtime.Journals;

namespace Rebalancer.Runtime.Tests.Journals;

/// <summary>Append requests with everything filled in, to be varied by <c>with</c>.</summary>
internal static class Requests
{
    public static readonly DateTimeOffset At = new(2026, 3, 1, 12, 30, 15, 123, 456, TimeSpan.FromHours(2));

    public static AppendRequest Events(string persistenceId, long expected, long epoch, params string[] payloads) => new(
        persistenceId, expected, epoch, "writer-1", At, "correlation-1", "causation-1",
        [.. payloads.Select(payload => new EventToAppend("thing-happened", 1, payload))], [], null, [], []);

    public static AppendRequest ReceiptOnly(string persistenceId, long expected, long epoch, string sender, long sequence) =>
        Events(persistenceId, expected, epoch) with { Receipt = new MessageReceipt(sender, sequence) };

    public static AppendRequest Sending(this AppendRequest request, params string[] receivers) => request with
    {
        Messages = [.. receivers.Select(receiver => new MessageToSend(receiver, "do-thing", 1, $$"""{"to":"{{receiver}}"}"""))],
    };

    public static async Task<List<JournalRow>> ReadToListAsync(this IJournal journal, string persistenceId, long from = 1)
    {
        var rows = new List<JournalRow>();
        await foreach (var row in journal.ReadAsync(persistenceId, from, CancellationToken.None))
        {
            rows.Add(row);
        }

        return rows;
    }
}
