using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Rebalancer.EndToEnd;

namespace Rebalancer.Bench.Api;

/// <summary>
/// Fifty open dashboards and two hundred requests a second beside a demo that trades: how long an answer takes, whether the trading goes on, and
/// whether memory grows.
/// </summary>
public static class ApiLoadBench
{
    private const int Dashboards = 50;
    private const int RequestsASecond = 200;
    private const double DefaultSeconds = 300;
    private const int WarmingRounds = 20;

    private static readonly string[] Paths =
    [
        "api/v1/status", "api/v1/orders?limit=50", "api/v1/decisions", "api/v1/accounts", "api/v1/portfolios/demo/holdings", "api/v1/portfolios/demo/history",
        "api/v1/audit/decisions", "accounts",
    ];

    public static async IAsyncEnumerable<object> RunAsync(BenchOptions options)
    {
        var data = Directory.CreateTempSubdirectory("api-load-").FullName;
        var program = new RebalancerProgram(data);
        using var service = program.StartService(1, fast: true);
        try
        {
            using var client = await ConnectAsync(data);
            await UntilTradingAsync(client);
            yield return await LoadAsync(client, service, TimeSpan.FromSeconds(options.Seconds ?? DefaultSeconds));
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync();
        }
    }

    private static async Task<HttpClient> ConnectAsync(string data)
    {
        var address = Path.Combine(data, "api-address");
        while (!File.Exists(address) || !Uri.TryCreate(await File.ReadAllTextAsync(address), UriKind.Absolute, out _))
        {
            await Task.Delay(200);
        }

        var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 500 }) { BaseAddress = new Uri(await File.ReadAllTextAsync(address)) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await File.ReadAllTextAsync(Path.Combine(data, "api-token")));
        return client;
    }

    private static async Task UntilTradingAsync(HttpClient client)
    {
        while (await CompletedAsync(client) == 0)
        {
            await Task.Delay(500);
        }
    }

    private static async Task<ApiLoadRow> LoadAsync(HttpClient client, Process service, TimeSpan duration)
    {
        using var ending = new CancellationTokenSource();
        var gaps = new double[Dashboards];
        var dashboards = Enumerable.Range(0, Dashboards).Select(index => WatchAsync(client, index, gaps, ending.Token)).ToList();
        // Code is compiled when it is first run; that is no part of how the service bears its load.
        for (var round = 0; round < WarmingRounds; round++)
        {
            await Task.WhenAll(Paths.Select(path => AskAsync(client, path)));
        }

        var (started, completedBefore) = (Stopwatch.GetTimestamp(), await CompletedAsync(client));
        ending.CancelAfter(duration);
        var (answers, memory) = (new List<Task<double?>>(), new List<double>());
        while (!ending.IsCancellationRequested)
        {
            var due = (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * RequestsASecond);
            while (answers.Count < due)
            {
                answers.Add(AskAsync(client, Paths[answers.Count % Paths.Length]));
                if (answers.Count % (RequestsASecond * 10) == 0)
                {
                    service.Refresh();
                    memory.Add(service.WorkingSet64 / 1e6);
                }
            }

            await Task.Delay(5, CancellationToken.None);
        }

        var times = (await Task.WhenAll(answers)).ToList();
        await Task.WhenAll(dashboards);
        var sorted = times.OfType<double>().Order().ToList();
        var decisions = await DecisionsAsync(client);
        return new ApiLoadRow(
            "api-load", Dashboards, times.Count, times.Count(time => time is null), At(sorted, 0.5), At(sorted, 0.99), sorted.Count == 0 ? 0 : sorted[^1], gaps.Max(),
            await CompletedAsync(client) - completedBefore, decisions.Count(status => status.StartsWith("expired", StringComparison.Ordinal)),
            Mean(memory.Take(3)), Mean(memory.TakeLast(3)));
    }

    /// <summary>Milliseconds; null when it was not answered with success.</summary>
    private static async Task<double?> AskAsync(HttpClient client, string path)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await client.GetAsync(path);
            _ = await answer.Content.ReadAsByteArrayAsync();
            return answer.IsSuccessStatusCode ? Stopwatch.GetElapsedTime(started).TotalMilliseconds : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Reads the overview's updates and keeps the longest time without one, in seconds.</summary>
    private static async Task WatchAsync(HttpClient client, int index, double[] gaps, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new StreamReader(await client.GetStreamAsync("live/overview", cancellationToken));
            var last = Stopwatch.GetTimestamp();
            while (await stream.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith("event:", StringComparison.Ordinal))
                {
                    gaps[index] = Math.Max(gaps[index], Stopwatch.GetElapsedTime(last).TotalSeconds);
                    last = Stopwatch.GetTimestamp();
                }
            }

            gaps[index] = double.PositiveInfinity;
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }
    }

    private static async Task<int> CompletedAsync(HttpClient client) => (await DecisionsAsync(client)).Count(status => status == "completed");

    private static async Task<IReadOnlyList<string>> DecisionsAsync(HttpClient client)
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync("api/v1/decisions?limit=1000"));
        return [.. document.RootElement.EnumerateArray().Select(entry => entry.GetProperty("decision").GetProperty("status").GetString()!)];
    }

    private static double At(List<double> sorted, double share) => sorted.Count == 0 ? 0 : sorted[(int)((sorted.Count - 1) * share)];

    private static double Mean(IEnumerable<double> values) => Math.Round(values.DefaultIfEmpty(0).Average(), 1, MidpointRounding.ToEven);
}

/// <param name="LongestWaitSeconds">Of any dashboard for an update; they come once a second where something changed.</param>
/// <param name="Completed">Rebalances carried out meanwhile.</param>
/// <param name="Missed">Decisions that expired.</param>
/// <param name="MemoryStartMegabytes">Working set, mean of the first three readings ten seconds apart; the end's of the last three.</param>
internal sealed record ApiLoadRow(
    string Bench, int Dashboards, int Requests, int Failures, double MedianMilliseconds, double P99Milliseconds, double LongestMilliseconds,
    double LongestWaitSeconds, int Completed, int Missed, double MemoryStartMegabytes, double MemoryEndMegabytes);
