using System.Data.Common;
using Microsoft.Extensions.Logging;
using Rebalancer.Host.Hosting;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Audit.Heads;

/// <summary>Signs the head of the journal at the start, at every interval in which something was written, and at the end, each into a file of its own.</summary>
/// <param name="node">Name of this process among those that write to the directory.</param>
public sealed class HeadExporter(IJournal journal, HeadKey key, string directory, string node, TimeSpan interval, ILogger log) : IDisposable
{
    private IReadOnlyList<StreamMark> _written = [];

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(TimeProvider wallClock, CancellationToken cancellationToken)
    {
        await Rounds.RunAsync(interval, wallClock, round => ExportAsync(wallClock.GetUtcNow(), round), log, cancellationToken, atOnce: true);

        // What was written last is worth a head too.
        await ExportAsync(wallClock.GetUtcNow(), CancellationToken.None);
    }

    /// <summary>Writes a head when something was written since the last; a failure is logged.</summary>
    public async Task ExportAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var head = await JournalHead.ReadAsync(journal, now, cancellationToken);
            if (head.Streams.Count > 0 && !head.Streams.SequenceEqual(_written))
            {
                await HeadFiles.WriteAsync(directory, node, SignedHead.Sign(head, key), cancellationToken);
                _written = head.Streams;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DbException or JournalException)
        {
            // The next one says more; trading does not depend on it.
            log.LogError("The signed head of the journal could not be written to {Directory}: {Reason}", directory, failure.Message);
        }
    }

    public void Dispose() => key.Dispose();
}
