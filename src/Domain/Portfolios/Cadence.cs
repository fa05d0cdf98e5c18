namespace Rebalancer.Domain.Portfolios;

/// <summary>The rhythm of decisions that settings do not choose.</summary>
public static class Cadence
{
    public static TimeSpan Day => TimeSpan.FromDays(1);

    /// <summary>After a decision found nothing it may do about the drift, the same drift is left alone that long.</summary>
    public static TimeSpan Quiet => TimeSpan.FromMinutes(15);

    /// <summary>Balances may lag fills: a drift or an arrival seen right after a completion may be an old reading.</summary>
    public static TimeSpan AfterCompletion => TimeSpan.FromSeconds(30);

    /// <summary>A decision nobody applied is out of date by then.</summary>
    public static TimeSpan ApprovalWindow => TimeSpan.FromDays(1);

    /// <summary>How long after expiry a missing report is waited for before the others go on without it.</summary>
    public static TimeSpan ReportGrace => TimeSpan.FromSeconds(60);

    /// <summary>Decisions that may carry on an unfinished one before its rest is left to the next trigger.</summary>
    public static int MaxRemainders => 3;
}
