namespace Rebalancer.Simulation.Invariants;

/// <param name="Number">Of the invariant, as the order protocol numbers them.</param>
/// <param name="Name">Short name of the invariant.</param>
internal sealed record Violation(int Number, string Name, DateTimeOffset At, string What)
{
    public override string ToString() => $"{Number} {Name} at {At:yyyy-MM-dd HH:mm:ss.fff}: {What}";
}
