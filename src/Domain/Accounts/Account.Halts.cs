using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

public sealed partial record Account
{
    /// <summary>Stops all arming; cancels still work. Said again, it adds nothing.</summary>
    public IReadOnlyList<AccountEvent> Halt(string who, string why, DateTimeOffset now) =>
        TradingState == TradingState.Halted ? [] : [new AccountHalted(now, who, why)];

    /// <summary>Leaves sells and cancels only, until an operator resumes; adds nothing when as much is stopped already.</summary>
    public IReadOnlyList<AccountEvent> Reduce(string who, string why, DateTimeOffset now) =>
        TradingState == TradingState.Active ? [new AccountReducing(now, who, why)] : [];

    public IReadOnlyList<AccountEvent> Pause(string who, string why, bool acceptStale, DateTimeOffset now) =>
        Paused && StaleAccepted == acceptStale ? [] : [new AccountPaused(now, who, why, acceptStale)];

    /// <summary>
    /// Lifts halt, reducing and pause; what balances differ from the books by is booked, with who and why, once two readings have shown it.
    /// What one reading alone has shown may be an error nobody has looked at yet, so it stays open, and alarms when the next one confirms it.
    /// </summary>
    public IReadOnlyList<AccountEvent> Resume(string who, string why, Circumstances circumstances)
    {
        if (TradingState == TradingState.Active && !Paused)
        {
            return [];
        }

        var differences = circumstances.Readings.Unexplained
            .Where(difference => difference.Value.Amount != 0 && IsConfirmed(difference.Value, circumstances.Readings.BalancesReadAt, circumstances))
            .Select(difference => (AccountEvent)new TransferObserved(
                circumstances.Now, null, difference.Key, difference.Value.Amount, $"accepted by {who}: {why}"));
        return [.. differences, new AccountResumed(circumstances.Now, who, why)];
    }

    /// <summary>True while a permit given before a halt may still be sent or unanswered.</summary>
    public bool HasPermitInFlight(DateTimeOffset now) =>
        _unfinished.All.Any(order => order.State == OrderState.SendArmed && order.SendBy > now);
}
