using System.Text.Json;
using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Common;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Host.Hosting;

/// <param name="Epoch">Owner epoch of the run that wrote it.</param>
/// <param name="Offset">An offset that was durable in the journal then.</param>
public sealed record JournalPosition(long Epoch, long Offset);

/// <summary>
/// Remembers beside the journal how far it had come, so that a journal put back to an older point is noticed at the next start: what was sent
/// since is not in it. A position is written after its events are durable, so it is never ahead of the journal it belongs to.
/// </summary>
public sealed class JournalMark(SqliteJournal journal, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private JournalPosition? _written;

    private string FilePath => journal.Path + ".mark";

    /// <summary>What says that the journal is older than it was, in words; null when nothing does.</summary>
    public async Task<string?> FindRestoreAsync()
    {
        if (!File.Exists(FilePath))
        {
            return null;
        }

        JournalPosition known;
        try
        {
            known = CanonicalJson.Read<JournalPosition>(await File.ReadAllTextAsync(FilePath));
        }
        catch (JsonException)
        {
            return $"{FilePath} cannot be read, so it cannot be told whether the journal is an older copy";
        }

        var offset = await journal.ReadLastOffsetAsync();
        return known.Epoch >= journal.Epoch || known.Offset > offset
            ? $"the journal ends at event {offset} of run {journal.Epoch}, and it was at event {known.Offset} of run {known.Epoch} before: it was put back to an older point"
            : null;
    }

    /// <summary>Writes where the journal stands now, when that is news.</summary>
    public async Task WriteAsync()
    {
        var now = new JournalPosition(journal.Epoch, await journal.ReadLastOffsetAsync());
        if (now == _written)
        {
            return;
        }

        // Replaced in one step: a half-written mark would look like a restore.
        var next = FilePath + ".new";
        await File.WriteAllTextAsync(next, CanonicalJson.Write(now));
        File.Move(next, FilePath, overwrite: true);
        _written = now;
    }

    /// <summary>Keeps the mark up with the journal until cancelled.</summary>
    public async Task RunAsync(TimeProvider wallClock, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, wallClock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    await WriteAsync();
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                {
                    // An old mark only notices fewer restores; trading does not depend on it.
                    log.LogWarning("The journal's mark cannot be written ({Reason})", failure.Message);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }
}
