namespace Rebalancer.Runtime.Actors;

/// <summary>When a child was restarted, as far back as its parent's window goes.</summary>
internal sealed class RestartHistory
{
    private readonly Queue<DateTimeOffset> _restarts = new();

    /// <summary>Counts one restart; false when the window is used up. The pause doubles with every restart in the window.</summary>
    public bool TryAllow(SupervisorStrategy strategy, DateTimeOffset now, out TimeSpan delay)
    {
        while (_restarts.TryPeek(out var oldest) && now - oldest > strategy.Window)
            _restarts.Dequeue();
        delay = TimeSpan.Zero;
        if (_restarts.Count >= strategy.MaxRetries)
            return false;
        delay = TimeSpan.FromTicks((long)Math.Min(strategy.MinBackoff.Ticks * Math.Pow(2, _restarts.Count), strategy.MaxBackoff.Ticks));
        _restarts.Enqueue(now);
        return true;
    }
}
