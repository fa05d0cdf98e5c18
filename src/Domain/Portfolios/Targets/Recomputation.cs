namespace Rebalancer.Domain.Portfolios.Targets;

/// <summary>When computed targets are due to be computed again: by the schedule, not by every look at the market.</summary>
public static class Recomputation
{
    /// <summary>Without a schedule.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    /// <summary>True when there are none for these settings, when a slot has fired since, or without a schedule when a day has passed.</summary>
    public static bool IsDue(PortfolioState state, PortfolioSettings settings, DateTimeOffset now)
    {
        if (settings.Targets.Computed is null)
        {
            return false;
        }

        return state.Computed is not { } computed || !computed.IsFor(settings)
            || (settings.Schedule is null ? now - computed.At >= Interval : state.LastSlot != computed.Slot);
    }
}
