using System.Runtime.CompilerServices;
using Rebalancer.Host.Api.Live;
using Rebalancer.Host.Web.Pages;

namespace Rebalancer.Host.Web;

/// <summary>Pages of the live state. A state is rendered once for all who watch the same page with the same rights.</summary>
public sealed class LivePages(LiveFeed feed, PageSources sources, PageRenderer renderer) : IDisposable
{
    private readonly SemaphoreSlim _rendering = new(1);
    private readonly Dictionary<string, (long Version, string Body)> _bodies = [];

    /// <summary>The whole page as it is now.</summary>
    public async Task<string> PageAsync(Page page, Viewer viewer, CancellationToken cancellationToken) =>
        await ShellAsync(page.Key, page.Title, page.Body, await page.ModelAsync(sources, await feed.ReadAsync(cancellationToken), viewer, cancellationToken));

    public Task<string> ShellAsync(string key, string title, Type body, PageModel model) => renderer.RenderAsync(
        typeof(Shell), ("Key", key), ("Title", title), ("Body", body), ("Model", model));

    /// <summary>The page's body whenever it differs from the one before.</summary>
    public async IAsyncEnumerable<string> WatchAsync(Page page, Viewer viewer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = "";
        await foreach (var state in feed.WatchAsync(cancellationToken))
        {
            var body = await BodyAsync(page, state, viewer, cancellationToken);
            if (body != last)
            {
                yield return last = body;
            }
        }
    }

    public void Dispose() => _rendering.Dispose();

    private async Task<string> BodyAsync(Page page, LiveState state, Viewer viewer, CancellationToken cancellationToken)
    {
        var key = $"{page.Key} {viewer.Role}";
        await _rendering.WaitAsync(cancellationToken);
        try
        {
            if (_bodies.TryGetValue(key, out var known) && known.Version == state.Version)
            {
                return known.Body;
            }

            // Made for everyone with these rights: nothing of one viewer may be in it.
            var model = await page.ModelAsync(sources, state, new Viewer(null, viewer.Role, null), cancellationToken);
            var body = await renderer.RenderAsync(page.Body, ("Model", model));
            _bodies[key] = (state.Version, body);
            return body;
        }
        finally
        {
            _rendering.Release();
        }
    }
}
