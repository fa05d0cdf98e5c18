using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Rebalancer.Host.Telemetry.Prometheus;

/// <summary>Names of OpenTelemetry as Prometheus writes them: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/.</summary>
internal static class MetricNames
{
    public static string Of(Instrument instrument, MetricKind kind)
    {
        var name = Plain(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "1" when kind == MetricKind.Gauge => "ratio",
            _ => "",
        };
        if (unit.Length > 0 && !name.EndsWith("_" + unit, StringComparison.Ordinal))
        {
            name += "_" + unit;
        }

        return kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary>In ordinal order of the names; tags without a value are left out.</summary>
    public static (string Name, string Value)[] Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<(string Name, string Value)>(tags.Length);
        foreach (var tag in tags)
        {
            if (Convert.ToString(tag.Value, CultureInfo.InvariantCulture) is { Length: > 0 } value)
            {
                labels.Add((Plain(tag.Key), value));
            }
        }

        labels.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return [.. labels];
    }

    /// <summary>As they stand between the braces.</summary>
    public static string Text(IReadOnlyList<(string Name, string Value)> labels) =>
        string.Join(',', labels.Select(label => $"{label.Name}=\"{Escape(label.Value)}\""));

    /// <summary>A backslash, a quote or a new line in a name from outside must not end the label.</summary>
    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Plain(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var character in name)
        {
            plain.Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
        }

        return char.IsAsciiDigit(plain[0]) ? "_" + plain : plain.ToString();
    }
}
