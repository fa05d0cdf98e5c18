using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Web;

/// <summary>The overview page, rendered here and kept up to date by server-sent events.</summary>
public static class OverviewEndpoints
{
    private const int DecisionsShown = 8;
    private static readonly TimeSpan UpdateInterval = TimeSpan.FromSeconds(1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", async (IServiceOperations operations, IServiceProvider services, CancellationToken ct) =>
            Results.Content(await RenderAsync<OverviewPage>(operations, services, ct), "text/html; charset=utf-8"));
        routes.MapGet("/events", (IServiceOperations operations, IServiceProvider services, IHostApplicationLifetime life, CancellationToken ct) =>
            TypedResults.ServerSentEvents(UpdatesAsync(operations, services, life.ApplicationStopping, ct)));
        MapFile(routes, "overview.css", "text/css; charset=utf-8");
        MapFile(routes, "overview.js", "text/javascript; charset=utf-8");
    }

    private static async IAsyncEnumerable<SseItem<string>> UpdatesAsync(
        IServiceOperations operations, IServiceProvider services, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        using var timer = new PeriodicTimer(UpdateInterval);
        do
        {
            yield return new SseItem<string>(await RenderAsync<OverviewBody>(operations, services, ending.Token), "overview");
        }
        while (await NextAsync(timer, ending.Token));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The page was closed or the service stops: both end the stream and are no error.
            return false;
        }
    }

    private static async Task<string> RenderAsync<TComponent>(
        IServiceOperations operations, IServiceProvider services, CancellationToken cancellationToken)
        where TComponent : IComponent
    {
        var status = await operations.GetStatusAsync(cancellationToken);
        var decisions = await operations.GetDecisionsAsync(portfolio: null, DecisionsShown, cancellationToken);
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(OverviewBody.Status)] = status,
            [nameof(OverviewBody.Decisions)] = decisions,
        });
        // A renderer keeps every root it has rendered, so each rendering gets its own.
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TComponent>(parameters)).ToHtmlString());
    }

    private static void MapFile(IEndpointRouteBuilder routes, string name, string contentType) => routes.MapGet(name, () =>
        Results.Stream(typeof(OverviewEndpoints).Assembly.GetManifestResourceStream($"Rebalancer.Host.Web.{name}")!, contentType));
}
