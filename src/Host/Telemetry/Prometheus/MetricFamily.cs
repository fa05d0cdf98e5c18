using System.Diagnostics.Metrics;

namespace Rebalancer.Host.Telemetry.Prometheus;

/// <summary>What Prometheus calls the kinds of metric.</summary>
public enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One instrument and its values by labels. Not more than so many: labels with endless values would fill the memory of both sides.</summary>
internal sealed class MetricFamily(Instrument instrument)
{
    // What comes past the bound is added up under one label, as OpenTelemetry prescribes.
    private static readonly (string, string)[] Overflow = [("otel_metric_overflow", "true")];
    private static readonly double[] DefaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly Lock _changing = new();
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);

    public MetricKind Kind { get; } = KindOf(instrument);

    public string Name { get; } = MetricNames.Of(instrument, KindOf(instrument));

    public string Description { get; } = instrument.Description ?? "";

    public IReadOnlyList<double> Buckets { get; } = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? DefaultBuckets;

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = MetricNames.Labels(tags);
        lock (_changing)
        {
            var key = MetricNames.Text(labels);
            if (!_series.TryGetValue(key, out var series))
            {
                (key, labels) = _series.Count < PrometheusExporter.LargestSeries ? (key, labels) : (MetricNames.Text(Overflow), Overflow);
                if (!_series.TryGetValue(key, out series))
                {
                    _series[key] = series = new Series(labels, Kind == MetricKind.Histogram ? new long[Buckets.Count + 1] : []);
                }
            }

            series.Add(value, IsAdded, Buckets);
        }
    }

    /// <summary>Before an observed instrument is asked again: what it no longer tells of is gone.</summary>
    public void Forget()
    {
        if (instrument.IsObservable)
        {
            lock (_changing)
            {
                _series.Clear();
            }
        }
    }

    /// <summary>Copies, in the order of their labels.</summary>
    public IReadOnlyList<Series> Read()
    {
        lock (_changing)
        {
            return [.. _series.Values.Select(series => series.Copy())];
        }
    }

    private bool IsAdded => !instrument.IsObservable && Kind != MetricKind.Gauge;

    private static MetricKind KindOf(Instrument instrument)
    {
        var name = instrument.GetType().Name;
        return name.StartsWith("Histogram", StringComparison.Ordinal) ? MetricKind.Histogram
            : name.StartsWith("Counter", StringComparison.Ordinal) || name.StartsWith("ObservableCounter", StringComparison.Ordinal) ? MetricKind.Counter
            : MetricKind.Gauge;
    }

    /// <param name="counts">Of a histogram: values up to each bound, and past the last.</param>
    internal sealed class Series((string Name, string Value)[] labels, long[] counts)
    {
        public (string Name, string Value)[] Labels => labels;

        public long[] Counts => counts;

        /// <summary>Of a histogram: the sum.</summary>
        public double Value { get; private set; }

        public void Add(double value, bool isAdded, IReadOnlyList<double> buckets)
        {
            Value = isAdded ? Value + value : value;
            if (counts.Length > 0)
            {
                var index = 0;
                while (index < buckets.Count && value > buckets[index])
                {
                    index++;
                }

                counts[index]++;
            }
        }

        public Series Copy() => new(labels, [.. counts]) { Value = Value };
    }
}
