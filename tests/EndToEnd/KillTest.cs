using System.Diagnostics;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.EndToEnd;

/// <param name="Kills">How often the service is killed.</param>
/// <param name="Seed">Of the moments; the processes' own timing is not repeatable.</param>
/// <param name="DataDirectory">Must not exist.</param>
/// <param name="WaitsDividedBy">
/// What every wait of the protocol is divided by: 1, or <see cref="Fast"/> on the clock that <c>demo --fast</c> shares with its venues. The
/// five seconds after a takeover, the ten until balances follow a fill, the minute of evidence: all count on that clock.
/// </param>
public sealed record KillTestOptions(int Kills, int Seed, string DataDirectory, int WaitsDividedBy)
{
    /// <summary>The factor of <c>demo --fast</c>; its first line says it too.</summary>
    public const int Fast = 10;

    /// <summary>Kills that must fall between a send and its answer.</summary>
    public int RequiredBetween => (Kills + 4) / 5;

    /// <summary>What the machine needs for itself, and what the protocol waits on its clock.</summary>
    public TimeSpan Time(double machineSeconds, double protocolSeconds) => TimeSpan.FromSeconds(machineSeconds + (protocolSeconds / WaitsDividedBy));
}

/// <param name="Drift">Σ|weight − target| / 2 at the end, of what the venues say the accounts hold.</param>
/// <param name="Violations">One sentence each; empty is success.</param>
public sealed record KillTestResult(
    int Kills, int Seed, int WaitsDividedBy, int CaughtBetweenSendAndAnswer, int Orders, int Fills, decimal Drift, double Seconds,
    IReadOnlyList<string> Violations)
{
    /// <summary>Of several worlds side by side; the worst drift, the longest time.</summary>
    public static KillTestResult Sum(IReadOnlyList<KillTestResult> worlds) => new(
        worlds.Sum(world => world.Kills), worlds[0].Seed, worlds[0].WaitsDividedBy, worlds.Sum(world => world.CaughtBetweenSendAndAnswer),
        worlds.Sum(world => world.Orders), worlds.Sum(world => world.Fills), worlds.Max(world => world.Drift), worlds.Max(world => world.Seconds),
        [.. worlds.SelectMany(world => world.Violations.Select(violation => $"seed {world.Seed}: {violation}"))]);
}

/// <summary>
/// Kills the service again and again while it works, restarts it each time, and at last holds the exchange's own book against the journal.
/// The venues are a process of their own that nobody kills: their book is the truth. Half of the kills are aimed: answers are made to
/// come late, and the kill follows as soon as the book shows that an order has arrived. The others fall at a random moment, by turns
/// counted from the start of the process and from when the service is up: the first kind meets recovery, the second meets trading
/// however long this machine takes to start a process.
/// </summary>
public sealed class KillTest(KillTestOptions options, Action<string> say)
{
    /// <summary>How late an answer is when a kill is aimed, on the venues' clock: within the sender's deadline of 5 s.</summary>
    private static readonly TimeSpan LateAnswer = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>What lots, minimums and prices that move while orders are worked leave of a reached target.</summary>
    private const decimal LargestDrift = 0.02m;

    private readonly Random _random = new(options.Seed);
    private readonly RebalancerProgram _program = new(options.DataDirectory);
    private readonly SimulatedVenueServerOptions _venues = new(options.DataDirectory, 0, 1, 1, null);
    private int _incarnation;
    private DateTime _lastUpAt;

    public async Task<KillTestResult> RunAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        Directory.CreateDirectory(options.DataDirectory);
        var service = Start();
        try
        {
            var endpoint = await UntilVenuesAnswerAsync(service, cancellationToken);
            var clock = new ScaledTimeProvider(endpoint.Clock, TimeProvider.System);
            using var venues = new VenueSide(endpoint.Address, clock, _random);
            var watch = new BookWatch(_venues.BookPath);
            for (var kill = 1; kill <= options.Kills; kill++)
            {
                await UntilTheMomentAsync(kill, venues, watch, service, cancellationToken);
                service = Restart(service);
            }

            await venues.AnswerOrdersLateAsync(TimeSpan.Zero, cancellationToken);
            var drift = await ConvergeAsync(venues, cancellationToken);
            await StopAsync(service, cancellationToken);
            return await JudgeAsync(drift, started.Elapsed, cancellationToken);
        }
        finally
        {
            service.Kill();
            service.Dispose();
            await SimulatedVenueProcess.StopAsync(_venues, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Odd kills fall at a random moment, even ones between a send and its answer; one whose order does not come is a random one too.</summary>
    private async Task UntilTheMomentAsync(int kill, VenueSide venues, BookWatch watch, Process service, CancellationToken cancellationToken)
    {
        var aimed = kill % 2 == 0;
        await venues.AnswerOrdersLateAsync(aimed ? LateAnswer : TimeSpan.Zero, cancellationToken);
        await venues.DisturbAsync(cancellationToken);
        string moment;
        if (aimed)
        {
            moment = await UntilOrdersAsync(1 + _random.Next(3), watch, cancellationToken);
        }
        else
        {
            var pause = options.Time(0, _random.NextDouble() * 40);
            var isUp = kill % 4 == 3;
            if (isUp)
            {
                await UntilUpAsync(service, cancellationToken);
            }

            await Task.Delay(pause, cancellationToken);
            moment = $"{pause.TotalMilliseconds:0} ms after {(isUp ? "it was up" : "the start")}";
        }

        say($"kill {kill} of {options.Kills}, {moment}");
        if (service.HasExited)
        {
            throw new InvalidOperationException($"the service ended by itself with exit code {service.ExitCode}; see service-{_incarnation:000}.err in {options.DataDirectory}");
        }
    }

    /// <summary>Not always the first order of a decision.</summary>
    private async Task<string> UntilOrdersAsync(int orders, BookWatch watch, CancellationToken cancellationToken)
    {
        for (var order = 1; order <= orders; order++)
        {
            if (!await watch.NextOrderAsync(options.Time(10, 120), cancellationToken))
            {
                return $"aimed at unanswered order {order}, which did not come";
            }
        }

        return $"aimed at unanswered order {orders}";
    }

    /// <summary>Until the service has written where its API is, or has ended.</summary>
    private async Task UntilUpAsync(Process service, CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        while (started.Elapsed < StartLimit && !service.HasExited && _program.LastUpAt == _lastUpAt)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    private Process Start()
    {
        _lastUpAt = _program.LastUpAt;
        return _program.StartService(++_incarnation, options.WaitsDividedBy == KillTestOptions.Fast);
    }

    private Process Restart(Process service)
    {
        service.Kill();
        service.WaitForExit();
        service.Dispose();
        return Start();
    }

    private async Task<SimulatedVenueEndpoint> UntilVenuesAnswerAsync(Process service, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var started = Stopwatch.StartNew();
        while (started.Elapsed < StartLimit && !service.HasExited)
        {
            if (await SimulatedVenueProcess.FindAsync(_venues, http, cancellationToken) is { } endpoint)
            {
                return endpoint;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }

        throw new InvalidOperationException($"the service did not start its venues within {StartLimit}; see service-001.err in {options.DataDirectory}");
    }

    /// <summary>Waits until the portfolio is at its targets with no order open, asking for a rebalance where the bands would leave it as it is.</summary>
    private async Task<decimal> ConvergeAsync(VenueSide venues, CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        var (drift, open) = await venues.ReadDriftAsync(cancellationToken);
        while (started.Elapsed < options.Time(120, 1_200) && (drift > LargestDrift || open > 0))
        {
            await venues.MoveIdleCashAsync(cancellationToken);
            var (exitCode, answer) = await _program.RunAsync(cancellationToken, "now");
            say($"drift {drift:P2}, {open} open orders; now: {exitCode} {answer.Split('\n')[0]}");
            await Task.Delay(options.Time(2, 20), cancellationToken);
            (drift, open) = await venues.ReadDriftAsync(cancellationToken);
        }

        // The last fills are booked with the next reading of each account.
        await Task.Delay(options.Time(1, 25), cancellationToken);
        return drift;
    }

    /// <summary>As a user ends it.</summary>
    private static async Task StopAsync(Process service, CancellationToken cancellationToken)
    {
        using var terminate = Process.Start("kill", ["-TERM", $"{service.Id}"]);
        await service.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
    }

    private async Task<KillTestResult> JudgeAsync(decimal drift, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var rows = new List<JournalRow>();
        await using (var journal = SqliteJournal.OpenReadOnly(Path.Combine(options.DataDirectory, "rebalancer.db")))
        {
            await foreach (var row in journal.ReadAllAsync(0, int.MaxValue, cancellationToken))
            {
                rows.Add(row);
            }
        }

        var comparison = BookAgainstJournal.Compare(BookFile.Read(_venues.BookPath), rows);
        var violations = new List<string>(comparison.Violations);
        if (comparison.CaughtBetweenSendAndAnswer < options.RequiredBetween)
        {
            violations.Add($"only {comparison.CaughtBetweenSendAndAnswer} kills fell between a send and its answer, {options.RequiredBetween} must");
        }

        if (drift > LargestDrift)
        {
            violations.Add($"the drift is {drift:P2} at the end, more than {LargestDrift:P0}");
        }

        var (exitCode, output) = await _program.RunAsync(cancellationToken, "audit", "verify");
        if (exitCode != 0)
        {
            violations.Add($"audit verify ended with exit code {exitCode}: {output.Trim()}");
        }

        return new KillTestResult(
            options.Kills, options.Seed, options.WaitsDividedBy, comparison.CaughtBetweenSendAndAnswer, comparison.Orders, comparison.Fills, drift, elapsed.TotalSeconds, violations);
    }
}
