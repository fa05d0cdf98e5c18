using Rebalancer.Gateway.Solver;

[assembly: AssemblyFixture(typeof(Rebalancer.Placement.Tests.SolverFixture))]

namespace Rebalancer.Placement.Tests;

/// <summary>One solver process for all tests: starting it costs more than most plans.</summary>
public sealed class SolverFixture : IDisposable
{
    public HighsSolver Solver { get; } = new(TimeProvider.System);

    public void Dispose() => Solver.Dispose();
}
