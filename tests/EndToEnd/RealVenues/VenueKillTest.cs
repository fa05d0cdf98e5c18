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

/// <param name="Kills">All of them: a kill of the service that met no queue is followed by another.</param>
/// <param name="Aimed">Of the brokers process: kills that followed upon the arrival of an order at a venue, within a second.</param>
/// <param name="Queued">Of the service: kills after which a permitted order that had not come to its venue never came.</param>
/// <param name="Unsent">Permits whose order never came to its venue: it was on its way through the processes, or queued in them, at a kill.</param>
/// <param name="LongestSurvivalMilliseconds">Of a brokers process whose host was killed.</param>
/// <param name="Violations">One sentence each; empty is success.</param>
public sealed record VenueKillResult(
    int Kills, VenueKillTarget Target, int Seed, int Aimed, int Queued, int Orders, int Fills, int Unsent, double LongestSurvivalMilliseconds, double Seconds,
    IReadOnlyList<string> Violations)
{
    /// <summary>Of several worlds side by side.</summary>
    public static VenueKillResult Sum(IReadOnlyList<VenueKillResult> worlds) => new(
        worlds.Sum(world => world.Kills), worlds[0].Target, worlds[0].Seed, worlds.Sum(world => world.Aimed), worlds.Sum(world => world.Queued),
        worlds.Sum(world => world.Orders), worlds.Sum(world => world.Fills), worlds.Sum(world => world.Unsent), worlds.Max(world => world.LongestSurvivalMilliseconds), worlds.Max(world => world.Seconds),
        [.. worlds.SelectMany(world => world.Violations.Select(violation => $"seed {world.Seed}: {violation}"))]);
}

/// <summary>
/// Kills the brokers process or the whole service again and again while it trades through the real client libraries, and holds the emulated
/// venues' books against the journal at the end. All waits of the protocol are the real ones: the venues have no faster clock.
/// </summary>
/// <param name="folder">Must not exist.</param>
public sealed class VenueKillTest(int kills, VenueKillTarget target, int seed, string folder, Action<string> say)
{
    private const decimal LargestDistance = 0.03m;

    /// <summary>Kills of the service for each that must meet a queue.</summary>
    private const int MostAttempts = 2;

    private static readonly TimeSpan ConvergePatience = TimeSpan.FromMinutes(6);

    /// <summary>Long enough that a kill finds orders without their answers.</summary>
    private static readonly TimeSpan AnswerDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Kraken takes one request at a time, and its account is polled all the time: orders wait behind queries.</summary>
    private static readonly TimeSpan KrakenDelay = TimeSpan.FromMilliseconds(800);

    /// <summary>Traded at Kraken alone, so that every turn of their prices makes a queue of orders there.</summary>
    private static readonly (string Asset, decimal Price)[] Coins = [("SOL", 150), ("ADA", 0.5m), ("DOT", 6), ("LINK", 15), ("ATOM", 8)];

    private static readonly (string Asset, decimal Weight, decimal Low, decimal High)[] Targets =
    [
        ("BTC", 0.2m, 60_000, 72_000), ("ETH", 0.1m, 3_000, 3_900), ("VTI", 0.35m, 300, 345), ("BND", 0.15m, 80, 96),
        .. Coins.Select(coin => (coin.Asset, 0.025m, coin.Price, coin.Price * 1.6m)),
    ];

    private readonly Random _random = new(seed);
    private readonly List<string> _violations = [];
    private double _longestSurvival;

    public async Task<VenueKillResult> RunAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        Directory.CreateDirectory(folder);
        await using var venues = await EmulatedVenues.StartAsync(TimeProvider.System);
        Furnish(venues);
        await using var service = new RealVenuesService(folder, venues);
        await service.WriteSettingsAsync(Unlimited, cancellationToken);
        service.Start();
        await using var permits = new UnsentPermits(service, venues);
        var moments = new KillMoments(service, venues, permits, _random, () => MovePrices(venues));
        var (attempts, aimed, queued) = (0, 0, 0);
        while ((target == VenueKillTarget.Brokers ? attempts : queued) < kills && attempts < kills * MostAttempts)
        {
            attempts++;
            var hit = await (target == VenueKillTarget.Brokers ? moments.UponOrderAsync(attempts, cancellationToken) : moments.UponQueueAsync(cancellationToken));
            aimed += hit ? 1 : 0;
            say($"kill {attempts} after {started.Elapsed.TotalSeconds:0} s, {(hit ? "aimed" : "at a random moment")}, {queued} before it met a queue, {moments.OrderCount()} orders so far");
            queued += await KillAsync(venues, service, permits, cancellationToken) ? 1 : 0;
        }

        if (target == VenueKillTarget.Host && queued < kills)
        {
            _violations.Add($"only {queued} of {attempts} kills met queued orders: too little was shown of what becomes of such");
        }

        await ConvergeAsync(venues, service, cancellationToken);
        var unsent = await StopAsync(venues, service, moments.OrderCount, cancellationToken);
        return new VenueKillResult(
            attempts, target, seed, aimed, queued, moments.OrderCount(), venues.Accounts.Sum(account => account.Book.Fills(account.Name).Count), unsent,
            _longestSurvival, started.Elapsed.TotalSeconds, _violations);
    }

    private static void Furnish(EmulatedVenues venues)
    {
        foreach (var (asset, price) in Coins)
        {
            venues.Kraken.Book.Add(new BookMarket($"{asset}USD", asset, "ZUSD", 0.0001m, 0.0001m, 0.0001m, 0.5m, 0.0026m, 1_000), price, price * 1.0002m);
        }

        venues.Kraken.Faults.AnswerDelay = KrakenDelay;
        foreach (var faults in new[] { venues.Binance.Faults, venues.Alpaca.Faults })
        {
            faults.AnswerDelay = AnswerDelay;
        }
    }

    /// <summary>
    /// The example's limits are for people; prices that jump every few seconds need none, and more assets to trade. Accounts are polled more
    /// often, at rates that allow it.
    /// </summary>
    private static string Unlimited(string settings)
    {
        string Replaced(string text, string by) => settings.Contains(text, StringComparison.Ordinal)
            ? settings.Replace(text, by, StringComparison.Ordinal)
            : throw new InvalidOperationException($"the example of venues has no {text} any more");
        var weights = string.Join(", ", Targets.Select(entry => string.Create(CultureInfo.InvariantCulture, $"\"{entry.Asset}\": {entry.Weight}")));
        settings = Replaced("{ \"BTC\": 0.25, \"ETH\": 0.1, \"VTI\": 0.35, \"BND\": 0.2 }", $"{{ {weights} }}");
        settings = Replaced("\"limits\": { \"maxDailyTurnover\": 1 }", "\"limits\": { \"maxDailyTurnover\": 100000, \"maxDrawdown\": 0.99 }, \"orders\": { \"timeoutSeconds\": 5 }");
        settings = Replaced("\"absolute\": 0.02", "\"absolute\": 0.002");
        settings = Replaced("[\"BTC\", \"USDT\"]", $"[\"BTC\", {string.Join(", ", Coins.Select(coin => $"\"{coin.Asset}\""))}]");
        settings = Replaced("\"requestsPerSecond\": 20", "\"requestsPerSecond\": 200");
        settings = Replaced("\"venue\": \"ccxt:binance\"", "\"options\": { \"requestsPerSecond\": 400 }, \"venue\": \"ccxt:binance\"");
        settings = Replaced("\"venue\": ", "\"pollSeconds\": 4, \"pricePollSeconds\": 1, \"venue\": ");
        return Replaced("\"pollSeconds\": 4, \"pricePollSeconds\": 1, \"venue\": \"ccxt:kraken\"", "\"pollSeconds\": 1, \"pricePollSeconds\": 1, \"venue\": \"ccxt:kraken\"");
    }

    private void MovePrices(EmulatedVenues venues)
    {
        foreach (var (asset, _, low, high) in Targets)
        {
            venues.Quote(asset, Math.Round(low + ((high - low) * (decimal)_random.NextDouble()), low < 1 ? 3 : 1));
        }
    }

    /// <returns>Whether the service was killed with orders queued that then never came.</returns>
    private async Task<bool> KillAsync(EmulatedVenues venues, RealVenuesService service, UnsentPermits permits, CancellationToken cancellationToken)
    {
        if (target == VenueKillTarget.Brokers)
        {
            await KillBrokersAsync(service);
            return false;
        }

        await KillHostAsync(venues, service, cancellationToken);
        var metQueue = await permits.CountAsync(null, cancellationToken) > 0;
        permits.Forget();
        service.Start();
        return metQueue;
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
        venues.Kraken.Faults.AnswerDelay = AnswerDelay;
        while (Distance(venues) > LargestDistance || IsTrading(venues) || VenueBooksAgainstJournal.Compare(venues, await service.ReadJournalAsync(cancellationToken)).Count > 0)
        {
            if (began.Elapsed > ConvergePatience)
            {
                _violations.Add($"after {ConvergePatience} an asset is {Distance(venues):P1} off its target{(IsTrading(venues) ? " and orders are open" : "")}, or fills are not booked");
                return;
            }

            service.ThrowIfEnded();
            await Task.Delay(500, cancellationToken);
        }
    }

    /// <returns>How many permits have no order.</returns>
    private async Task<int> StopAsync(EmulatedVenues venues, RealVenuesService service, Func<string?, int> orderCount, CancellationToken cancellationToken)
    {
        await service.StopAsync(cancellationToken);
        var journal = await service.ReadJournalAsync(cancellationToken);
        _violations.AddRange(VenueBooksAgainstJournal.Compare(venues, journal));
        using var verify = RebalancerProgram.Start(["audit", "verify", "--config", service.Settings], venues.Credentials);
        var output = verify.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = verify.StandardError.ReadToEndAsync(cancellationToken);
        await verify.WaitForExitAsync(cancellationToken);
        if (verify.ExitCode != 0)
        {
            _violations.Add($"audit verify ended with exit code {verify.ExitCode}: {await output}{await errors}");
        }

        return journal.Count(row => row.EventName == "order-armed") - orderCount(null);
    }

    private static decimal Distance(EmulatedVenues venues) => Targets.Max(entry => Math.Abs(venues.Share(entry.Asset) - entry.Weight));

    private static bool IsTrading(EmulatedVenues venues) =>
        venues.Accounts.Any(account => account.Book.Orders(account.Name).Any(order => order.Status == BookStatus.Open));
}
