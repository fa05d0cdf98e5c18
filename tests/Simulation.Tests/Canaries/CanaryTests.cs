using System.Globalization;
using Rebalancer.Gateway.Solver;
using Rebalancer.Simulation.Canaries;
using Rebalancer.Simulation.Runs;
using Rebalancer.Simulation.World;

namespace Rebalancer.Simulation.Tests.Canaries;

/// <summary>Planted bugs that a few seeds find; the program's --canaries plants them all.</summary>
public sealed class CanaryTests
{
    [Theory]
    [InlineData("quantity-rounded", 2)]
    [InlineData("replay-booked-twice", 3)]
    [InlineData("balance-reserved-twice", 5)]
    public void PlantedBug_IsFoundByAnInvariant(string name, int invariant)
    {
        using var solver = new HighsSolver(TimeProvider.System);

        var found = Enumerable.Range(1, 4)
            .Select(seed => new SeedRun(
                SeedPlan.Of(seed, withFaults: false, TimeSpan.FromMinutes(10)), new WorldOptions(solver, CanaryCatalog.Find(name), null, null)).Run())
            .FirstOrDefault(result => result.Violations.Count > 0);

        found.ShouldNotBeNull().Violations[0].Number.ShouldBe(invariant);
    }

    [Fact]
    public void Guide_ListsEveryPlantedBugWithTheSeedThatFoundIt()
    {
        var rows = File.ReadLines(Path.Combine(Root(), "docs", "concepts", "simulation.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();

        rows.Select(row => (row[0].Trim('`'), row[1])).ShouldBe(CanaryCatalog.All.Select(canary => (canary.Name, canary.Bug)));
        rows.Select(row => int.Parse(row[2], CultureInfo.InvariantCulture)).ShouldAllBe(seed => seed >= 1 && seed <= 1_000);
        rows.Select(row => int.Parse(row[3], CultureInfo.InvariantCulture)).ShouldAllBe(invariant => invariant >= 1 && invariant <= 14);
    }

    [Fact]
    public void Catalogue_HasAtLeastTwentyBugsOfDifferentNames()
    {
        CanaryCatalog.All.Count.ShouldBeGreaterThanOrEqualTo(20);
        CanaryCatalog.All.Select(canary => canary.Name).Distinct().Count().ShouldBe(CanaryCatalog.All.Count);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Rebalancer.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException($"no Rebalancer.sln above {AppContext.BaseDirectory}");
        return folder.FullName;
    }
}
