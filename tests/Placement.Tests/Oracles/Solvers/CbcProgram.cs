using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Rebalancer.Bench.Placement;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles.Solvers;

/// <summary>CBC (https://github.com/coin-or/Cbc), where its program is installed (Debian: coinor-cbc); one process a problem.</summary>
internal sealed class CbcProgram : IReferenceSolver
{
    private const string Program = "cbc";
    private const string SecondsEach = "60";

    private readonly string _folder = Directory.CreateTempSubdirectory("cbc").FullName;

    public static bool IsInstalled { get; } = CanStart();

    public ReferenceAnswer Solve(MilpProblem problem)
    {
        var (model, solution) = (Path.Combine(_folder, "model.mps"), Path.Combine(_folder, "solution.txt"));
        File.WriteAllText(model, MpsText.Of(problem));
        File.Delete(solution);
        using var process = Start([model, "-preprocess", "off", "-presolve", "off", "-seconds", SecondsEach, "-ratioGap", "0", "-allowableGap", "1e-9", "-solve", "-solution", solution]);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (!File.Exists(solution))
        {
            // It ended on one of its own assertions.
            return new ReferenceAnswer(null, IsProven: false);
        }

        var lines = File.ReadAllLines(solution);
        if (!lines[0].StartsWith("Optimal", StringComparison.Ordinal))
        {
            var isInfeasible = lines[0].Contains("nfeasible", StringComparison.Ordinal);
            return new ReferenceAnswer(null, isInfeasible);
        }

        // A line a column that is not zero: its index, name, value and reduced cost.
        var values = new double[problem.Cost.Length];
        foreach (var fields in lines.Skip(1).Select(line => line.Replace("**", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            values[int.Parse(fields[1][1..], CultureInfo.InvariantCulture)] = double.Parse(fields[2], CultureInfo.InvariantCulture);
        }

        return new ReferenceAnswer(values, IsProven: true);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
