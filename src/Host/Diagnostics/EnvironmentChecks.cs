using Rebalancer.Domain.Placement;
using Rebalancer.Gateway.Rpc;
using Rebalancer.Gateway.Solver;
using Rebalancer.Host.Cli;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Host.Diagnostics;

/// <summary>Checks of the machine: what must be there before any configuration is.</summary>
public static class EnvironmentChecks
{
    public static DoctorCheck DotNet() => DoctorCheck.Ok("dotnet", Environment.Version.ToString());

    /// <summary>The bundled library serves too, so a warning is no problem.</summary>
    public static DoctorCheck Sqlite()
    {
        var version = SqliteNative.Version;
        return SqliteNative.Warning is { } warning
            ? new DoctorCheck("sqlite", Healthy: true, $"{version}, bundled", warning)
            : DoctorCheck.Ok("sqlite", $"{version}, the system's");
    }

    /// <summary>A clock that is years off makes every reading stale and every signature void. How far it is off a venue's is seen by its account.</summary>
    public static DoctorCheck Clock(TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.Year is >= 2025 and < 2100
            ? DoctorCheck.Ok("clock", now.ToString("u"))
            : DoctorCheck.Problem("clock", now.ToString("u"), "set the system's clock, and keep it right by NTP");
    }

    public static DoctorCheck Node(CliContext context)
    {
        try
        {
            var (path, version) = Locate(context);
            return DoctorCheck.Ok("node", $"{version} ({path})");
        }
        catch (NodeUnavailableException unavailable)
        {
            return Problem("node", unavailable.Message);
        }
    }

    /// <summary>Solves a program small enough to know its answer: minimise −x, x ≤ 2.5, x integer.</summary>
    public static DoctorCheck Solver(IMilpSolver solver)
    {
        var problem = new MilpProblem([-1], [0], [2.5], [true], [double.NegativeInfinity], [10], [0, 1], [0], [1]);
        try
        {
            var solution = solver.Solve(problem, new MilpLimits(10, 0, 20));
            return solution.Status == MilpStatus.Optimal && Math.Abs(solution.Objective + 2) < 1e-6
                ? DoctorCheck.Ok("solver", "HiGHS solves")
                : DoctorCheck.Problem("solver", $"wrong answer: {solution.Status}, {solution.Objective}", "build again: 'dotnet build src/Host'");
        }
        catch (SolverUnavailableException unavailable)
        {
            return Problem("solver", unavailable.Message);
        }
    }

    /// <summary>Throws when Node is missing or too old: whatever solves would fail later and less clearly.</summary>
    /// <exception cref="CommandException">With exit code 2.</exception>
    public static void RequireNode(CliContext context)
    {
        try
        {
            Locate(context);
        }
        catch (NodeUnavailableException unavailable)
        {
            throw CommandException.BadInput($"node: {unavailable.Message}", unavailable);
        }
    }

    private static (string Path, Version Version) Locate(CliContext context) =>
        NodeRuntime.Locate(context.Variables.GetValueOrDefault("REBALANCER_NODE") is { Length: > 0 } configured ? configured : "node");

    /// <summary>Messages of the parts end with the remedy after a semicolon; the table has a column for it.</summary>
    private static DoctorCheck Problem(string name, string message)
    {
        var parts = message.Split(';', 2, StringSplitOptions.TrimEntries);
        return DoctorCheck.Problem(name, parts[0], parts.Length > 1 ? parts[1] : "see the message");
    }
}
