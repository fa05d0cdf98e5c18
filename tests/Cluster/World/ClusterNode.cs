using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Rebalancer.EndToEnd;

namespace Rebalancer.Cluster.World;

/// <summary>One node: the program as its own process, started again and again under the same name.</summary>
public sealed class ClusterNode(string name, string settings, int port, string token, DatabaseLink link) : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30), BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    private Process? _process;
    private int _lives;
    private bool _isPaused;

    public string Name { get; } = name;

    /// <summary>Its line to the database.</summary>
    public DatabaseLink Link { get; } = link;

    /// <summary>Neither dead nor frozen nor cut off from the database.</summary>
    public bool IsSound => _process is { HasExited: false } && !_isPaused && !Link.IsCut;

    /// <summary>Of the process that runs.</summary>
    public TimeSpan ProcessorTime => Running().TotalProcessorTime;

    public long MemoryBytes => Running().WorkingSet64;

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Start()
    {
        _process = RebalancerProgram.Start(
            ["run", "--config", settings], new SortedDictionary<string, string> { ["CLUSTER_TOKEN"] = token, ["DOTNET_gcServer"] = "0" });
        var log = Path.Combine(Path.GetDirectoryName(settings)!, $"life-{++_lives:000}");
        RebalancerProgram.Drain(_process.StandardOutput, log + ".out");
        RebalancerProgram.Drain(_process.StandardError, log + ".err");
    }

    public void Kill()
    {
        if (_process is { } process)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
            _process = null;
        }
    }

    /// <summary>As a supervisor stops it; gives the time it took.</summary>
    public async Task<TimeSpan> TerminateAsync()
    {
        var process = _process ?? throw new InvalidOperationException($"{Name} does not run.");
        var watch = Stopwatch.StartNew();
        Signal("TERM");
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        process.Dispose();
        _process = null;
        return watch.Elapsed;
    }

    /// <summary>Freezes it, as a paused virtual machine is frozen.</summary>
    public void Pause()
    {
        _isPaused = true;
        Signal("STOP");
    }

    public void Resume()
    {
        Signal("CONT");
        _isPaused = false;
    }

    /// <summary>What the API answers; null while it does not, or with an error.</summary>
    public async Task<string?> TryGetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var request = await CreateRequestAsync(HttpMethod.Get, path, cancellationToken);
            using var answer = await _http.SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(cancellationToken) : null;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Runs a command of the program against this node.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments)
    {
        using var process = RebalancerProgram.Start([.. arguments, "--config", settings], new SortedDictionary<string, string> { ["CLUSTER_TOKEN"] = token });
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        _http.Dispose();
        await Link.DisposeAsync();
    }

    private Process Running()
    {
        var process = _process ?? throw new InvalidOperationException($"{Name} does not run.");
        process.Refresh();
        return process;
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }

    private async Task<HttpRequestMessage> CreateRequestAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        var apiToken = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(settings)!, "data", "api-token"), cancellationToken);
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiToken.Trim());
        return request;
    }
}
