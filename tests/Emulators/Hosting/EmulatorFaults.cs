namespace Rebalancer.Emulators.Hosting;

/// <summary>What goes wrong with a request to an emulator.</summary>
public enum EmulatorFault
{
    /// <summary>The request is done, and the connection closed without an answer.</summary>
    DisconnectAfter,

    /// <summary>The connection is closed before anything is done.</summary>
    DisconnectBefore,

    /// <summary>The request is done, and no answer ever comes.</summary>
    HangAfter,

    /// <summary>502, and nothing is done.</summary>
    ServerErrorBefore,

    /// <summary>The request is done and answered 502.</summary>
    ServerErrorAfter,

    /// <summary>The request is done, and its answer cut off in the middle, with a length that fits.</summary>
    Truncated,

    /// <summary>The request is done, and its answer is a page of HTML with status 200.</summary>
    Html,

    /// <summary>429 with Retry-After.</summary>
    TooManyRequests,

    /// <summary>418, as Binance answers an address it has banned.</summary>
    Banned,
}

/// <summary>Which requests go wrong, and how. Safe from any thread.</summary>
public sealed class EmulatorFaults
{
    private readonly Lock _gate = new();
    private readonly List<(string Match, EmulatorFault Fault, int Times)> _planned = [];

    /// <summary>How far the venue's clock is off.</summary>
    public TimeSpan ClockSkew { get; set; }

    /// <summary>How late the answers to requests come that may change something; what they ask for is done at once.</summary>
    public TimeSpan AnswerDelay { get; set; }

    /// <summary>The next requests whose <c>METHOD path</c> contains the text go wrong.</summary>
    public void Plan(string match, EmulatorFault fault, int times = 1)
    {
        lock (_gate)
        {
            _planned.Add((match, fault, times));
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _planned.Clear();
            (ClockSkew, AnswerDelay) = (TimeSpan.Zero, TimeSpan.Zero);
        }
    }

    /// <summary>The fault of this request, which uses it up; null for none.</summary>
    internal EmulatorFault? Take(string request)
    {
        lock (_gate)
        {
            var index = _planned.FindIndex(plan => request.Contains(plan.Match, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                return null;
            }

            var (match, fault, times) = _planned[index];
            if (times <= 1)
            {
                _planned.RemoveAt(index);
            }
            else
            {
                _planned[index] = (match, fault, times - 1);
            }

            return fault;
        }
    }
}
