using System.Diagnostics;
using System.Globalization;

namespace Rebalancer.Bench.Placement;

/// <summary>Peak memory of the solver process, read from /proc; nothing on systems that have none.</summary>
internal static class SolverMemory
{
    private const double KibibytesInMebibyte = 1024;
    private const string Peak = "VmHWM:";

    public static double? PeakMebibytes()
    {
        var peaks = Process.GetProcessesByName("node").Select(process => process.Id).Where(IsOwnChild).Select(PeakKibibytes).ToList();
        return peaks.Count == 0 ? null : peaks.Max() / KibibytesInMebibyte;
    }

    private static bool IsOwnChild(int id) => Lines(id).Any(line => line == $"PPid:\t{Environment.ProcessId}");

    private static double PeakKibibytes(int id) =>
        Lines(id).Where(line => line.StartsWith(Peak, StringComparison.Ordinal))
            .Select(line => double.Parse(line[Peak.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)).FirstOrDefault();

    private static string[] Lines(int id)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/status");
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }
}
