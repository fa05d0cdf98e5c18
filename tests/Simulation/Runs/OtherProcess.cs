using System.Diagnostics;
using System.Globalization;

namespace Rebalancer.Simulation.Runs;

/// <summary>The same seeds in a process of their own, for their hashes.</summary>
internal sealed class OtherProcess : IDisposable
{
    private readonly Process _process;

    private OtherProcess(Process process) => _process = process;

    public static OtherProcess Start(Options options)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(typeof(OtherProcess).Assembly.Location);
        foreach (var argument in options.ForHashesOnly())
            start.ArgumentList.Add(argument);
        return new OtherProcess(Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started."));
    }

    /// <summary>Hash of the next seed; seeds come in their order.</summary>
    public string HashOf(int seed)
    {
        var words = (_process.StandardOutput.ReadLine() ?? "").Split(' ');
        return words is [var number, var hash] && number == seed.ToString(CultureInfo.InvariantCulture)
            ? hash
            : throw new InvalidOperationException($"The other process gave '{string.Join(' ', words)}' for seed {seed}.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
