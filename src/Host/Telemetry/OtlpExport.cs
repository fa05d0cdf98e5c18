using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Telemetry.Metrics;

namespace Rebalancer.Host.Telemetry;

/// <summary>
/// Sends metrics and spans to an OpenTelemetry collector, where the standard variable names one:
/// https://opentelemetry.io/docs/specs/otel/protocol/exporter/. Headers, which may hold a secret, and timeouts are read from their variables by
/// the library itself.
/// </summary>
public sealed class OtlpExport : IDisposable
{
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";

    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;

    private OtlpExport(Uri endpoint, OtlpExportProtocol protocol, string node)
    {
        _metrics = Sdk.CreateMeterProviderBuilder().ConfigureResource(Describe).AddMeter(ServiceMeter.Name, "System.Runtime")
            .AddOtlpExporter(options => Set(options, "metrics")).Build();
        _traces = Sdk.CreateTracerProviderBuilder().ConfigureResource(Describe).AddSource(ServiceMeter.Name)
            .AddOtlpExporter(options => Set(options, "traces")).Build();

        void Describe(ResourceBuilder resource) => resource.AddService("rebalancer", serviceVersion: Versions.Product, serviceInstanceId: node);

        void Set(OtlpExporterOptions options, string signal)
        {
            options.Protocol = protocol;
            options.Endpoint = protocol == OtlpExportProtocol.HttpProtobuf ? new Uri($"{endpoint.ToString().TrimEnd('/')}/v1/{signal}") : endpoint;
        }
    }

    /// <summary>Null where no collector is named.</summary>
    /// <exception cref="CommandException">What is named is no address, or the protocol is not known.</exception>
    public static OtlpExport? Start(IReadOnlyDictionary<string, string> variables, string node)
    {
        ArgumentNullException.ThrowIfNull(variables);
        if (variables.GetValueOrDefault(EndpointVariable) is not { Length: > 0 } address)
        {
            return null;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            throw CommandException.BadInput($"{EndpointVariable}: is not an address; write one as http://127.0.0.1:4318");
        }

        return new OtlpExport(endpoint, ProtocolOf(variables.GetValueOrDefault(ProtocolVariable)), node);
    }

    /// <summary>Sends what has not been sent.</summary>
    public void Dispose()
    {
        _metrics.Dispose();
        _traces.Dispose();
    }

    private static OtlpExportProtocol ProtocolOf(string? text) => text switch
    {
        null or "" or "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
        "grpc" => OtlpExportProtocol.Grpc,
        _ => throw CommandException.BadInput($"{ProtocolVariable}: '{text}' is not known; use http/protobuf or grpc"),
    };
}
