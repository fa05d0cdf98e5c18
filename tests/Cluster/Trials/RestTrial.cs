using System.Diagnostics;
using Rebalancer.Cluster.World;

namespace Rebalancer.Cluster.Trials;

/// <param name="StartSeconds">Until every account had been read and answered.</param>
/// <param name="CpuShare">Of one core, over the minute measured; the venues and the database are other processes.</param>
/// <param name="NewEvents">Journaled in that minute, by name; readings that found nothing new are none.</param>
public sealed record RestResult(
    string Trial, int Accounts, int PollSeconds, double StartSeconds, long MemoryMegabytes, double CpuShare, SortedDictionary<string, long> NewEvents,
    double JournalMegabytes);

/// <summary>One node whose accounts have nothing to do: what it costs to keep them.</summary>
public static class RestTrial
{
    private const decimal MoreThanAnyoneHas = 1_000_000_000;

    /// <summary>Without a new event: what the accounts' first readings cause is over then.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan SettlingLimit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(60);

    public static async Task<RestResult> RunAsync(ClusterOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        await using var world = await ClusterWorld.CreateAsync(options with { MinTradeValue = MoreThanAnyoneHas }, cancellationToken);
        var start = Stopwatch.StartNew();
        var node = world.AddNode();
        await world.UntilAllAnswerAsync(cancellationToken);
        var started = start.Elapsed.TotalSeconds;
        say($"{options.Accounts} accounts answer after {started:0.0} s");
        say(await world.Watch.UntilQuietAsync(Quiet, SettlingLimit, cancellationToken)
            ? $"at rest after {start.Elapsed.TotalSeconds:0.0} s" : $"not at rest after {start.Elapsed.TotalSeconds:0.0} s: measured all the same");
        var (cpu, events, watch) = (node.ProcessorTime, await world.Watch.LastOffsetAsync(cancellationToken), Stopwatch.StartNew());
        await Task.Delay(Measured, cancellationToken);
        return new RestResult(
            "rest", options.Accounts, options.PollSeconds, started, node.MemoryBytes / (1024 * 1024), (node.ProcessorTime - cpu) / watch.Elapsed,
            await world.Watch.CountByNameAsync(events, cancellationToken), await world.Watch.ReadBytesAsync(cancellationToken) / (1024.0 * 1024));
    }
}
