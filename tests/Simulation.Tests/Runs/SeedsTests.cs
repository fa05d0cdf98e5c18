using System.Diagnostics;
using Rebalancer.Gateway.Solver;
using Rebalancer.Simulation.Canaries;
using Rebalancer.Simulation.Runs;
using Rebalancer.Simulation.World;

namespace Rebalancer.Simulation.Tests.Runs;

/// <summary>A slice of the seeds, bounded by their number.</summary>
public sealed class SeedsTests
{
    [Fact]
    public async Task Seeds_InTwoProcesses_BreakNoInvariantAndGiveTheSameHashes()
    {
        var (exitCode, output) = await RunAsync("--seed", "201", "--seeds", "4", "--minutes", "15", "--processes", "2");

        exitCode.ShouldBe(0, output);
        output.ShouldContain("4 seeds, 0 failed");
    }

    [Fact]
    public async Task AnotherSeed_GivesAnotherRun()
    {
        var (_, output) = await RunAsync("--seed", "7", "--seeds", "2", "--minutes", "3", "--hashes");

        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[1]).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void CalmSeed_DecidesAtLeastThreeTimesAndFindsNothing()
    {
        using var solver = new HighsSolver(TimeProvider.System);

        var result = new SeedRun(
            SeedPlan.Of(3, withFaults: false, TimeSpan.FromMinutes(30)), new WorldOptions(solver, Canary.None, null, null)).Run();

        result.Violations.ShouldBeEmpty();
        result.Decisions.ShouldBeGreaterThanOrEqualTo(3);
        result.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task CommandLine_ThatIsNotUnderstood_IsRefusedWithTheUsage()
    {
        var (exitCode, _) = await RunAsync("--sedes", "5");

        exitCode.ShouldBe(2);
        Options.Parse(["--sedes", "5"]).Error.ShouldNotBeNull().ShouldContain("--seeds N");
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Rebalancer.Simulation.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start).ShouldNotBeNull();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
