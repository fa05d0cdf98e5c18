using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Rebalancer.Domain.Common;

namespace Rebalancer.Venues.Simulated;

/// <summary>How to start the program whose hidden command <c>simulated-venues</c> runs <see cref="SimulatedVenueServer"/>.</summary>
/// <param name="Arguments">Before the command itself; the path of the program's assembly when <paramref name="FileName"/> is <c>dotnet</c>.</param>
public sealed record ProgramCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>This very program.</summary>
    public static ProgramCommand ThisProgram()
    {
        var executable = Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is not known");
        var isHost = Path.GetFileNameWithoutExtension(executable) == "dotnet";
        return new ProgramCommand(executable, isHost ? [Assembly.GetEntryAssembly()!.Location] : []);
    }
}

/// <summary>Starts the simulated venues' process, or finds the one that runs. It outlives this process.</summary>
public static class SimulatedVenueProcess
{
    /// <summary>Tells the venues that an interrupt of the terminal is meant for the program that started them.</summary>
    public const string OutlivesOption = "--outlives-interrupt";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The running venues of that data directory, started when there are none, and started again when their clock has another factor.</summary>
    /// <exception cref="InvalidOperationException">They did not start; the message says why.</exception>
    public static async Task<SimulatedVenueEndpoint> EnsureRunningAsync(
        SimulatedVenueServerOptions options, ProgramCommand program, TimeProvider wall, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(options.Directory);
        using var http = CreateHttp(ProbeLimit);
        if (await FindAsync(options, http, cancellationToken) is { } running && running.Clock.Factor != options.ClockFactor)
        {
            await StopAsync(options, wall, cancellationToken);
        }

        Process? process = null;
        try
        {
            var started = wall.GetTimestamp();
            while (wall.GetElapsedTime(started) < StartLimit)
            {
                if (await FindAsync(options, http, cancellationToken) is { } endpoint)
                {
                    return endpoint;
                }

                // While another process has the book, it will answer soon or let go of it. Not asked while ours is starting: asking takes
                // the lock for a moment.
                if (process is not { HasExited: false } && BookFile.IsFree(options.BookPath))
                {
                    await ThrowIfFailedAsync(process, cancellationToken);
                    process = Start(options, program);
                }

                await Task.Delay(Pause, wall, cancellationToken);
            }

            process?.Kill();
        }
        finally
        {
            process?.Dispose();
        }

        throw new InvalidOperationException($"the simulated venues did not answer within {StartLimit.TotalSeconds} seconds; is the machine overloaded?");
    }

    /// <summary>For requests to the venues: they are on this machine, whatever proxy its environment names.</summary>
    public static HttpClient CreateHttp(TimeSpan timeout) =>
        // A redirect would send a placement twice.
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false }) { Timeout = timeout };

    private static async Task ThrowIfFailedAsync(Process? process, CancellationToken cancellationToken)
    {
        if (process is { ExitCode: not 0 })
        {
            var reason = await process.StandardError.ReadToEndAsync(cancellationToken);
            throw new InvalidOperationException($"the simulated venues ended with exit code {process.ExitCode}: {reason.Trim()}");
        }
    }

    /// <summary>Ends the venues of that data directory, if they run, and waits until their book is closed.</summary>
    public static async Task StopAsync(SimulatedVenueServerOptions options, TimeProvider wall, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var http = CreateHttp(ProbeLimit);
        while (await FindAsync(options, http, cancellationToken) is { } running)
        {
            try
            {
                using var answer = await http.PostAsync(new Uri(running.Address, "shutdown"), content: null, cancellationToken);
            }
            catch (HttpRequestException)
            {
                // It is ending already.
            }

            await Task.Delay(Pause, wall, cancellationToken);
        }

        while (Directory.Exists(options.Directory) && !BookFile.IsFree(options.BookPath))
        {
            await Task.Delay(Pause, wall, cancellationToken);
        }
    }

    /// <summary>The venues that answer at the address in their file; null when nobody does, or somebody else.</summary>
    public static async Task<SimulatedVenueEndpoint?> FindAsync(
        SimulatedVenueServerOptions options, HttpClient http, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        if (!File.Exists(options.EndpointPath))
        {
            return null;
        }

        try
        {
            var written = CanonicalJson.Read<SimulatedVenueEndpoint>(await File.ReadAllTextAsync(options.EndpointPath, cancellationToken));
            var answer = CanonicalJson.Read<SimulatedVenueEndpoint>(
                await http.GetStringAsync(new Uri(written.Address, "health"), cancellationToken));
            return answer.Instance == written.Instance ? answer : null;
        }
        catch (Exception absent) when (absent is HttpRequestException or JsonException
            || (absent is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The file is of a process that is gone, or whose port another program has taken.
            return null;
        }
    }

    private static Process Start(SimulatedVenueServerOptions options, ProgramCommand program)
    {
        var start = new ProcessStartInfo(program.FileName)
        {
            UseShellExecute = false,

            // Its own ends of pipes: it must neither hold this program's output open nor write into it.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            .. program.Arguments, "simulated-venues", "--data", options.DataDirectory, "--port", Text(options.Port),
            "--clock-factor", Text(options.ClockFactor), "--seed", options.Seed.ToString(CultureInfo.InvariantCulture), OutlivesOption,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (options.IdleExit is { } idle)
        {
            start.ArgumentList.Add("--idle-exit");
            start.ArgumentList.Add(Text((int)idle.TotalSeconds));
        }

        return Process.Start(ChildEnvironment.Limit(start)) ?? throw new InvalidOperationException($"{program.FileName} did not start");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
