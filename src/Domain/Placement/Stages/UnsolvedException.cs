namespace Rebalancer.Domain.Placement.Stages;

/// <summary>The solver answered within its limits that it has no answer: nothing is known of the problem, and something else must place.</summary>
internal sealed class UnsolvedException() : Exception("the solver found nothing within its limits");
