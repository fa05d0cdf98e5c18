namespace Rebalancer.Domain.Placement;

/// <summary>
/// A backstop for work that takes far longer than its limits foresee. The limits themselves are work; a plan that was cut short here says so,
/// and is rebuilt from the journal, not by searching again.
/// </summary>
public interface IDeadline
{
    /// <summary>Until the time limit is over; below zero in the grace after it.</summary>
    double SecondsLeft { get; }

    /// <summary>True once the grace is over too: what can be left out is left out.</summary>
    bool HasPassed { get; }
}
