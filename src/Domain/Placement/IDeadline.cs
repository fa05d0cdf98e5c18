namespace Rebalancer.Domain.Placement;

/// <summary>
/// A backstop for work that takes far longer than its limits foresee. The limits themselves are work; a plan that was cut short here says so,
/// and is rebuilt from the journal, not by searching again.
/// </summary>
public interface IDeadline
{
    bool HasPassed { get; }
}
