using System.Net;

namespace Rebalancer.Host.Api.Security;

/// <summary>
/// After routing: who calls, and may they? Every path of the API and every change needs a caller; pages need one only where the settings say so.
/// A call that comes by the dashboard's cookie must also carry its session's CSRF token when it changes something.
/// </summary>
public sealed class Authorisation(RequestDelegate next, ApiSecuritySettings settings, Credentials credentials, FailureLimiter failures)
{
    public const string CsrfHeader = "X-CSRF-Token";

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var isApi = BrowserRules.IsApi(request);
        var endpoint = context.GetEndpoint();
        if (!isApi && (endpoint is null || endpoint.Metadata.GetMetadata<OpenToAll>() is not null))
        {
            await next(context);
            return;
        }

        // What says nothing of who may call it is for nobody but the owner.
        var required = endpoint?.Metadata.GetMetadata<Requires>()?.Role ?? Role.Admin;
        var session = request.Headers.Authorization.Count == 0 ? credentials.OfSession(request) : null;
        var caller = session?.Caller ?? credentials.OfToken(request);
        if (caller is null)
        {
            if (!isApi && required == Role.Read && !settings.PageNeedsToken)
            {
                await next(context);
                return;
            }

            await AskForTokenAsync(context, isApi);
            return;
        }

        if (session is not null && BrowserRules.IsWrite(request) && !Sessions.IsCsrfToken(session, request.Headers[CsrfHeader]))
        {
            await BrowserRules.RefuseAsync(context, HttpStatusCode.Forbidden, "The page is from another session; load it again");
            return;
        }

        if (endpoint is not null && caller.Role < required)
        {
            await BrowserRules.RefuseAsync(
                context, HttpStatusCode.Forbidden, $"This needs a token of role {Word(required)}; yours has role {Word(caller.Role)}");
            return;
        }

        context.Set(caller, session);
        await next(context);
    }

    private async Task AskForTokenAsync(HttpContext context, bool isApi)
    {
        var request = context.Request;
        if (request.Headers.Authorization.Count > 0 && failures.IsBeyondLimit(context.Connection.RemoteIpAddress))
        {
            context.Response.Headers.RetryAfter = ((int)FailureLimiter.Window.TotalSeconds).ToString();
            await BrowserRules.RefuseAsync(context, HttpStatusCode.TooManyRequests, "Too many wrong tokens from your address; wait a minute");
            return;
        }

        var isPage = !isApi && HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
        if (isPage)
        {
            context.Response.Redirect($"/login?next={Uri.EscapeDataString(request.Path)}");
            return;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        await BrowserRules.RefuseAsync(context, HttpStatusCode.Unauthorized, isApi ? "The API token is missing or wrong" : "Sign in first");
    }

    private static string Word(Role role) => role.ToString().ToLowerInvariant();
}

/// <summary>On an endpoint that shows nothing of the portfolio: signing in, style sheets.</summary>
public sealed record OpenToAll;
