using System.Text.Json;
using System.Text.Json.Nodes;
using Rebalancer.Gateway.Rpc;

namespace Rebalancer.Gateway.Brokers;

/// <summary>One run of the brokers process, and which accounts it has opened. Watched by pings: one that hangs is killed.</summary>
internal sealed class BrokersSession : IDisposable
{
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingPatience = TimeSpan.FromSeconds(10);

    private readonly NodeProcess _process;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Task> _opened = new(StringComparer.Ordinal);
    private readonly ITimer _pings;
    private int _pinging;

    /// <param name="notified">Told what the process says unasked: a method and its parameters.</param>
    public BrokersSession(NodeProcess process, TimeProvider clock, Action<string, JsonElement> notified)
    {
        _process = process;
        process.Notified = notified;
        _clock = clock;
        StartedAt = clock.GetTimestamp();
        _pings = clock.CreateTimer(_ => _ = PingAsync(), null, PingEvery, PingEvery);
    }

    /// <summary>Timestamp of the clock.</summary>
    public long StartedAt { get; }

    public bool HasEnded => _process.HasEnded;

    public int ProcessId => _process.Id;

    /// <summary>Opens the account once a run; a failed opening is tried again by the next call.</summary>
    public Task OpenAsync(BrokerAccount account)
    {
        lock (_gate)
        {
            if (!_opened.TryGetValue(account.Id, out var opening) || opening.IsFaulted)
            {
                _opened[account.Id] = opening = CallAsync("open", account.ToMessage());
            }

            return opening;
        }
    }

    public Task CloseAsync(string account)
    {
        lock (_gate)
        {
            return _opened.Remove(account) ? CallAsync("close", new JsonObject { ["account"] = account }) : Task.CompletedTask;
        }
    }

    public Task<JsonElement> CallAsync(string method, JsonObject parameters) => _process.CallAsync(method, parameters);

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        _pings.Dispose();
        _process.Dispose();
    }

    private async Task PingAsync()
    {
        if (Interlocked.Exchange(ref _pinging, 1) == 1)
        {
            return;
        }

        try
        {
            await _process.CallAsync("ping", new JsonObject()).WaitAsync(PingPatience, _clock);
        }
        catch (Exception silent) when (silent is TimeoutException or RpcException)
        {
            _process.Kill();
        }
        catch (NodeProcessEndedException)
        {
            // The next call finds it ended and starts another; there is nothing left to watch.
            await _pings.DisposeAsync();
        }
        finally
        {
            Interlocked.Exchange(ref _pinging, 0);
        }
    }
}
