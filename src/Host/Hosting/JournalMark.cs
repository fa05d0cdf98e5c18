using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Common;

namespace Rebalancer.Host.Hosting;

/// <param name="Epoch">Owner epoch of the run that wrote it; 0 where nodes share the journal.</param>
/// <param name="Offset">An offset that was durable in the journal then.</param>
/// <param name="Hash">Of the event there, where nodes share the journal.</param>
/// <param name="AnsweredRestores">Restores that the journal knew then to have been answered.</param>
public sealed record JournalPosition(long Epoch, long Offset, string? Hash = null, int AnsweredRestores = 0);

/// <summary>
/// Remembers beside the journal how far it had come, so that a journal put back to an older point is noticed at the next start: what was sent
/// since is not in it. A position is written after its events are durable, so it is never ahead of the journal it belongs to. Where nodes share the
/// journal each has a mark of its own; the first to notice answers for all, which the journal that was put back then knows.
/// </summary>
/// <param name="path">Of the file it is kept in.</param>
/// <param name="countAnswered">How many restores the journal knows to have been answered.</param>
/// <param name="onLost">Told when a journal that nodes share is put back while this one runs.</param>
public sealed class JournalMark(
    ServiceStore store, string path, Func<CancellationToken, Task<int>> countAnswered, Func<string, CancellationToken, Task> onLost, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private JournalPosition? _written;

    /// <summary>What says that the journal is older than it was, in words; null when nothing does.</summary>
    public async Task<string?> FindRestoreAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        JournalPosition known;
        try
        {
            known = CanonicalJson.Read<JournalPosition>(await File.ReadAllTextAsync(path, cancellationToken));
        }
        catch (JsonException)
        {
            return $"{path} cannot be read, so it cannot be told whether the journal is an older copy";
        }

        return await IsLostAsync(known, cancellationToken) ? await DescribeAsync(known, cancellationToken) : null;
    }

    /// <summary>Writes where the journal stands now, when that is news.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var now = await store.ReadPositionAsync(cancellationToken);
        if (_written is { } written && now == written with { AnsweredRestores = 0 })
        {
            return;
        }

        now = now with { AnsweredRestores = await countAnswered(cancellationToken) };

        // Replaced in one step: a half-written mark would look like a restore.
        var next = path + ".new";
        await File.WriteAllTextAsync(next, CanonicalJson.Write(now), cancellationToken);
        File.Move(next, path, overwrite: true);
        _written = now;
    }

    /// <summary>Keeps the mark up with the journal until cancelled.</summary>
    public Task RunAsync(TimeProvider wallClock, CancellationToken cancellationToken) =>
        Rounds.RunAsync(Interval, wallClock, LookAsync, log, cancellationToken);

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            // While others write the journal too, it may be put back under this process.
            if (store.IsShared && _written is { } known && await IsLostAsync(known, cancellationToken))
            {
                await onLost(await DescribeAsync(known, cancellationToken), cancellationToken);
            }

            await WriteAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DbException)
        {
            // An old mark only notices fewer restores; trading does not depend on it.
            log.LogWarning("The journal's mark cannot be written ({Reason})", failure.Message);
        }
    }

    /// <summary>A restore answered since the mark was written is the one that lost it: what was answered before stands in the mark.</summary>
    private async Task<bool> IsLostAsync(JournalPosition known, CancellationToken cancellationToken) =>
        await store.HasLostAsync(known, cancellationToken) && await countAnswered(cancellationToken) <= known.AnsweredRestores;

    private async Task<string> DescribeAsync(JournalPosition known, CancellationToken cancellationToken)
    {
        var now = await store.ReadPositionAsync(cancellationToken);
        return $"the journal ends at event {now.Offset}{Run(now)}, and it was at event {known.Offset}{Run(known)} before: it was put back to an older point";
    }

    private static string Run(JournalPosition position) => position.Epoch == 0 ? "" : $" of run {position.Epoch}";
}
