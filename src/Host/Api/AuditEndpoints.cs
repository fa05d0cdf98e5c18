using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Placement.Snapshots;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Audit;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Api;

/// <summary>Why: decisions with their inputs, explained, replayed, verified, and what other settings would have done.</summary>
public static class AuditEndpoints
{
    private const int LargestSnapshotBytes = 16 * 1024 * 1024;

    public static void Map(RouteGroupBuilder routes)
    {
        var read = routes.MapGroup("/audit").WithMetadata(new Requires(Role.Read)).ProducesProblem(StatusCodes.Status404NotFound);
        read.MapGet("/decisions", async (HttpContext http, IServiceAudit audit, string? portfolio, string? cursor, int? limit, CancellationToken ct) =>
        {
            var entries = (await audit.ListAsync(ct)).Where(entry => portfolio is null || entry.Portfolio == portfolio);
            return CsvAnswer.Rows(http, "decisions", entries.Page(http, cursor, limit, entry => (entry.At, entry.Id)), ApiColumns.Entries);
        }).AlsoCsv<DecisionEntry>().WithSummary("Every decision in the journal, newest first");
        read.MapGet("/decisions/{id}", (IServiceAudit audit, string id, CancellationToken ct) => audit.FindAsync(id, ct))
            .WithSummary("A decision with every input, the plan with its explanation, and what came of it");
        read.MapGet("/decisions/{id}/explanation", async (IServiceAudit audit, string id, CancellationToken ct) =>
            new ExplanationAnswer(id, DecisionExplanation.Explain(await audit.FindAsync(id, ct)))).WithSummary("The decision told in words");
        read.MapGet("/decisions/{id}/trail", (IServiceAudit audit, string id, CancellationToken ct) => audit.GetTrailAsync(id, ct))
            .WithSummary("What happened to its orders, oldest first");
        read.MapGet("/verify", (IServiceAudit audit, CancellationToken ct) => audit.VerifyAsync(ct)).WithSummary("Recompute the hash chain of every stream");
        read.MapGet("/events", (HttpContext http, IServiceAudit audit, long? after, int? limit, CancellationToken ct) =>
            ExportAsync(http, audit, after ?? 0, limit ?? int.MaxValue, ct)).WithMetadata(new Streams()).Produces<ExportedEvent>(contentType: "application/x-ndjson")
            .WithSummary("Events as JSON lines, in the order they were written");

        var solve = routes.MapGroup("").WithMetadata(new Requires(Role.Operate)).ProducesProblem(StatusCodes.Status404NotFound);
        solve.MapPost("/audit/decisions/{id}/replay", async (IServiceAudit audit, string id, bool? resolve, CancellationToken ct) =>
        {
            var result = await audit.ReplayAsync(id, resolve ?? false, ct);
            return new ReplayAnswer(id, result.IsIdentical, result.Difference);
        }).WithSummary("Rebuild its orders from the journaled inputs and compare them byte for byte; with resolve, solve again");
        solve.MapPost("/audit/decisions/{id}/what-if", (IServiceAudit audit, string id, WhatIfRequest request, CancellationToken ct) =>
            audit.WhatIfAsync(id, request, ct)).WithSummary("Place it again with other settings; nothing is journaled or sent");
        solve.MapPost("/plan", PlanAsync).Accepts<JsonElement>("application/json").WithSummary("Place a snapshot file, as 'rebalancer plan' does; nothing is sent");
    }

    /// <summary>Read as text, so that a mistake is told with its line and field.</summary>
    private static async Task<Domain.Placement.Plan> PlanAsync(HttpContext http, IServiceAudit audit, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = LargestSnapshotBytes;
        }

        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(cancellationToken);
        return await audit.PlanAsync(SnapshotReader.Read(text, "body", DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)), cancellationToken);
    }

    private static async Task ExportAsync(HttpContext http, IServiceAudit audit, long after, int limit, CancellationToken cancellationToken)
    {
        http.Response.ContentType = "application/x-ndjson";
        await foreach (var row in audit.ReadEventsAsync(after, Math.Max(0, limit), cancellationToken))
        {
            await http.Response.WriteAsync(JsonSerializer.Serialize(ExportedEvent.Of(row), JsonOutput.Compact) + "\n", cancellationToken);
        }
    }
}
