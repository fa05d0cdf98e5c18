using System.Diagnostics;
using System.Reflection;

namespace Rebalancer.EndToEnd;

/// <summary>The <c>rebalancer</c> program as a user has it: started, killed, asked.</summary>
public sealed class RebalancerProgram(string dataDirectory)
{
    private static readonly string Assembly = typeof(RebalancerProgram).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RebalancerProgram").Value!;

    /// <summary>A service that lives for seconds never earns back what the runtime spends on profiling its code.</summary>
    private static readonly SortedDictionary<string, string> ShortLife = new(StringComparer.Ordinal) { ["DOTNET_TieredPGO"] = "0" };

    /// <summary>Starts the service; what it prints goes to a file of the data directory.</summary>
    public Process StartService(int incarnation, bool fast)
    {
        var process = Start(["demo", .. fast ? new[] { "--fast" } : [], "--data", dataDirectory, "--port", "0"], ShortLife);
        Drain(process.StandardOutput, Path.Combine(dataDirectory, $"service-{incarnation:000}.out"));
        Drain(process.StandardError, Path.Combine(dataDirectory, $"service-{incarnation:000}.err"));
        return process;
    }

    /// <summary>When a service last said where its API is, which it does once it is up; long ago when none ever has.</summary>
    public DateTime LastUpAt => File.GetLastWriteTimeUtc(Path.Combine(dataDirectory, "api-address"));

    /// <summary>Runs a command to its end. Gives exit code and everything it printed.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments)
    {
        using var process = Start([.. arguments, "--data", dataDirectory]);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Runs a command to its end that reads this from its standard input. Gives exit code and everything it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyList<string> arguments, string input, IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken)
    {
        using var process = Start(arguments, variables);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Starts the program; whoever started it reads what it prints.</summary>
    /// <param name="variables">Environment variables beside those of this process.</param>
    public static Process Start(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Assembly);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in variables ?? new SortedDictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
    }

    /// <summary>Keeps what a process prints in a file, so that it never waits for a reader.</summary>
    public static void Drain(StreamReader from, string path) => _ = DrainAsync(from, path);

    internal static async Task DrainAsync(StreamReader from, string path)
    {
        await using var to = new StreamWriter(path);
        while (await from.ReadLineAsync() is { } line)
        {
            await to.WriteLineAsync(line);
        }
    }
}
