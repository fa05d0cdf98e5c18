using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Telemetry;
using Rebalancer.Host.Telemetry.Prometheus;

namespace Rebalancer.Host.Api;

/// <summary>What a service shows those who watch over it.</summary>
public sealed record Monitoring(PrometheusExporter Exporter, Health Health);

/// <summary>What monitoring asks: the metrics, and the probes, which tell nothing of the portfolio and need no token.</summary>
public static class MonitoringEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Monitoring monitoring)
    {
        var (exporter, health) = monitoring;
        routes.MapGet("/metrics", () => Results.Text(exporter.Write(), PrometheusExporter.ContentType))
            .WithMetadata(new Requires(Role.Read)).ExcludeFromDescription();
        routes.MapGet("/healthz/live", () => health.IsLive ? Results.Text("live\n") : Results.Text("the process hangs\n", statusCode: StatusCodes.Status503ServiceUnavailable))
            .WithMetadata(new OpenToAll()).ExcludeFromDescription();
        routes.MapGet("/healthz/ready", () => health.NotReadyBecause is { } why
            ? Results.Text($"not ready: {why}\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready\n")).WithMetadata(new OpenToAll()).ExcludeFromDescription();
    }
}
