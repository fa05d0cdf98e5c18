using Microsoft.AspNetCore.Http.HttpResults;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api.Security;

namespace Rebalancer.Host.Api;

/// <summary>The HTTP API under the command line: GET reads, POST changes, and each change carries who and why.</summary>
public static class ApiEndpoints
{
    public const string Base = "/api/v1";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(Base).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        ReadEndpoints.Map(api);
        AuditEndpoints.Map(api);
        AuditTableEndpoints.Map(api);
        var operate = api.MapGroup("").WithMetadata(new Requires(Role.Operate)).ProducesProblem(StatusCodes.Status409Conflict);
        MapDecisions(operate);
        MapAccounts(operate);
        MapPortfolios(operate);
        MapOrders(operate);
        MapRoster(api.MapGroup("").WithMetadata(new Requires(Role.Admin)).ProducesProblem(StatusCodes.Status409Conflict));
    }

    private static void MapDecisions(RouteGroupBuilder api)
    {
        api.MapPost("/now", async (HttpContext http, IServiceOperations operations, RebalanceRequest request, CancellationToken ct) =>
            Answer(await operations.RebalanceAsync(request.Portfolio, request.DryRun, http.By(request.Why), ct)))
            .WithSummary("Decide now; with dryRun the decision waits for apply");
        api.MapPost("/fetch", (IServiceOperations operations, FetchRequest request, CancellationToken ct) =>
            operations.FetchAsync(request.Portfolio, ct)).WithSummary("Read every account of a portfolio afresh");
        api.MapPost("/decisions/{id}/apply", async (
            HttpContext http, IServiceOperations operations, string id, ApplyRequest request, CancellationToken ct) =>
            Answer(await operations.ApplyAsync(id, request.AcceptChanges, http.By(request.Why), ct)))
            .WithSummary("Carry out a waiting decision, after refreshing and solving again");
        api.MapPost("/halt", (HttpContext http, IServiceOperations operations, HaltRequest request, CancellationToken ct) =>
            DoneAsync(operations.HaltAsync(request.Target, http.By(request.Why), ct))).WithSummary("Stop trading of an account, a portfolio, or everything");
        api.MapPost("/resume", (HttpContext http, IServiceOperations operations, HaltRequest request, CancellationToken ct) =>
            DoneAsync(operations.ResumeAsync(request.Target, http.By(request.Why), ct))).WithSummary("Lift a halt");
    }

    private static void MapAccounts(RouteGroupBuilder api)
    {
        api.MapPost("/accounts/{id}/pause", (
            HttpContext http, IServiceOperations operations, string id, PauseRequest request, CancellationToken ct) =>
            DoneAsync(operations.PauseAccountAsync(id, request.AcceptStale, http.By(request.Why), ct))).WithSummary("Take an account out of trading; it is still read");
        api.MapPost("/accounts/{id}/resume", (
            HttpContext http, IServiceOperations operations, string id, ReasonRequest request, CancellationToken ct) =>
            DoneAsync(operations.ResumeAccountAsync(id, http.By(request.Why), ct))).WithSummary("Let an account trade again");
    }

    private static void MapPortfolios(RouteGroupBuilder api)
    {
        api.MapPost("/portfolios/{id}/pause", (
            HttpContext http, IServiceOperations operations, string id, ReasonRequest request, CancellationToken ct) =>
            DoneAsync(operations.PausePortfolioAsync(id, http.By(request.Why), ct))).WithSummary("Stop a portfolio from deciding; its open orders go on");
        api.MapPost("/portfolios/{id}/resume", (
            HttpContext http, IServiceOperations operations, string id, ReasonRequest request, CancellationToken ct) =>
            DoneAsync(operations.ResumePortfolioAsync(id, http.By(request.Why), ct))).WithSummary("Let a paused portfolio decide again");
    }

    private static void MapRoster(RouteGroupBuilder api)
    {
        api.MapPost("/accounts", (HttpContext http, IServiceOperations operations, AddAccountRequest request, CancellationToken ct) =>
            DoneAsync(operations.AddAccountAsync(request, http.By(request.Why), ct))).WithSummary("Add an account at runtime");
        api.MapPost("/accounts/{id}/remove", (
            HttpContext http, IServiceOperations operations, string id, ReasonRequest request, CancellationToken ct) =>
            DoneAsync(operations.RemoveAccountAsync(id, http.By(request.Why), ct))).WithSummary("Remove an account whose orders have all ended");
        api.MapPost("/portfolios", (HttpContext http, IServiceOperations operations, AddPortfolioRequest request, CancellationToken ct) =>
            DoneAsync(operations.AddPortfolioAsync(request, http.By(request.Why), ct))).WithSummary("Add a portfolio at runtime");
        api.MapPost("/portfolios/{id}/remove", (
            HttpContext http, IServiceOperations operations, string id, ReasonRequest request, CancellationToken ct) =>
            DoneAsync(operations.RemovePortfolioAsync(id, http.By(request.Why), ct))).WithSummary("Remove a portfolio: its orders are ended first, its accounts are free then");
    }

    private static void MapOrders(RouteGroupBuilder api)
    {
        api.MapPost("/orders/cancel", (HttpContext http, IServiceOperations operations, CancelRequest request, CancellationToken ct) =>
            DoneAsync(operations.CancelOrderAsync(request.Intent, http.By(request.Why), ct))).WithSummary("Ask the venue to cancel an order");
        api.MapPost("/orders/resolve", (HttpContext http, IServiceOperations operations, ResolveRequest request, CancellationToken ct) =>
            DoneAsync(operations.ResolveOrderAsync(request.Intent, Arrived(request.Outcome), http.By(request.Why), ct)))
            .WithSummary("End a quarantined order on the operator's word: cancelled or never-arrived");
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
}
