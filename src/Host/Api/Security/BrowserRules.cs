using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Mvc;

namespace Rebalancer.Host.Api.Security;

/// <summary>
/// What holds for every request before anything is looked up: a Host allow-list against DNS rebinding, an Origin that is this service's own or
/// listed, JSON only on writes of the API (which a form on another page cannot send without asking), and headers that let a page load nothing
/// from elsewhere.
/// </summary>
public sealed class BrowserRules(RequestDelegate next, ApiSecuritySettings settings)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public async Task InvokeAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        AddHeaders(response.Headers);
        if (!IsProbe(request) && !settings.AllowedHosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            await RefuseAsync(context, HttpStatusCode.MisdirectedRequest, "This service does not answer to that host");
            return;
        }

        var origin = request.Headers.Origin.ToString();
        var isForeign = origin.Length > 0 && origin != $"{request.Scheme}://{request.Host}";
        if (isForeign && !IsListed(request, origin))
        {
            await RefuseAsync(context, HttpStatusCode.Forbidden, "Pages of that origin may not call this service");
            return;
        }

        if (origin.Length == 0 && IsForeignFetch(request))
        {
            await RefuseAsync(context, HttpStatusCode.Forbidden, "Pages of other sites may not call this service");
            return;
        }

        if (isForeign)
        {
            response.Headers.AccessControlAllowOrigin = origin;
            response.Headers.Vary = "Origin";
            response.Headers.AccessControlExposeHeaders = "ETag, Link";
            if (HttpMethods.IsOptions(request.Method))
            {
                Preflight(response);
                return;
            }
        }

        if (IsApi(request) && HttpMethods.IsPost(request.Method) && !IsJson(request.ContentType))
        {
            await RefuseAsync(context, HttpStatusCode.UnsupportedMediaType, "Send 'Content-Type: application/json'");
            return;
        }

        await next(context);
    }

    public static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    /// <summary>Probes of an orchestrator come by whatever address the process has there, and learn nothing but that it works.</summary>
    public static bool IsProbe(HttpRequest request) => request.Path.StartsWithSegments("/healthz", StringComparison.Ordinal);

    public static bool IsWrite(HttpRequest request) => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);

    public static Task RefuseAsync(HttpContext context, HttpStatusCode status, string detail)
    {
        context.Response.StatusCode = (int)status;
        var problem = new ProblemDetails { Status = (int)status, Title = status.ToString(), Detail = detail };
        return context.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json", context.RequestAborted);
    }

    /// <summary>A listed origin may call the API, with a token; the dashboard's session is for its own pages only.</summary>
    private bool IsListed(HttpRequest request, string origin) => IsApi(request) && settings.AllowedOrigins.Contains(origin, StringComparer.Ordinal);

    /// <summary>Browsers say where a request comes from also where they send no Origin. Following a link here from elsewhere is no such call.</summary>
    private static bool IsForeignFetch(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site"
        && (request.Headers["Sec-Fetch-Mode"].ToString() != "navigate" || IsWrite(request));

    private static void Preflight(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.AccessControlAllowMethods = "GET, POST";
        response.Headers.AccessControlAllowHeaders = "Authorization, Content-Type, If-None-Match";
        response.Headers.AccessControlMaxAge = "600";
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var parsed) && parsed.MediaType == "application/json";

    private static void AddHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // With "no-referrer" a browser would send the Origin "null" with the form that signs in.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }
}
