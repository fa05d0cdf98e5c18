using System.Net;
using Microsoft.AspNetCore.Mvc;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Web.Pages;

namespace Rebalancer.Host.Web;

/// <summary>From a token to a session of the dashboard, and back.</summary>
public static class SignInEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("").WithMetadata(new OpenToAll()).ExcludeFromDescription();
        open.MapGet("/login", async (PageRenderer renderer, string? next) =>
            PageEndpoints.Html(await renderer.RenderAsync(typeof(SignIn), ("Next", Local(next)), ("Problem", null))));
        open.MapPost("/login", SignInAsync).DisableAntiforgery();
        routes.MapPost("/logout", (HttpContext http, Credentials credentials) =>
        {
            if (http.Session() is { } session)
            {
                credentials.SignOut(session);
            }

            http.Response.Cookies.Delete(Credentials.CookieName(http.Request));
            http.Response.Headers["HX-Redirect"] = "/";
            return Results.NoContent();
        }).WithMetadata(new Requires(Role.Read)).ExcludeFromDescription();
    }

    /// <summary>Only an address of this service: whoever signs in must not be led elsewhere.</summary>
    internal static string Local(string? next) =>
        next is ['/', ..] && !(next.Length > 1 && next[1] is '/' or '\\') && !next.Any(char.IsControl) ? next : "/";

    private static async Task<IResult> SignInAsync(
        HttpContext http, Credentials credentials, FailureLimiter failures, PageRenderer renderer, [FromForm] string? token, [FromForm] string? next)
    {
        if (token is not null && credentials.SignIn(token.Trim()) is { } session)
        {
            http.Response.Cookies.Append(Credentials.CookieName(http.Request), session.Id, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = http.Request.IsHttps,
                Path = "/",
                Expires = session.ExpiresAt,
            });
            return Results.LocalRedirect(Local(next));
        }

        var tooMany = failures.IsBeyondLimit(http.Connection.RemoteIpAddress);
        http.Response.StatusCode = (int)(tooMany ? HttpStatusCode.TooManyRequests : HttpStatusCode.Unauthorized);
        return PageEndpoints.Html(await renderer.RenderAsync(
            typeof(SignIn), ("Next", Local(next)), ("Problem", tooMany ? "Too many wrong tokens from your address; wait a minute." : "That token is wrong, expired or revoked.")));
    }
}
