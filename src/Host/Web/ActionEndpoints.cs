using Microsoft.AspNetCore.Mvc;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Web.Parts;

namespace Rebalancer.Host.Web;

/// <summary>What the dashboard's buttons do. Each answers with one sentence, which the page shows and a screen reader reads out.</summary>
public static class ActionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var operate = routes.MapGroup("/ui").WithMetadata(new Requires(Role.Operate)).DisableAntiforgery().ExcludeFromDescription();
        operate.MapPost("/halt", (HttpContext http, IServiceOperations operations, ActionForm form, CancellationToken ct) => DoAsync(
            http, () => operations.HaltAsync(form.Target, http.By(form.Why), ct), $"{form.Named} is halted: nothing more is sent."));
        operate.MapPost("/resume", (HttpContext http, IServiceOperations operations, ActionForm form, CancellationToken ct) => DoAsync(
            http, () => operations.ResumeAsync(form.Target, http.By(form.Why), ct), $"{form.Named} trades again."));
        operate.MapPost("/pause", (HttpContext http, IServiceOperations operations, ActionForm form, CancellationToken ct) => DoAsync(
            http, () => operations.PauseAccountAsync(form.Account ?? "", acceptStale: false, http.By(form.Why), ct), $"{form.Named} is paused; it is still read."));
        operate.MapPost("/plan", (HttpContext http, IServiceOperations operations, ActionForm form, CancellationToken ct) => SayAsync(
            http, () => operations.RebalanceAsync(form.Portfolio, dryRun: true, http.By(form.Why), ct)));
        operate.MapPost("/approve", (HttpContext http, IServiceOperations operations, [FromForm] string decision, CancellationToken ct) => SayAsync(
            http, () => operations.ApplyAsync(decision, acceptChanges: false, http.By("approved on the dashboard"), ct)));
        operate.MapPost("/cancel", (HttpContext http, IServiceOperations operations, [FromForm] string intent, CancellationToken ct) => DoAsync(
            http, () => operations.CancelOrderAsync(intent, http.By("cancelled on the dashboard"), ct), "The venue is asked to cancel it."));
        operate.MapPost("/replay", async (HttpContext http, IServiceAudit audit, [FromForm] string decision, CancellationToken ct) => await ShowAsync(http, async () =>
        {
            var result = await audit.ReplayAsync(decision, resolve: false, ct);
            return result.IsIdentical ? ("The orders were rebuilt from the journal: identical, byte for byte.", true) : (result.Difference!, false);
        }));
        var admin = routes.MapGroup("/ui").WithMetadata(new Requires(Role.Admin)).DisableAntiforgery().ExcludeFromDescription();
        admin.MapPost("/accounts", (HttpContext http, IServiceOperations operations, AccountForm form, CancellationToken ct) => DoAsync(
            http, () => operations.AddAccountAsync(new AddAccountRequest(form.Portfolio, form.ToJson(), null), http.By(form.Why), ct),
            $"{form.Id} is added; its first reading comes within a few seconds."));
        admin.MapPost("/accounts/remove", (HttpContext http, IServiceOperations operations, ActionForm form, CancellationToken ct) => DoAsync(
            http, () => operations.RemoveAccountAsync(form.Account ?? "", http.By(form.Why), ct), $"{form.Named} is removed."));
    }

    private static Task<IResult> DoAsync(HttpContext http, Func<Task> act, string done) => ShowAsync(http, async () =>
    {
        await act();
        return (done, true);
    });

    private static Task<IResult> SayAsync(HttpContext http, Func<Task<RebalanceAnswer>> ask) => ShowAsync(http, async () =>
    {
        var answer = await ask();
        return (answer.Message, !answer.Refused);
    });

    /// <summary>A refusal is an answer like another: shown where the button was pressed.</summary>
    private static async Task<IResult> ShowAsync(HttpContext http, Func<Task<(string Text, bool IsGood)>> act)
    {
        var renderer = http.RequestServices.GetRequiredService<PageRenderer>();
        try
        {
            var (text, isGood) = await act();
            return PageEndpoints.Html(await renderer.RenderAsync(typeof(Notice), ("Text", text), ("IsGood", isGood)));
        }
        catch (Exception failure) when (ApiErrors.Tell(failure) is { Status: not StatusCodes.Status500InternalServerError, Detail: { } detail })
        {
            return PageEndpoints.Html(await renderer.RenderAsync(typeof(Notice), ("Text", detail), ("IsGood", false)));
        }
    }
}
