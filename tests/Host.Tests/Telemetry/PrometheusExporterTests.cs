using Rebalancer.Host.Telemetry.Metrics;
using Rebalancer.Host.Telemetry.Prometheus;

namespace Rebalancer.Host.Tests.Telemetry;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly ServiceMeter _meter = new();
    private readonly PrometheusExporter _exporter;

    public PrometheusExporterTests() => _exporter = new PrometheusExporter(_meter);

    [Fact]
    public void Write_ACounter_AddsUpByLabelsInTheirOrder()
    {
        _meter.Fills.Add(1, new("side", "Buy"), new("account", "b"));
        _meter.Fills.Add(2, new("account", "b"), new("side", "Buy"));
        _meter.Fills.Add(5, new("account", "a"), new("side", "Sell"));
        Lines("rebalancer_fills_total").ShouldBe(
        [
            "# HELP rebalancer_fills_total Fills booked, by account and side",
            "# TYPE rebalancer_fills_total counter",
            """rebalancer_fills_total{account="a",side="Sell"} 5""",
            """rebalancer_fills_total{account="b",side="Buy"} 3""",
        ]);
    }

    [Fact]
    public void Write_AHistogram_CountsEveryValueUpToItsBound()
    {
        foreach (var seconds in new[] { 0.005, 0.006, 0.2, 99 })
        {
            _meter.SolveDuration.Record(seconds, new KeyValuePair<string, object?>("portfolio", "main"));
        }

        var lines = Lines("rebalancer_decision_solve_duration_seconds");
        lines.ShouldContain("# TYPE rebalancer_decision_solve_duration_seconds histogram");
        lines.ShouldContain("""rebalancer_decision_solve_duration_seconds_bucket{portfolio="main",le="0.005"} 1""");
        lines.ShouldContain("""rebalancer_decision_solve_duration_seconds_bucket{portfolio="main",le="0.01"} 2""");
        lines.ShouldContain("""rebalancer_decision_solve_duration_seconds_bucket{portfolio="main",le="60"} 3""");
        lines.ShouldContain("""rebalancer_decision_solve_duration_seconds_bucket{portfolio="main",le="+Inf"} 4""");
        lines.ShouldContain("""rebalancer_decision_solve_duration_seconds_sum{portfolio="main"} 99.211""");
        lines.ShouldContain("""rebalancer_decision_solve_duration_seconds_count{portfolio="main"} 4""");
    }

    [Fact]
    public void Write_AGauge_HasTheLastValue_AndWhatIsObservedNoMoreIsGone()
    {
        var observed = new List<string> { "a", "b" };
        _meter.Meter.CreateObservableGauge("test.age", () => observed.Select(name => new System.Diagnostics.Metrics.Measurement<double>(1.5, new KeyValuePair<string, object?>("account", name))), "s");
        Lines("test_age_seconds").Count(line => line[0] != '#').ShouldBe(2);
        observed.Remove("a");
        Lines("test_age_seconds").Where(line => line[0] != '#').ShouldBe(["""test_age_seconds{account="b"} 1.5"""]);
        _meter.Gap.Record(3);
        _meter.Gap.Record(1);
        Lines("rebalancer_decision_gap").ShouldContain("rebalancer_decision_gap 1");
    }

    [Fact]
    public void Write_ANameFromOutside_CannotEndItsLabel()
    {
        _meter.Fills.Add(1, new("account", "x\"} 9\n# evil \\"), new("side", "Buy"));
        Lines("rebalancer_fills_total").ShouldContain("""rebalancer_fills_total{account="x\"} 9\n# evil \\",side="Buy"} 1""");
    }

    [Fact]
    public void Record_OfEndlessLabels_StaysBounded()
    {
        for (var index = 0; index < PrometheusExporter.LargestSeries + 100; index++)
        {
            _meter.Fills.Add(1, new("account", index), new("side", "Buy"));
        }

        var lines = Lines("rebalancer_fills_total");
        lines.Length.ShouldBe(2 + PrometheusExporter.LargestSeries + 1);
        lines.ShouldContain("""rebalancer_fills_total{otel_metric_overflow="true"} 100""");
    }

    [Fact]
    public void Write_TheRuntimeIsMeasuredToo() => Lines("dotnet_gc_collections_total").ShouldNotBeEmpty();

    public void Dispose()
    {
        _exporter.Dispose();
        _meter.Dispose();
    }

    private string[] Lines(string name) =>
        [.. _exporter.Write().Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal) || line.StartsWith($"# HELP {name} ", StringComparison.Ordinal) || line.StartsWith($"# TYPE {name} ", StringComparison.Ordinal))];
}
