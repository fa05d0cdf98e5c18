using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Bench.Placement;

/// <summary>CBC (https://github.com/coin-or/Cbc) as an independent solver, where its program `cbc` is installed (Debian: coinor-cbc).</summary>
internal static class CbcSolver
{
    private const string Program = "cbc";
    private const string ObjectiveLine = "Objective value:";
    private const string BoundLine = "Lower bound:";

    public static bool IsInstalled { get; } = CanStart();

    /// <summary>Solves with a limit of elapsed time; no objective where none was found.</summary>
    public static async Task<(double? Objective, double? Bound, double Milliseconds)> SolveAsync(MilpProblem problem, double seconds)
    {
        var file = Path.ChangeExtension(Path.GetTempFileName(), ".mps");
        await File.WriteAllTextAsync(file, MpsText.Of(problem));
        var started = Stopwatch.GetTimestamp();
        var limit = seconds.ToString(CultureInfo.InvariantCulture);
        using var process = Start([file, "-timeMode", "elapsed", "-seconds", limit, "-ratioGap", "0", "-allowableGap", "1e-6", "-solve"]);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        File.Delete(file);
        var objective = Number(output, ObjectiveLine);
        var isProven = output.Contains("Optimal solution found", StringComparison.Ordinal);
        return (output.Contains("No feasible solution found", StringComparison.Ordinal) ? null : objective, isProven ? objective : Number(output, BoundLine), milliseconds);
    }

    private static double? Number(string output, string label) =>
        output.Split('\n').Where(line => line.StartsWith(label, StringComparison.Ordinal))
            .Select(line => double.TryParse(line[label.Length..].Trim(), CultureInfo.InvariantCulture, out var number) ? number : (double?)null).LastOrDefault();

    private static bool CanStart()
    {
        try
        {
            using var process = Start(["-quit"]);
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static Process Start(string[] arguments) =>
        Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })
        ?? throw new InvalidOperationException($"{Program} did not start");
}
