using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Rebalancer.Host.Telemetry.Metrics;

/// <summary>
/// What a service measures of itself as it works; <see cref="ServiceGauges"/> has what is read of it now and then. Names and units follow the
/// semantic conventions of OpenTelemetry; docs/operations/metrics.md lists them.
/// </summary>
public sealed class ServiceMeter : IDisposable
{
    public const string Name = "Rebalancer";

    /// <summary>Seconds: from a commit on a fast disk to a venue that hangs until its deadline.</summary>
    private static readonly double[] CallSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly double[] SolveSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    public ServiceMeter()
    {
        Meter = new Meter(Name, Hosting.Versions.Product);
        AppendDuration = Histogram("rebalancer.journal.append.duration", "Time until a batch of events was durable, by outcome", CallSeconds);
        Events = Meter.CreateCounter<long>("rebalancer.journal.events", "{event}", "Events this process has written, by name");
        Decisions = Meter.CreateCounter<long>("rebalancer.decisions", "{decision}", "Decisions, by portfolio, trigger and what became of them at once");
        SolveDuration = Histogram("rebalancer.decision.solve.duration", "Time a placement took, from the problem to the plan", SolveSeconds);
        Gap = Meter.CreateGauge<double>("rebalancer.decision.gap", "{bp}", "Proven gap of the last decision, in basis points of the portfolio's value");
        Turnover = Meter.CreateCounter<double>("rebalancer.decision.turnover", "{currency}", "Value of the orders decided, in base currency");
        OrderEvents = Meter.CreateCounter<long>("rebalancer.order.events", "{event}", "What happened to orders, by account and event");
        Fills = Meter.CreateCounter<long>("rebalancer.fills", "{fill}", "Fills booked, by account and side");
        FillNotional = Meter.CreateCounter<double>("rebalancer.fill.notional", "{currency}", "Value of the fills booked, by account, side and quote currency");
        Fees = Meter.CreateCounter<double>("rebalancer.fill.fees", "{currency}", "Fees of the fills booked, by account and the asset they were paid in");
        VenueDuration = Histogram("rebalancer.venue.call.duration", "Time of a call to a venue, by account, venue and operation; error_type says how it failed", CallSeconds);
        Notifications = Meter.CreateCounter<long>("rebalancer.notifications", "{notification}", "Attempts to deliver a notification, by event and outcome");
    }

    public Meter Meter { get; }

    /// <summary>Spans of calls to venues and appends to the journal.</summary>
    public ActivitySource Activities { get; } = new(Name, Hosting.Versions.Product);

    public Histogram<double> AppendDuration { get; }

    public Counter<long> Events { get; }

    public Counter<long> Decisions { get; }

    public Histogram<double> SolveDuration { get; }

    public Gauge<double> Gap { get; }

    public Counter<double> Turnover { get; }

    public Counter<long> OrderEvents { get; }

    public Counter<long> Fills { get; }

    public Counter<double> FillNotional { get; }

    public Counter<double> Fees { get; }

    public Histogram<double> VenueDuration { get; }

    public Counter<long> Notifications { get; }

    /// <summary>Makes a plan and notes how long that took.</summary>
    public T TimeSolve<T>(string portfolio, Func<T> solve)
    {
        var started = Stopwatch.GetTimestamp();
        var result = solve();
        SolveDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("portfolio", portfolio));
        return result;
    }

    public void Dispose()
    {
        Meter.Dispose();
        Activities.Dispose();
    }

    private Histogram<double> Histogram(string name, string description, double[] buckets) =>
        Meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });
}
