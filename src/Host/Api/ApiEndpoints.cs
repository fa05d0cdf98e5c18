using Microsoft.AspNetCore.Http.HttpResults;
using Rebalancer.Actors.Portfolios;

namespace Rebalancer.Host.Api;

/// <summary>The HTTP API under the command line. GET reads, POST and DELETE change; each change carries who and why.</summary>
public static class ApiEndpoints
{
    /// <summary>Header in which a caller says who asks; the command line sends the operating system's user.</summary>
    public const string OperatorHeader = "X-Operator";

    private const int MaximumLimit = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").AddEndpointFilter<ApiErrors>();
        MapReads(api);
        MapDecisions(api);
        MapAccounts(api);
        MapOrders(api);
    }

    private static void MapReads(RouteGroupBuilder api)
    {
        api.MapGet("/status", (IServiceOperations operations, CancellationToken ct) => operations.GetStatusAsync(ct));
        api.MapGet("/orders", (IServiceOperations operations, string? account, int? limit, CancellationToken ct) =>
            operations.GetOrdersAsync(account, Bounded(limit), ct));
        api.MapGet("/decisions", (IServiceOperations operations, string? portfolio, int? limit, CancellationToken ct) =>
            operations.GetDecisionsAsync(portfolio, Bounded(limit), ct));
    }

    private static void MapDecisions(RouteGroupBuilder api)
    {
        api.MapPost("/now", async (HttpRequest http, IServiceOperations operations, RebalanceRequest request, CancellationToken ct) =>
            Answer(await operations.RebalanceAsync(request.Portfolio, request.DryRun, By(http, request.Why), ct)));
        api.MapPost("/fetch", (IServiceOperations operations, FetchRequest request, CancellationToken ct) =>
            operations.FetchAsync(request.Portfolio, ct));
        api.MapPost("/decisions/{id}/apply", async (
            HttpRequest http, IServiceOperations operations, string id, ApplyRequest request, CancellationToken ct) =>
            Answer(await operations.ApplyAsync(id, request.AcceptChanges, By(http, request.Why), ct)));
        api.MapPost("/halt", (HttpRequest http, IServiceOperations operations, HaltRequest request, CancellationToken ct) =>
            DoneAsync(operations.HaltAsync(request.Target, By(http, request.Why), ct)));
        api.MapPost("/resume", (HttpRequest http, IServiceOperations operations, HaltRequest request, CancellationToken ct) =>
            DoneAsync(operations.ResumeAsync(request.Target, By(http, request.Why), ct)));
    }

    private static void MapAccounts(RouteGroupBuilder api)
    {
        api.MapPost("/accounts", (HttpRequest http, IServiceOperations operations, AddAccountRequest request, CancellationToken ct) =>
            DoneAsync(operations.AddAccountAsync(request, By(http, request.Why), ct)));
        api.MapPost("/accounts/{id}/pause", (
            HttpRequest http, IServiceOperations operations, string id, PauseRequest request, CancellationToken ct) =>
            DoneAsync(operations.PauseAccountAsync(id, request.AcceptStale, By(http, request.Why), ct)));
        api.MapPost("/accounts/{id}/resume", (
            HttpRequest http, IServiceOperations operations, string id, ReasonRequest request, CancellationToken ct) =>
            DoneAsync(operations.ResumeAccountAsync(id, By(http, request.Why), ct)));
        api.MapPost("/accounts/{id}/remove", (
            HttpRequest http, IServiceOperations operations, string id, ReasonRequest request, CancellationToken ct) =>
            DoneAsync(operations.RemoveAccountAsync(id, By(http, request.Why), ct)));
    }

    private static void MapOrders(RouteGroupBuilder api)
    {
        api.MapPost("/orders/cancel", (HttpRequest http, IServiceOperations operations, CancelRequest request, CancellationToken ct) =>
            DoneAsync(operations.CancelOrderAsync(request.Intent, By(http, request.Why), ct)));
        api.MapPost("/orders/resolve", (HttpRequest http, IServiceOperations operations, ResolveRequest request, CancellationToken ct) =>
            DoneAsync(operations.ResolveOrderAsync(request.Intent, Arrived(request.Outcome), By(http, request.Why), ct)));
    }

    private static bool Arrived(string outcome) => outcome switch
    {
        "cancelled" => true,
        "never-arrived" => false,
        _ => throw new OperationRefusedException($"outcome: '{outcome}' is not known; use cancelled or never-arrived"),
    };

    private static async Task<NoContent> DoneAsync(Task operation)
    {
        await operation;
        return TypedResults.NoContent();
    }

    private static Results<Ok<RebalanceAnswer>, ProblemHttpResult> Answer(RebalanceAnswer answer) =>
        answer.Refused ? ApiErrors.Refused(answer.Message) : TypedResults.Ok(answer);

    private static Operator By(HttpRequest request, string? why)
    {
        var who = request.Headers[OperatorHeader].ToString();
        return new Operator(who.Length is > 0 and <= 100 ? who : "api", string.IsNullOrWhiteSpace(why) ? "no reason given" : why);
    }

    private static int Bounded(int? limit) => Math.Clamp(limit ?? 50, 1, MaximumLimit);
}
