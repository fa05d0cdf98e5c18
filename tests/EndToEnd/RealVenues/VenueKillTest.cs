using System.Diagnostics;
using System.Globalization;
using Rebalancer.Emulators;
using Rebalancer.Emulators.Books;

namespace Rebalancer.EndToEnd.RealVenues;

/// <summary>What is killed.</summary>
public enum VenueKillTarget
{
    /// <summary>The Node process that speaks to the venues.</summary>
    Brokers,

    /// <summary>The service, with whatever its brokers process has queued.</summary>
    Host,
}

/// <param name="Aimed">Kills that followed at once upon the arrival of an order at a venue.</param>
/// <param name="LongestSurvivalMilliseconds">Of a brokers process whose host was killed.</param>
/// <param name="Violations">One sentence each; empty is success.</param>
public sealed record VenueKillResult(
    int Kills, VenueKillTarget Target, int Seed, int Aimed, int Orders, int Fills, double LongestSurvivalMilliseconds, double Seconds, IReadOnlyList<string> Violations);

/// <summary>
/// Kills the brokers process or the whole service again and again while it trades through the real client libraries, and holds the emulated
/// venues' books against the journal at the end. All waits of the protocol are the real ones: the venues have no faster clock.
/// </summary>
/// <param name="folder">Must not exist.</param>
public sealed class VenueKillTest(int kills, VenueKillTarget target, int seed, string folder, Action<string> say)
{
    private const decimal LargestDistance = 0.03m;

    private static readonly TimeSpan AimPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ConvergePatience = TimeSpan.FromMinutes(6);

    private static readonly (string Asset, decimal Weight, decimal Low, decimal High)[] Targets =
        [("BTC", 0.25m, 60_000, 72_000), ("ETH", 0.1m, 3_000, 3_900), ("VTI", 0.35m, 300, 345), ("BND", 0.2m, 80, 96)];

    private readonly Random _random = new(seed);
    private readonly List<string> _violations = [];
    private double _longestSurvival;

    public async Task<VenueKillResult> RunAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        Directory.CreateDirectory(folder);
        await using var venues = await EmulatedVenues.StartAsync(TimeProvider.System);
        await using var service = new RealVenuesService(folder, venues);
        await service.WriteSettingsAsync(Unlimited, cancellationToken);
        service.Start();
        var aimed = 0;
        for (var kill = 1; kill <= kills; kill++)
        {
            var hit = await UntilTheMomentAsync(kill, venues, service, cancellationToken);
            aimed += hit ? 1 : 0;
            say($"kill {kill} of {kills}, {(hit ? "upon an order's arrival" : "at a random moment")}, {OrderCount(venues)} orders so far");
            await (target == VenueKillTarget.Brokers ? KillBrokersAsync(service) : KillHostAsync(venues, service, cancellationToken));
        }

        await ConvergeAsync(venues, service, cancellationToken);
        await StopAsync(venues, service, cancellationToken);
        return new VenueKillResult(
            kills, target, seed, aimed, OrderCount(venues), venues.Accounts.Sum(account => account.Book.Fills(account.Name).Count), _longestSurvival,
            started.Elapsed.TotalSeconds, _violations);
    }

    /// <summary>The example's limits are for people; prices that jump every few seconds need none.</summary>
    private static string Unlimited(string settings) => settings
        .Replace("\"limits\": { \"maxDailyTurnover\": 1 }", "\"limits\": { \"maxDailyTurnover\": 100000, \"maxDrawdown\": 0.99 }, \"orders\": { \"timeoutSeconds\": 5 }", StringComparison.Ordinal)
        .Replace("\"absolute\": 0.02", "\"absolute\": 0.01", StringComparison.Ordinal);

    private static int OrderCount(EmulatedVenues venues) => venues.Accounts.Sum(account => account.Book.Orders(account.Name).Count);

    /// <summary>A price jumps; every other kill then follows upon the next order, the others at a random moment.</summary>
    /// <returns>Whether an order has just arrived.</returns>
    private async Task<bool> UntilTheMomentAsync(int kill, EmulatedVenues venues, RealVenuesService service, CancellationToken cancellationToken)
    {
        var (asset, _, low, high) = Targets[_random.Next(Targets.Length)];
        venues.Quote(asset, Math.Round(low + ((high - low) * (decimal)_random.NextDouble()), 1));
        var (began, before) = (Stopwatch.StartNew(), OrderCount(venues));
        var patience = kill % 2 == 0 ? AimPatience : TimeSpan.FromSeconds(_random.NextDouble() * 12);
        while (began.Elapsed < patience && (kill % 2 != 0 || OrderCount(venues) == before))
        {
            ThrowIfEnded(service);
            await Task.Delay(5, cancellationToken);
        }

        return OrderCount(venues) > before;
    }

    private static async Task KillBrokersAsync(RealVenuesService service)
    {
        // Between two runs of it there is none, which is a moment like any other.
        if (service.FindBrokers() is { } id)
        {
            using var brokers = Process.GetProcessById(id);
            brokers.Kill();
            await brokers.WaitForExitAsync();
        }
    }

    private async Task KillHostAsync(EmulatedVenues venues, RealVenuesService service, CancellationToken cancellationToken)
    {
        var brokers = service.FindBrokers();
        await service.KillAsync();
        var killed = Stopwatch.StartNew();
        while (brokers is { } id && IsAlive(id))
        {
            await Task.Delay(1, cancellationToken);
        }

        _longestSurvival = Math.Max(_longestSurvival, killed.Elapsed.TotalMilliseconds);
        // What had left the process may still be read by the venue.
        await Task.Delay(200, cancellationToken);
        var arrived = venues.RequestCount;
        await Task.Delay(800, cancellationToken);
        if (venues.RequestCount != arrived)
        {
            _violations.Add($"{venues.RequestCount - arrived} requests came after the host's death and that of its brokers process");
        }

        service.Start();
    }

    private static bool IsAlive(int id)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            return status[status.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task ConvergeAsync(EmulatedVenues venues, RealVenuesService service, CancellationToken cancellationToken)
    {
        var began = Stopwatch.StartNew();
        while (Distance(venues) > LargestDistance || IsTrading(venues) || VenueBooksAgainstJournal.Compare(venues, await service.ReadJournalAsync(cancellationToken)).Count > 0)
        {
            if (began.Elapsed > ConvergePatience)
            {
                _violations.Add($"after {ConvergePatience} an asset is {Distance(venues):P1} off its target{(IsTrading(venues) ? " and orders are open" : "")}, or fills are not booked");
                return;
            }

            ThrowIfEnded(service);
            await Task.Delay(500, cancellationToken);
        }
    }

    private async Task StopAsync(EmulatedVenues venues, RealVenuesService service, CancellationToken cancellationToken)
    {
        await service.StopAsync(cancellationToken);
        _violations.AddRange(VenueBooksAgainstJournal.Compare(venues, await service.ReadJournalAsync(cancellationToken)));
        using var verify = RebalancerProgram.Start(["audit", "verify", "--config", service.Settings], venues.Credentials);
        var output = verify.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = verify.StandardError.ReadToEndAsync(cancellationToken);
        await verify.WaitForExitAsync(cancellationToken);
        if (verify.ExitCode != 0)
        {
            _violations.Add($"audit verify ended with exit code {verify.ExitCode}: {await output}{await errors}");
        }
    }

    private static decimal Distance(EmulatedVenues venues) => Targets.Max(entry => Math.Abs(venues.Share(entry.Asset) - entry.Weight));

    private static bool IsTrading(EmulatedVenues venues) =>
        venues.Accounts.Any(account => account.Book.Orders(account.Name).Any(order => order.Status == BookStatus.Open));

    private void ThrowIfEnded(RealVenuesService service)
    {
        if (service.HasExited)
        {
            throw new InvalidOperationException($"the service ended by itself; its logs are in {folder}: {service.Said()}");
        }
    }
}
