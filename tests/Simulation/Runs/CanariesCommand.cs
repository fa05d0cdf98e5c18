using System.Globalization;
using Rebalancer.Domain.Placement;
using Rebalancer.Simulation.Canaries;
using Rebalancer.Simulation.World;

namespace Rebalancer.Simulation.Runs;

/// <summary>Plants each bug in turn and runs seeds until an invariant notices. One that is not found means that the simulation is blind there.</summary>
internal sealed class CanariesCommand(Options options, IMilpSolver solver, TextWriter output)
{
    /// <returns>Bugs that no seed found.</returns>
    public int Run(IReadOnlyList<Canary> canaries)
    {
        var missed = 0;
        foreach (var canary in canaries)
        {
            var found = Find(canary, out var seeds);
            missed += found is null ? 1 : 0;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{canary.Name,-34} {(found is null ? $"NOT FOUND in {seeds} seeds" : $"found by seed {seeds}: {found}")}"));
            output.Flush();
        }

        return missed;
    }

    private string? Find(Canary canary, out int seeds)
    {
        for (seeds = 1; seeds <= options.Seeds; seeds++)
        {
            // Long seeds cost as much as fifty others and say no more about a planted bug.
            var plan = SeedPlan.Of(options.Seed + seeds - 1, safety: TimeSpan.FromMinutes(options.Minutes ?? 45));
            var result = new SeedRun(plan, new WorldOptions(solver, canary, null, null)).Run();
            // A seed that fails without the bug says nothing of the bug.
            if (result.Violations.Count > 0 && new SeedRun(plan, new WorldOptions(solver, Canary.None, null, null)).Run().Violations.Count == 0)
                return result.Violations[0].ToString();
        }

        seeds = options.Seeds;
        return null;
    }
}
