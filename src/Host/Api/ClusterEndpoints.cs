using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Rebalancer.Host.Hosting;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Cluster.Http;

namespace Rebalancer.Host.Api;

/// <summary>What other nodes call: below <c>/cluster</c>, with the cluster's token. A service that shares its journal with nobody answers nothing there.</summary>
public static class ClusterEndpoints
{
    private const long MostBytes = 32 * 1024 * 1024;

    public static void Map(IApplicationBuilder application, ServiceCluster cluster)
    {
        if (cluster.Token is { } token)
        {
            // Before the checks of the API: nodes call by other names and show another token.
            application.Map("/" + HttpTransport.Path, branch => branch.Run(context => TakeInAsync(context, cluster, token)));
        }
    }

    private static async Task TakeInAsync(HttpContext context, ServiceCluster cluster, string token)
    {
        if (!HasToken(context.Request, token))
        {
            context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = (int)HttpStatusCode.MethodNotAllowed;
            return;
        }

        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MostBytes;
        }

        try
        {
            cluster.Receive(await context.Request.ReadFromJsonAsync<WireMessage[]>(JsonSerializerOptions.Web, context.RequestAborted) ?? []);
            context.Response.StatusCode = (int)HttpStatusCode.NoContent;
        }
        catch (JsonException)
        {
            context.Response.StatusCode = (int)HttpStatusCode.BadRequest;
        }
    }

    private static bool HasToken(HttpRequest request, string token) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
        && string.Equals(header.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase) && ApiToken.Matches(token, header.Parameter);
}
