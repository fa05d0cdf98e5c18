using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Rebalancer.Gateway.Rpc;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Brokers;

/// <summary>
/// The Node process of the real venues, apart from the solver's because it holds credentials. It is started by the first call about an
/// account, and started again, after a growing pause, by the first call that finds it ended. Calls in flight at its end are not repeated:
/// what became of them is unknown. Accounts are opened anew in the new process when they are next used.
/// </summary>
/// <param name="clock">The wall's: pauses and patience are real time.</param>
/// <param name="log">Told starts, ends and what the process says, which is clean of secrets.</param>
public sealed class BrokersProcess(TimeProvider clock, ILogger log) : IDisposable
{
    /// <summary>A run as long as this was no failure to start.</summary>
    private static readonly TimeSpan HealthyRun = TimeSpan.FromSeconds(30);

    // Enough for the markets of a hundred accounts; a leak ends the process, not the machine.
    private const string HeapLimit = "--max-old-space-size=1024";

    /// <summary>The method of a call that only opens its account.</summary>
    private const string Nothing = "";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Action> _listeners = new(StringComparer.Ordinal);
    private BrokersSession? _session;
    private int _failures;
    private long _endedAt;
    private bool _disposed;

    /// <summary>Pause before the first new start; it doubles with each run that soon ends.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    internal TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Process id of the current run; null when none runs.</summary>
    public int? ProcessId
    {
        get
        {
            lock (_gate)
            {
                return _session is { HasEnded: false } session ? session.ProcessId : null;
            }
        }
    }

    /// <summary>Asks about an account: opens it where the current process has not yet, and waits for the answer.</summary>
    /// <exception cref="VenueException">There is no complete answer; what kind says why.</exception>
    internal async Task<JsonElement> QueryAsync(
        BrokerAccount account, string method, JsonObject parameters, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            var session = Session();
            await session.OpenAsync(account).WaitAsync(patience, clock, cancellationToken);
            return method == Nothing
                ? default
                : await session.CallAsync("call", Call(account, method, parameters)).WaitAsync(patience, clock, cancellationToken);
        }
        catch (RpcException refused)
        {
            throw Translate(account, refused);
        }
        catch (Exception gone) when (gone is NodeProcessEndedException or NodeUnavailableException or TimeoutException)
        {
            throw new VenueException(VenueErrorKind.Unavailable, $"{account.Id}: {method}: {gone.Message}", inner: gone);
        }
    }

    /// <summary>Has the account open in the current process.</summary>
    /// <exception cref="VenueException">It could not be opened.</exception>
    internal Task OpenAsync(BrokerAccount account, TimeSpan patience, CancellationToken cancellationToken) =>
        QueryAsync(account, Nothing, [], patience, cancellationToken);

    /// <summary>Sends one message about an account that is open in the current process.</summary>
    /// <returns>False when nothing was written, because no process runs or the one that does has not opened the account.</returns>
    internal bool TrySend(BrokerAccount account, string method, JsonObject parameters, [NotNullWhen(true)] out Task<JsonElement>? reply)
    {
        reply = null;
        try
        {
            var session = Session();
            if (session.OpenAsync(account).IsCompletedSuccessfully)
            {
                reply = session.CallAsync("call", Call(account, method, parameters));
            }
        }
        catch (Exception gone) when (gone is NodeProcessEndedException or NodeUnavailableException or VenueException)
        {
            log.LogWarning("{Account}: nothing was sent: {Reason}", account.Id, gone.Message);
        }

        return reply is not null;
    }

    /// <summary>Calls <paramref name="moved"/> whenever the account's venue says that something has become of an order, until the account is closed.</summary>
    internal void Listen(string account, Action moved)
    {
        lock (_gate)
        {
            _listeners[account] = moved;
        }
    }

    /// <summary>Forgets the account's secrets in the process, where one runs.</summary>
    internal async Task CloseAsync(string account)
    {
        BrokersSession? session;
        lock (_gate)
        {
            _listeners.Remove(account);
            session = _session;
        }

        try
        {
            await (session?.CloseAsync(account) ?? Task.CompletedTask);
        }
        catch (Exception gone) when (gone is NodeProcessEndedException or RpcException)
        {
            // A process that is gone holds no account.
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _session?.Dispose();
            _session = null;
        }
    }

    private static JsonObject Call(BrokerAccount account, string method, JsonObject parameters) =>
        new() { ["account"] = account.Id, ["method"] = method, ["params"] = parameters };

    private static VenueException Translate(BrokerAccount account, RpcException refused)
    {
        var kind = refused.Details is { } details && details.TryGetProperty("kind", out var word)
            && Enum.TryParse<VenueErrorKind>(word.GetString(), ignoreCase: true, out var known)
            ? known
            : VenueErrorKind.Malformed;
        var wait = refused.Details is { } data && data.TryGetProperty("retryAfterMs", out var milliseconds) && milliseconds.ValueKind == JsonValueKind.Number
            ? TimeSpan.FromMilliseconds(milliseconds.GetDouble())
            : (TimeSpan?)null;
        return new VenueException(kind, $"{account.Id}: {refused.Message}", wait, refused);
    }

    /// <summary>The running process, started where there is none and the pause after the last one's end is over.</summary>
    private BrokersSession Session()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_session is { HasEnded: false } running)
            {
                return running;
            }

            Bury();
            var pause = Pause();
            var waited = clock.GetElapsedTime(_endedAt);
            if (_failures > 0 && waited < pause)
            {
                throw new VenueException(VenueErrorKind.Unavailable, "the brokers process has ended and is started again in a moment", pause - waited);
            }

            _session = new BrokersSession(NodeProcess.Start("brokers.mjs", line => log.LogInformation("brokers: {Line}", line), HeapLimit), clock, OnNotified);
            log.LogInformation("The brokers process runs as {ProcessId}", _session.ProcessId);
            return _session;
        }
    }

    private void OnNotified(string method, JsonElement parameters)
    {
        if (method != "ordersMoved" || parameters.GetProperty("account").GetString() is not { } account)
        {
            log.LogWarning("The brokers process told of {Method}, which is nothing known", method);
            return;
        }

        Action? moved;
        lock (_gate)
        {
            _listeners.TryGetValue(account, out moved);
        }

        moved?.Invoke();
    }

    private void Bury()
    {
        if (_session is { } ended)
        {
            _failures = clock.GetElapsedTime(ended.StartedAt) >= HealthyRun ? 1 : _failures + 1;
            _endedAt = clock.GetTimestamp();
            log.LogWarning("The brokers process {ProcessId} has ended", ended.ProcessId);
            ended.Dispose();
            _session = null;
        }
    }

    private TimeSpan Pause()
    {
        var doubled = FirstPause * Math.Pow(2, Math.Min(_failures - 1, 20));
        return doubled < LongestPause ? doubled : LongestPause;
    }
}
