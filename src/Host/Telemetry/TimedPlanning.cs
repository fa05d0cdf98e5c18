using Rebalancer.Domain.Placement;

namespace Rebalancer.Host.Telemetry;

/// <summary>Planning with the time it took in its result. The planner has no clock of its own, and a replay compares orders, not times.</summary>
internal static class TimedPlanning
{
    public static PlacementResult Time(this TimeProvider clock, Func<PlacementResult> plan)
    {
        var started = clock.GetTimestamp();
        var result = plan();
        return result with { Plan = result.Plan with { SolveMilliseconds = (long)clock.GetElapsedTime(started).TotalMilliseconds } };
    }
}
