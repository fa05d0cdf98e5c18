using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Rebalancer.Host.Telemetry.Metrics;

namespace Rebalancer.Host.Telemetry.Prometheus;

/// <summary>
/// Adds up what a service and the runtime of .NET measure, and writes it in Prometheus' text format 0.0.4. OpenTelemetry's own exporter for
/// Prometheus has never had a stable release.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    /// <summary>Of one metric, by their labels.</summary>
    public const int LargestSeries = 2000;

    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Garbage collection, threads, memory and exceptions, measured by .NET itself.</summary>
    private const string RuntimeMeter = "System.Runtime";

    private readonly MeterListener _listener = new();
    private readonly Lock _changing = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    public PrometheusExporter(ServiceMeter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter.Meter || instrument.Meter.Name == RuntimeMeter)
            {
                listener.EnableMeasurementEvents(instrument, Add(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Everything as of now.</summary>
    public string Write()
    {
        var text = new StringBuilder();

        // One scrape at a time: two would take what the other observes.
        lock (_changing)
        {
            foreach (var family in _families.Values)
            {
                family.Forget();
            }

            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values)
            {
                Write(text, family);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private MetricFamily Add(Instrument instrument)
    {
        var family = new MetricFamily(instrument);
        lock (_changing)
        {
            _families[family.Name] = family;
        }

        return family;
    }

    private static void Write(StringBuilder text, MetricFamily family)
    {
        var series = family.Read();
        if (series.Count == 0)
        {
            return;
        }

        var help = family.Description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        text.Append("# HELP ").Append(family.Name).Append(' ').Append(help).Append('\n');
        text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Kind.ToString().ToLowerInvariant()).Append('\n');
        foreach (var entry in series)
        {
            if (family.Kind == MetricKind.Histogram)
            {
                WriteHistogram(text, family, entry);
            }
            else
            {
                Line(text, family.Name, entry.Labels, entry.Value);
            }
        }
    }

    private static void WriteHistogram(StringBuilder text, MetricFamily family, MetricFamily.Series series)
    {
        long below = 0;
        for (var index = 0; index < series.Counts.Length; index++)
        {
            below += series.Counts[index];
            var bound = index < family.Buckets.Count ? Number(family.Buckets[index]) : "+Inf";
            Line(text, family.Name + "_bucket", [.. series.Labels, ("le", bound)], below);
        }

        Line(text, family.Name + "_sum", series.Labels, series.Value);
        Line(text, family.Name + "_count", series.Labels, below);
    }

    private static void Line(StringBuilder text, string name, IReadOnlyList<(string, string)> labels, double value)
    {
        text.Append(name);
        if (labels.Count > 0)
        {
            text.Append('{').Append(MetricNames.Text(labels)).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture);
}
