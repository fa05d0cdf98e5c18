using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Pbm;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Cluster.Http;

namespace Rebalancer.Host.Api;

/// <summary>What other nodes call: below <c>/cluster</c>, with the cluster's token. A service that shares its journal with nobody answers nothing there.</summary>
public static class ClusterEndpoints
{
    private const long MostBytes = 32 * 1024 * 1024;

    /// <summary>Where a node carries lines of <c>pbm</c> out for another.</summary>
    public const string PbmPath = "cluster/v1/pbm";

    public static void Map(IApplicationBuilder application, ServiceCluster cluster, PbmHost pbm)
    {
        if (cluster.Token is { } token)
        {
            // Before the checks of the API: nodes call by other names and show another token.
            MapPost<WireMessage[]>(application, HttpTransport.Path, token, JsonSerializerOptions.Web, (context, messages) =>
            {
                cluster.Receive(messages);
                context.Response.StatusCode = (int)HttpStatusCode.NoContent;
                return Task.CompletedTask;
            });
            MapPost<PbmRequest>(application, PbmPath, token, JsonOutput.Compact, async (context, request) =>
                await context.Response.WriteAsJsonAsync(await pbm.RunAsync(request, isForwarded: true, context.RequestAborted), JsonOutput.Compact));
        }
    }

    private static void MapPost<T>(IApplicationBuilder application, string path, string token, JsonSerializerOptions json, Func<HttpContext, T, Task> handle)
        where T : class => application.Map("/" + path, branch => branch.Run(async context =>
        {
            if (!HasToken(context.Request, token))
            {
                context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            }
            else if (!HttpMethods.IsPost(context.Request.Method))
            {
                context.Response.StatusCode = (int)HttpStatusCode.MethodNotAllowed;
            }
            else if (await TryReadAsync<T>(context, json) is { } body)
            {
                await handle(context, body);
            }
            else
            {
                context.Response.StatusCode = (int)HttpStatusCode.BadRequest;
            }
        }));

    private static async Task<T?> TryReadAsync<T>(HttpContext context, JsonSerializerOptions json)
        where T : class
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MostBytes;
        }

        try
        {
            return await context.Request.ReadFromJsonAsync<T>(json, context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool HasToken(HttpRequest request, string token) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
        && string.Equals(header.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase) && ApiToken.Matches(token, header.Parameter);
}
