using System.Net.Http.Headers;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Api.Security;

/// <summary>Who a request comes from: by its bearer token, or by the session of the dashboard.</summary>
/// <param name="token">Of the data directory or of the settings; its holder may do everything.</param>
public sealed class Credentials(string token, TokenStore issued, Sessions sessions, TimeProvider clock)
{
    /// <summary>Over HTTPS the browser itself keeps other hosts of the domain from setting it.</summary>
    public static string CookieName(HttpRequest request) => request.IsHttps ? "__Host-rebalancer-session" : "rebalancer-session";

    /// <summary>Null when the request has no token, or none that is good now. Only the Authorization header counts, never the address.</summary>
    public Caller? OfToken(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            && string.Equals(header.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase) && header.Parameter is { } given
            ? Of(given)?.Caller
            : null;

    /// <summary>Null without a good cookie, and once the token is no more that it came of. An issued token is known where it was issued.</summary>
    public Session? OfSession(HttpRequest request) => sessions.Find(request.Cookies[CookieName(request)]) is not { } ticket ? null
        : ticket.TokenId is not { } id ? Of(ticket, Local)
        : Good(id) is { } issuedToken ? Of(ticket, CallerOf(issuedToken))
        : null;

    /// <summary>Signs in with a token; null when it is not good.</summary>
    public Session? SignIn(string given) => Of(given) is var (caller, id) ? Of(sessions.Start(id), caller) : null;

    public void SignOut(Session session) => sessions.End(session);

    private static Caller Local { get; } = new("local", Role.Admin, IsLocal: true);

    private static Caller CallerOf(IssuedToken token) => new(token.Name, token.Role, IsLocal: false);

    private static Session Of(SessionTicket ticket, Caller caller) => new(ticket.Cookie, caller, ticket.CsrfToken, ticket.ExpiresAt);

    private (Caller Caller, string? TokenId)? Of(string given)
    {
        if (ApiToken.Matches(token, given))
        {
            return (Local, null);
        }

        return IssuedToken.IdOf(given) is { } id && Good(id) is { } found && found.Matches(given)
            ? (CallerOf(found), id)
            : null;
    }

    private IssuedToken? Good(string id)
    {
        try
        {
            return issued.Read().FirstOrDefault(candidate => candidate.Id == id && candidate.IsGood(clock.GetUtcNow()));
        }
        catch (CommandException)
        {
            // A list that cannot be trusted lets nobody in; the token of the data directory still works, and 'token list' says what is wrong.
            return null;
        }
    }
}
