using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Rebalancer.Host.Api;
using Rebalancer.Host.Api.Live;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Web.Pages;

namespace Rebalancer.Host.Web;

/// <summary>The pages, rendered here, and kept up to date by server-sent events.</summary>
public static class PageEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        StaticFiles.Map(routes);
        SignInEndpoints.Map(routes);
        ActionEndpoints.Map(routes);
        DataEndpoints.Map(routes);
        var pages = routes.MapGroup("").WithMetadata(new Requires(Role.Read)).ExcludeFromDescription();
        foreach (var page in Page.All)
        {
            pages.MapGet(page.Path, (HttpContext http, LivePages live, CancellationToken ct) => ShowAsync(http, live, page, ct));
        }

        pages.MapGet("/audit/{id}", async (HttpContext http, string id, LiveFeed feed, PageSources sources, LivePages live, CancellationToken ct) =>
        {
            var model = await sources.WhyAsync(id, await feed.ReadAsync(ct), Viewer.Of(http), ct);
            return Html(await live.ShellAsync("audit", $"Decision {id}", typeof(WhyBody), model));
        });
        pages.MapGet("/live/{key}", (HttpContext http, string key, LivePages live, IHostApplicationLifetime life, CancellationToken ct) =>
            Page.All.FirstOrDefault(page => page.Key == key) is { } page
                ? TypedResults.ServerSentEvents(UpdatesAsync(live, page, Viewer.Of(http), life.ApplicationStopping, ct))
                : Results.NotFound()).WithMetadata(new Streams());
    }

    internal static IResult Html(string text) => Results.Content(text, "text/html; charset=utf-8");

    private static async Task<IResult> ShowAsync(HttpContext http, LivePages live, Page page, CancellationToken cancellationToken) =>
        Html(await live.PageAsync(page, Viewer.Of(http), cancellationToken));

    private static async IAsyncEnumerable<SseItem<string>> UpdatesAsync(
        LivePages live, Page page, Viewer viewer, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        await foreach (var body in LiveEvents.UntilCancelled(live.WatchAsync(page, viewer, ending.Token), ending.Token))
        {
            yield return new SseItem<string>(body, "page");
        }
    }
}
