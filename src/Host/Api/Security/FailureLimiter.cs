using System.Net;

namespace Rebalancer.Host.Api.Security;

/// <summary>
/// Counts refused credentials by address. Past the limit they are answered "too many" without saying more; a right credential still passes, so
/// that nobody can lock an operator out of halting by guessing beside them. Guessing is hopeless anyway: tokens have 256 random bits.
/// </summary>
public sealed class FailureLimiter(TimeProvider clock)
{
    public const int Limit = 10;

    private const int MaxAddresses = 10_000;

    private readonly Lock _counting = new();
    private readonly Dictionary<IPAddress, (long Since, int Count)> _failures = [];

    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Counts one more failure; true when it is beyond the limit.</summary>
    public bool IsBeyondLimit(IPAddress? address)
    {
        var from = address ?? IPAddress.None;
        lock (_counting)
        {
            if (_failures.Count >= MaxAddresses)
            {
                _failures.Clear();
            }

            var now = clock.GetTimestamp();
            var entry = _failures.TryGetValue(from, out var known) && clock.GetElapsedTime(known.Since, now) < Window ? known : (Since: now, Count: 0);
            entry.Count++;
            _failures[from] = entry;
            return entry.Count > Limit;
        }
    }
}
