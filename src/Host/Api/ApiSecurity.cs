using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Mvc;

namespace Rebalancer.Host.Api;

/// <param name="Token">Needed by every call of <c>/api</c>.</param>
/// <param name="AllowedHosts">Names the service answers to; any other Host header is a page elsewhere reaching in through DNS.</param>
/// <param name="PageNeedsToken">False on loopback, where the page shows what the machine's user may see anyway.</param>
public sealed record ApiSecuritySettings(string Token, IReadOnlyList<string> AllowedHosts, bool PageNeedsToken);

/// <summary>
/// What stands before every endpoint: a Host allow-list against DNS rebinding, a token, JSON only on writes (which a form on another page
/// cannot send without asking), and headers that let the page load nothing from elsewhere.
/// </summary>
public sealed class ApiSecurity(RequestDelegate next, ApiSecuritySettings settings)
{
    public async Task InvokeAsync(HttpContext context)
    {
        AddHeaders(context.Response.Headers);
        if (!settings.AllowedHosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            await RefuseAsync(context, HttpStatusCode.MisdirectedRequest, $"This service does not answer to the host '{context.Request.Host.Host}'");
            return;
        }

        var isApi = context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
        if ((isApi || settings.PageNeedsToken) && !HasToken(context.Request))
        {
            // A browser asks its user; the token is the password, under any name.
            context.Response.Headers.WWWAuthenticate = isApi ? "Bearer" : "Basic realm=\"rebalancer\"";
            await RefuseAsync(context, HttpStatusCode.Unauthorized, "The API token is missing or wrong");
            return;
        }

        var isWrite = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        if (isWrite && !IsJson(context.Request.ContentType))
        {
            await RefuseAsync(context, HttpStatusCode.UnsupportedMediaType, "Send 'Content-Type: application/json'");
            return;
        }

        await next(context);
    }

    private bool HasToken(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || header.Parameter is null)
        {
            return false;
        }

        return header.Scheme.ToUpperInvariant() switch
        {
            "BEARER" => ApiToken.Matches(settings.Token, header.Parameter),
            "BASIC" => ApiToken.Matches(settings.Token, PasswordOf(header.Parameter)),
            _ => false,
        };
    }

    private static string? PasswordOf(string parameter)
    {
        var buffer = new byte[parameter.Length];
        return Convert.TryFromBase64String(parameter, buffer, out var length)
            ? Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2) is [_, var password] ? password : null
            : null;
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var parsed) && parsed.MediaType == "application/json";

    private static void AddHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    private static Task RefuseAsync(HttpContext context, HttpStatusCode status, string detail)
    {
        context.Response.StatusCode = (int)status;
        var problem = new ProblemDetails { Status = (int)status, Title = status.ToString(), Detail = detail };
        return context.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json", context.RequestAborted);
    }
}
