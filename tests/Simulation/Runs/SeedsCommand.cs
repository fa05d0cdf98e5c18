using System.Diagnostics;
using System.Globalization;
using Rebalancer.Domain.Placement;
using Rebalancer.Simulation.Canaries;
using Rebalancer.Simulation.Observing;
using Rebalancer.Simulation.World;

namespace Rebalancer.Simulation.Runs;

/// <summary>Runs seeds one after the other, says what became of each, and of a failing one how to see it again.</summary>
internal sealed class SeedsCommand(Options options, IMilpSolver solver, TextWriter output)
{
    private const int ShrinkingRuns = 60;

    private readonly Coverage _coverage = new();

    /// <returns>Seeds that violated an invariant or gave another hash in the other process.</returns>
    public int Run()
    {
        using var other = options.Processes == 2 ? OtherProcess.Start(options) : null;
        var watch = Stopwatch.GetTimestamp();
        var (failed, decisions, sends, slips, faults, virtualTime) = (0, 0, 0, 0, 0L, TimeSpan.Zero);
        for (var seed = options.Seed; seed < options.Seed + options.Seeds; seed++)
        {
            var result = Run(seed, options.Only);
            var otherHash = other?.HashOf(seed) ?? result.Hash;
            var isSame = otherHash == result.Hash;
            failed += isSame && result.Violations.Count == 0 ? 0 : 1;
            _coverage.Add(result.Coverage);
            (decisions, sends, slips, faults) = (decisions + result.Decisions, sends + result.Sends, slips + result.Slips, faults + result.Faults.Count);
            virtualTime += result.Virtual;
            Say(result, isSame ? null : otherHash);
            if (result.Violations.Count > 0 && !options.HashesOnly)
                Explain(result);
        }

        var wall = Stopwatch.GetElapsedTime(watch);
        if (!options.HashesOnly && options.Seeds > 1)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{options.Seeds} seeds, {failed} failed, {virtualTime.TotalHours:0.0} h virtual in {wall.TotalSeconds:0} s, {options.Seeds / wall.TotalHours:0} seeds an hour; {decisions} decisions, {sends} sends, {slips} slipped past a deadline in a pause, {faults} faults"));
            CoverageTable.Write(_coverage, output);
        }

        return failed;
    }

    private SeedResult Run(int seed, IReadOnlySet<string>? only)
    {
        using var text = options.Trace is null ? null : new StreamWriter(options.Trace);
        return new SeedRun(PlanOf(seed), new WorldOptions(solver, Canary(), only, text)).Run();
    }

    private SeedPlan PlanOf(int seed) => options.IsDay ? SeedPlan.Day(seed, !options.IsCalm)
        : SeedPlan.Of(seed, !options.IsCalm, options.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null);

    private Canary Canary() => options.Canary is null ? Canaries.Canary.None : CanaryCatalog.Find(options.Canary);

    private void Say(SeedResult result, string? otherHash)
    {
        if (options.HashesOnly)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Plan.Seed} {result.Hash}"));
            output.Flush();
            return;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {result.Plan.Seed}: {result.Virtual.TotalMinutes:0} min in {result.Wall.TotalSeconds:0.00} s, {result.Faults.Count} faults, {result.Decisions} decisions, {result.Sends} sends, trace {result.Hash}{(otherHash is null ? "" : $" but {otherHash} in the other process")}"));
    }

    private void Explain(SeedResult result)
    {
        foreach (var violation in result.Violations.Take(3))
            output.WriteLine($"  VIOLATED {violation}");
        var replay = string.Create(CultureInfo.InvariantCulture, $"dotnet run -c Release --project tests/Simulation -- --seed {result.Plan.Seed}")
            + (options.Minutes is { } minutes ? string.Create(CultureInfo.InvariantCulture, $" --minutes {minutes}") : "")
            + (options.IsDay ? " --day" : "")
            + (options.Canary is { } canary ? $" --canary {canary}" : "");
        output.WriteLine($"  replay: {replay}");
        if (options.Only is not null || !options.Shrinks || result.Faults.Count == 0)
            return;
        var number = result.Violations[0].Number;
        var shrinker = new Shrinker(only => Run(result.Plan.Seed, only).Violations.Any(violation => violation.Number == number), ShrinkingRuns);
        var few = shrinker.Shrink([.. result.Faults.Select(fault => fault.Id)]);
        output.WriteLine($"  {few.Count} of its {result.Faults.Count} faults suffice: {replay} --only {string.Join(',', few)}");
    }
}
