namespace Rebalancer.Domain.Placement;

/// <summary>A plan that was made breaks a rule: a mistake in this program, found before anyone could trade on it. Nothing was planned.</summary>
public sealed class InvalidPlanException(IReadOnlyList<string> violations)
    : Exception($"the plan breaks {violations.Count} rule(s) and is refused; please report it: {string.Join("; ", violations)}")
{
    public IReadOnlyList<string> Violations { get; } = violations;
}
