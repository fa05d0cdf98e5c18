using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Rebalancer.Host.Api;
using Rebalancer.Host.Hosting;
using Rebalancer.Runtime.Actors;

namespace Rebalancer.Host.Telemetry.Metrics;

/// <summary>What the service knows of its portfolios, accounts, orders and actors, read every few seconds, and handed out as gauges.</summary>
public sealed class ServiceGauges
{
    private const int OrdersCounted = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly IServiceOperations _operations;
    private readonly Health _health;
    private readonly ILogger _log;
    private volatile Reading? _reading;

    public ServiceGauges(ServiceMeter meter, IServiceOperations operations, Health health, ILogger log)
    {
        (_operations, _log, _health) = (operations, log, health);
        Portfolios(meter.Meter);
        Accounts(meter.Meter);
        Machinery(meter.Meter);
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(TimeProvider wallClock, CancellationToken cancellationToken) => Rounds.RunAsync(
        Interval, wallClock,
        round =>
        {
            _health.Alive();
            return ReadAsync(round);
        },
        _log, cancellationToken, atOnce: true);

    /// <summary>Reads once. When the service does not answer, what was read before is shown no longer: an old figure would pass for one of now.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            _reading = new Reading(
                await _operations.GetStatusAsync(cancellationToken), await _operations.GetOrdersAsync(account: null, OrdersCounted, cancellationToken),
                await _operations.GetTopologyAsync(cancellationToken));
            _health.Answered(_reading.Status);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _reading = null;
            _log.LogWarning("The service could not be measured: {Reason}", failure.Message);
        }
    }

    private void Portfolios(Meter meter)
    {
        meter.CreateObservableGauge("rebalancer.portfolio.equity", () => OfStatus(now => now.Portfolios.Where(portfolio => portfolio.TotalValue is not null)
            .Select(portfolio => Measure((double)portfolio.TotalValue!, ("portfolio", portfolio.Id), ("currency", portfolio.BaseCurrency)))),
            "{currency}", "Value of a portfolio in its base currency");
        meter.CreateObservableGauge("rebalancer.portfolio.drift", () => OfStatus(now => now.Portfolios.Where(portfolio => portfolio.Score is not null)
            .Select(portfolio => Measure(1 - portfolio.Score!.Value, ("portfolio", portfolio.Id)))), "1", "Share of a portfolio that is in the wrong place: Σ|weight − target| / 2");
        meter.CreateObservableGauge("rebalancer.asset.weight", () => OfStatus(now => now.Portfolios.SelectMany(portfolio => portfolio.Assets, (portfolio, asset) =>
            Measure(asset.Weight, ("portfolio", portfolio.Id), ("asset", asset.Asset)))), "1", "Weight of an asset");
        meter.CreateObservableGauge("rebalancer.asset.target", () => OfStatus(now => now.Portfolios.SelectMany(portfolio => portfolio.Assets, (portfolio, asset) =>
            Measure(asset.Target, ("portfolio", portfolio.Id), ("asset", asset.Asset)))), "1", "Target weight of an asset");
        meter.CreateObservableGauge("rebalancer.decision.age", () => OfStatus(now => now.Portfolios.Where(portfolio => portfolio.LastDecision is not null)
            .Select(portfolio => Measure((portfolio.At - portfolio.LastDecision!.At).TotalSeconds, ("portfolio", portfolio.Id)))), "s", "Time since the last decision, on the service's clock");
        meter.CreateObservableGauge("rebalancer.halts", () => OfStatus(now => new[] { Measure(now.Halts.Count) }), "{halt}", "Halts in force, of accounts, portfolios and everything");
        meter.CreateObservableGauge("rebalancer.halted", () => OfStatus(now => now.Halts.Select(halt => Measure(1, ("scope", halt.Scope)))), "{halt}", "1 for every scope that is halted");
    }

    private void Accounts(Meter meter)
    {
        meter.CreateObservableGauge("rebalancer.account.value", () => OfAccounts(account => account.Value is { } value ? (double)value : null), "{currency}", "Value of an account in the portfolio's base currency");
        meter.CreateObservableGauge("rebalancer.account.ready", () => OfAccounts(account => account.Frozen is null ? 1 : 0), "{account}", "1 where an account may be traded, 0 where it is frozen or waited for");
        meter.CreateObservableGauge("rebalancer.account.open.intents", () => OfAccounts(account => account.OpenIntents), "{intent}", "Intents of an account that have not ended");
        meter.CreateObservableGauge("rebalancer.account.balance.age", () => OfStatus(now => now.Portfolios.SelectMany(
            portfolio => portfolio.Accounts.Where(account => account.BalancesAt is not null),
            (portfolio, account) => Measure((portfolio.At - account.BalancesAt!.Value).TotalSeconds, ("account", account.Id)))), "s", "Age of an account's balances, on the service's clock");
        meter.CreateObservableGauge("rebalancer.orders", () => Of(reading => reading.Orders.GroupBy(order => (order.Account, order.Order.State))
            .Select(group => Measure(group.Count(), ("account", group.Key.Account), ("state", group.Key.State.ToString())))), "{order}", $"Orders the accounts remember, the newest {OrdersCounted}, by state");
    }

    private void Machinery(Meter meter)
    {
        meter.CreateObservableGauge("rebalancer.actors", () => OfActors(actors => actors.Count), "{actor}", "Actors of this process, by kind");
        meter.CreateObservableGauge("rebalancer.actor.mailbox.depth", () => OfActors(actors => actors.Max(actor => actor.MailboxDepth)), "{message}", "Messages waiting in the fullest mailbox of a kind of actor");
        meter.CreateObservableGauge("rebalancer.actor.restarts", () => OfActors(actors => actors.Sum(actor => actor.Restarts)), "{restart}", "Restarts of the living actors of a kind");
        meter.CreateObservableCounter("rebalancer.dead.letters", () => Of(reading => [Measure(reading.Topology.DeadLetters)]), "{message}", "Messages that reached nobody");
        meter.CreateObservableGauge("rebalancer.nodes", () => Of(reading => [Measure(reading.Topology.Nodes.Count)]), "{node}", "Living nodes of the cluster, as this one sees it");
    }

    private IEnumerable<Measurement<double>> Of(Func<Reading, IEnumerable<Measurement<double>>> select) => _reading is { } reading ? select(reading) : [];

    private IEnumerable<Measurement<double>> OfStatus(Func<ServiceStatus, IEnumerable<Measurement<double>>> select) => Of(reading => select(reading.Status));

    private IEnumerable<Measurement<double>> OfAccounts(Func<Actors.Portfolios.AccountValueView, double?> select) => OfStatus(now => now.Portfolios.SelectMany(
        portfolio => portfolio.Accounts.Where(account => select(account) is not null),
        (portfolio, account) => Measure(select(account)!.Value, ("portfolio", portfolio.Id), ("account", account.Id))));

    private IEnumerable<Measurement<double>> OfActors(Func<IReadOnlyList<ActorInfo>, double> select) =>
        Of(reading => All(reading.Topology.Actors).Where(actor => actor.ActorType is not null).GroupBy(actor => actor.ActorType!)
            .Select(kind => Measure(select([.. kind]), ("kind", kind.Key))));

    private static IEnumerable<ActorInfo> All(ActorInfo actor) => actor.Children.SelectMany(All).Prepend(actor);

    private static Measurement<double> Measure(double value, params ReadOnlySpan<(string Name, string Value)> tags)
    {
        var pairs = new KeyValuePair<string, object?>[tags.Length];
        for (var index = 0; index < tags.Length; index++)
        {
            pairs[index] = new KeyValuePair<string, object?>(tags[index].Name, tags[index].Value);
        }

        return new Measurement<double>(value, pairs);
    }

    private sealed record Reading(ServiceStatus Status, IReadOnlyList<AccountOrder> Orders, ServiceTopology Topology);
}
