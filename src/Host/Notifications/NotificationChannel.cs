using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Rebalancer.Host.Api;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Telemetry.Metrics;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Notifications;

/// <param name="Name">Of the channel, for the log and its cursor; without secrets.</param>
/// <param name="Kinds">What it is to be told of.</param>
public sealed record ChannelSettings(string Name, IReadOnlyList<NotificationKind> Kinds);

/// <summary>
/// Tells one receiver of what the journal says, in its order, each at least once: the cursor, kept in the journal's database, moves on only when a
/// notification was taken. While a receiver is down nothing is held in memory; what it has refused for a day is given up.
/// </summary>
/// <param name="readEnd">Offset of the journal's last event: where a new channel begins.</param>
/// <param name="isTurn">Whether this node is the one of its cluster that tells. Two that both think so tell twice, under the same ids.</param>
public sealed class NotificationChannel(
    ChannelSettings settings, INotifier notifier, IJournal journal, Func<CancellationToken, Task<long>> readEnd, EventNotices notices, IServiceOperations operations, Func<bool> isTurn,
    ServiceMeter meter, ILogger log) : IDisposable
{
    private const int BatchSize = 500;
    private const int KeptEvery = 5000;
    private const string CursorName = "notification-cursor";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    private readonly StaleAccounts _stale = new(TimeSpan.FromMinutes(1));
    private long? _cursor;
    private long _kept;

    private string CursorId => $"notifications/{settings.Name}";

    /// <summary>Runs until cancelled; what was not told by then is told at the next start.</summary>
    public Task RunAsync(TimeProvider wallClock, CancellationToken cancellationToken) =>
        Rounds.RunAsync(Interval, wallClock, round => TakeTurnAsync(wallClock, round), log, cancellationToken, atOnce: true);

    /// <summary>Tells everything that is to be told now.</summary>
    public async Task RoundAsync(TimeProvider wallClock, CancellationToken cancellationToken)
    {
        try
        {
            await TellEventsAsync(wallClock, cancellationToken);
            if (settings.Kinds.Contains(NotificationKind.Stale))
            {
                await TellStaleAsync(wallClock, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is DbException or JournalException or TimeoutException or IOException)
        {
            log.LogWarning("Notifications {Channel} wait: {Reason}", settings.Name, failure.Message);
        }
    }

    public void Dispose() => notifier.Dispose();

    private async Task TakeTurnAsync(TimeProvider wallClock, CancellationToken cancellationToken)
    {
        if (isTurn())
        {
            await RoundAsync(wallClock, cancellationToken);
        }
        else
        {
            // Whoever has the turn now goes on from the journal's cursor, and so does this node when it comes back here.
            _cursor = null;
        }
    }

    private async Task TellEventsAsync(TimeProvider wallClock, CancellationToken cancellationToken)
    {
        _cursor ??= await FirstCursorAsync(wallClock, cancellationToken);
        var read = BatchSize;
        while (read == BatchSize)
        {
            var batch = new List<JournalRow>();
            await foreach (var row in journal.ReadAllAsync(_cursor.Value, BatchSize, cancellationToken))
            {
                batch.Add(row);
            }

            foreach (var row in batch)
            {
                if (notices.Of(row) is { } notification && settings.Kinds.Contains(notification.Kind))
                {
                    await DeliverAsync(notification, wallClock, cancellationToken);
                    await KeepAsync(row.GlobalOffset, wallClock, cancellationToken);
                }
            }

            read = batch.Count;
            _cursor = read > 0 ? batch[^1].GlobalOffset : _cursor;
        }

        // Everything up to here is nothing to be told: reading it again after a restart does no harm, but it should not be much.
        if (_cursor - _kept >= KeptEvery)
        {
            await KeepAsync(_cursor.Value, wallClock, cancellationToken);
        }
    }

    private async Task TellStaleAsync(TimeProvider wallClock, CancellationToken cancellationToken)
    {
        foreach (var notification in _stale.Look(await operations.GetStatusAsync(cancellationToken)))
        {
            await DeliverAsync(notification, wallClock, cancellationToken);
            _stale.Told(notification);
        }
    }

    /// <summary>Tries until it is taken, ever less often.</summary>
    private async Task DeliverAsync(Notification notification, TimeProvider wallClock, CancellationToken cancellationToken)
    {
        var tag = new KeyValuePair<string, object?>("type", notification.Kind.ToString());
        var started = wallClock.GetTimestamp();
        for (var delay = FirstDelay; ; delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestDelay.Ticks)))
        {
            try
            {
                await notifier.SendAsync(notification, cancellationToken);
                meter.Notifications.Add(1, tag, new KeyValuePair<string, object?>("outcome", "delivered"));
                return;
            }
            catch (NotificationException failure)
            {
                meter.Notifications.Add(1, tag, new KeyValuePair<string, object?>("outcome", "failed"));
                if (wallClock.GetElapsedTime(started) > Lifetime)
                {
                    log.LogError("Notification {Id} could not be delivered to {Channel} for a day and is given up: {Reason}", notification.Id, settings.Name, failure.Message);
                    return;
                }

                var wait = failure.RetryAfter is { } wish && wish > delay ? wish : delay;
                log.LogWarning("Notification {Id} to {Channel} failed and is repeated in {Seconds} s: {Reason}", notification.Id, settings.Name, wait.TotalSeconds, failure.Message);
                await Task.Delay(wait, wallClock, cancellationToken);
            }
        }
    }

    /// <summary>A channel that is new is told of what comes, not of years that have passed.</summary>
    private async Task<long> FirstCursorAsync(TimeProvider wallClock, CancellationToken cancellationToken)
    {
        if (await journal.LoadSnapshotAsync(CursorId, cancellationToken) is { } kept)
        {
            _kept = long.Parse(kept.Payload, NumberStyles.None, CultureInfo.InvariantCulture);
            return _kept;
        }

        var end = await readEnd(cancellationToken);
        await KeepAsync(end, wallClock, cancellationToken);
        return end;
    }

    private async Task KeepAsync(long offset, TimeProvider wallClock, CancellationToken cancellationToken)
    {
        var row = new SnapshotRow(CursorId, offset, CursorName, 1, offset.ToString(CultureInfo.InvariantCulture), wallClock.GetUtcNow());
        await journal.SaveSnapshotAsync(row with { Hash = row.ComputeHash() }, cancellationToken);
        (_cursor, _kept) = (offset, offset);
    }
}
