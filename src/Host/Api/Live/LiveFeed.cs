using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Rebalancer.Host.Api.Live;

/// <summary>
/// Reads the service once a second while anybody watches, and hands the state to all watchers: fifty open pages ask the actors no more than one.
/// A watcher who is slow gets the latest state and misses those between.
/// </summary>
public sealed class LiveFeed(IServiceOperations operations, TimeProvider clock, ILogger<LiveFeed> log) : IDisposable
{
    private const int DecisionsShown = 20;
    private const int OrdersShown = 200;
    private const int MaxWatchers = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _changing = new();
    private readonly List<Channel<LiveState>> _watchers = [];
    private readonly CancellationTokenSource _stopping = new();
    private LiveState? _latest;
    private bool _isReading;
    private long _version;

    /// <summary>The state now, then each new one, until cancelled.</summary>
    /// <exception cref="OperationRefusedException">Too many watch already.</exception>
    public async IAsyncEnumerable<LiveState> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<LiveState>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        Join(channel);
        try
        {
            await foreach (var state in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return state;
            }
        }
        finally
        {
            lock (_changing)
            {
                _watchers.Remove(channel);
            }
        }
    }

    /// <summary>One reading of the service, beside the watch.</summary>
    public async Task<LiveState> ReadAsync(CancellationToken cancellationToken) => new(
        Interlocked.Increment(ref _version), await operations.GetStatusAsync(cancellationToken),
        await operations.GetDecisionsAsync(portfolio: null, DecisionsShown, cancellationToken),
        await operations.GetOrdersAsync(account: null, OrdersShown, cancellationToken));

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Join(Channel<LiveState> channel)
    {
        lock (_changing)
        {
            if (_watchers.Count >= MaxWatchers)
            {
                throw new OperationRefusedException($"{MaxWatchers} watch already; close a page");
            }

            _watchers.Add(channel);
            if (_latest is { } latest)
            {
                channel.Writer.TryWrite(latest);
            }

            if (!_isReading)
            {
                _isReading = true;
                _ = ReadWhileWatchedAsync(_stopping.Token);
            }
        }
    }

    private async Task ReadWhileWatchedAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                if (await TryReadAsync(cancellationToken) is { } state && !Publish(state))
                {
                    return;
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task<LiveState?> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Watchers keep what they have and are told again when the service answers.
            log.LogWarning(failure, "The live views could not be brought up to date");
            return null;
        }
    }

    /// <returns>False when nobody watches any more.</returns>
    private bool Publish(LiveState state)
    {
        lock (_changing)
        {
            if (_watchers.Count == 0)
            {
                (_isReading, _latest) = (false, null);
                return false;
            }

            _latest = state;
            _watchers.ForEach(watcher => watcher.Writer.TryWrite(state));
            return true;
        }
    }
}
