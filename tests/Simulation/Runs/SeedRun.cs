using System.Diagnostics;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Runtime.Journals;
using Rebalancer.Simulation.Faults;
using Rebalancer.Simulation.Invariants;
using Rebalancer.Simulation.Observing;
using Rebalancer.Simulation.World;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Simulation.Runs;

/// <summary>What a seed came to.</summary>
internal sealed record SeedResult(
    SeedPlan Plan, string Hash, IReadOnlyList<Violation> Violations, IReadOnlyList<Fault> Faults, Coverage Coverage, int Decisions, int Sends,
    int Slips, long Deliveries, TimeSpan Virtual, TimeSpan Wall);

/// <summary>One seed: a safety phase in which anything may fail, then a liveness phase in which nothing does and everything must mend.</summary>
internal sealed class SeedRun
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);
    private const int LooksBetweenResumes = 12;

    private readonly SeedPlan _plan;
    private readonly WorkLimitedSolver _solver;
    private readonly ClusterWorld _world;
    private readonly People _people;
    private readonly Folds _folds = new();
    private readonly InvariantChecks _checks;
    private readonly Coverage _coverage = new();
    private readonly IReadOnlyList<Action<Observation>> _listeners;

    public SeedRun(SeedPlan plan, WorldOptions options, params IReadOnlyList<Action<Observation>> listeners)
    {
        _plan = plan;
        _listeners = listeners;
        _checks = new InvariantChecks(plan.Accounts.ToDictionary(
            account => account.Id, account => plan.Exchanges.Single(exchange => exchange.Name == account.Exchange).SubmitsPerSecond, StringComparer.Ordinal));
        _solver = new WorkLimitedSolver(options.Solver);
        _world = new ClusterWorld(plan, options with { Solver = _solver }, Observe);
        _people = new People(_world, _folds);
    }

    public SeedResult Run()
    {
        var watch = Stopwatch.GetTimestamp();
        foreach (var (machine, index) in _world.Machines.Select((machine, index) => (machine, index)))
            _world.Later(TimeSpan.FromSeconds(index), machine.Start);
        _people.Begin();
        new Weather(_world, _people).Begin();
        List<Violation> broken = [];
        try
        {
            _world.Scheduler.RunUntil(() => _checks.Found.Count > 0, _plan.Safety);
            if (_checks.Found.Count == 0)
                Calm();
        }
        catch (Exception exception)
        {
            // A seed that cannot be run to its end is a finding like any other, with a replay and the faults that lead to it.
            broken.Add(new Violation(0, "the seed runs to its end", _world.Clock.GetUtcNow(), exception.ToString()));
        }

        if (_solver.Trouble is { } trouble)
            broken.Add(new Violation(0, "solves end by their work", _world.Clock.GetUtcNow(), trouble));
        return new SeedResult(
            _plan, _world.Trace.Hash, [.. _checks.Found, .. broken], _world.Faults.Struck, _coverage, _folds.Dispatched, _checks.Sends, _checks.Slips,
            _world.Trace.Deliveries, _world.Clock.GetUtcNow() - _plan.Start, Stopwatch.GetElapsedTime(watch));
    }

    /// <summary>For three decisions, which take their time where slices are minutes apart.</summary>
    private TimeSpan LongestLiveness => TimeSpan.FromHours(_plan.IsLong ? 3 : 1);

    private void Calm()
    {
        _world.Heal();
        var end = _world.Clock.GetUtcNow() + LongestLiveness;
        _world.Scheduler.RunFor(TimeSpan.FromSeconds(40));
        for (var look = 0; !(_people.HeardDecision is true && IsMended()) && _world.Clock.GetUtcNow() < end && _checks.Found.Count == 0; look++)
        {
            if (look % LooksBetweenResumes == 0)
                _people.ResumeEverything();
            // Once orders have ended the operator has it look again, as after any incident.
            if (_people.HeardDecision is false && _folds.IsQuiet)
                _people.AskToDecide("faults are over");

            _world.Scheduler.RunUntil(() => _checks.Found.Count > 0, BetweenLooks);
        }

        if (_checks.Found.Count == 0)
            Observe(new Observation.Ended(_world.Clock.GetUtcNow(), EndState()));
    }

    private void Observe(Observation observation)
    {
        _folds.On(observation);
        _checks.On(observation);
        _coverage.On(observation, _folds);
        foreach (var listener in _listeners)
            listener(observation);
    }

    private bool IsMended() => _folds.IsQuiet && Outside().Count == 0;

    /// <summary>Assets outside their band by true weights, without a reason.</summary>
    private List<string> Outside()
    {
        var weights = Weights();
        return [.. Drift.ByAsset(_world.Portfolio.Bands, weights, _world.Portfolio.Targets.Weights)
            .Where(drift => drift.IsOut && !IsExcused(drift)).Select(drift => drift.Asset)];
    }

    /// <summary>The last decision knew that it could not bring the asset further: no open market, no cash where it trades, dust.</summary>
    private bool IsExcused(AssetDrift drift) =>
        _folds.LastDecision?.Plan.Assets.FirstOrDefault(asset => asset.Asset == drift.Asset) is { } planned
        && Math.Abs((decimal)planned.After - drift.Weight) <= drift.Band;

    private SortedDictionary<string, decimal> Weights()
    {
        var values = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var account in _plan.Accounts)
        {
            foreach (var (asset, balance) in _world.Venues.Book(account.Id).Balances)
            {
                var price = asset == "USD" ? 1 : Price(account.Id, asset);
                values[asset] = values.GetValueOrDefault(asset) + (balance.Total * price);
            }
        }

        var total = values.Values.Sum();
        values.Remove("USD");
        return new SortedDictionary<string, decimal>(values.ToDictionary(value => value.Key, value => value.Value / total), StringComparer.Ordinal);
    }

    private decimal Price(string account, string asset) =>
        _world.Venues.TrueQuote(account, new MarketId(asset, "USD"), _world.Clock.GetUtcNow()).Mid;

    private EndState EndState()
    {
        var books = new SortedDictionary<string, AccountBook>(StringComparer.Ordinal);
        foreach (var account in _plan.Accounts)
            books.Add(account.Id, _world.Venues.Book(account.Id));
        return new EndState(
            books, _folds.Accounts, _folds.Portfolio, _world.Scheduler.Run(() => Replaying.HashesAsync(_world.Journal)), Weights(),
            [.. Drift.ByAsset(_world.Portfolio.Bands, Weights(), _world.Portfolio.Targets.Weights).Where(IsExcused).Select(drift => drift.Asset)]);
    }
}
