using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rebalancer.Host.Api.Security;

/// <summary>Someone signed in at the dashboard.</summary>
/// <param name="Id">The value of the session's cookie.</param>
/// <param name="CsrfToken">Must come with every change: another site's page can send the cookie but cannot read this.</param>
public sealed record Session(string Id, Caller Caller, string CsrfToken, DateTimeOffset ExpiresAt);

/// <summary>What a cookie says by itself.</summary>
/// <param name="TokenId">Of the issued token it was signed in with, whose end is the session's end; null for the service's own.</param>
public sealed record SessionTicket(string Cookie, string? TokenId, DateTimeOffset ExpiresAt, string CsrfToken);

/// <summary>
/// Dashboard sessions. A cookie carries its end and the token it came of, under a code that only who has the service's token can make: so every node
/// of a cluster knows the sessions of the others, and of itself before a restart, without keeping any. A session that was signed out of is
/// remembered until its end, by the node that was told.
/// </summary>
/// <param name="secret">The service's token, the same on every node. The key is made from it slowly, so that a cookie is no quick way to guess it.</param>
public sealed class Sessions(string secret, TimeProvider clock)
{
    private const int MaxEnded = 100_000;
    private const int Iterations = 100_000;
    private const string OfTheService = "-";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly byte[] _key = Rfc2898DeriveBytes.Pbkdf2(secret, "rebalancer dashboard session 1"u8.ToArray(), Iterations, HashAlgorithmName.SHA256, 32);
    private readonly Lock _changing = new();
    private readonly Dictionary<string, DateTimeOffset> _ended = [];

    public SessionTicket Start(string? tokenId)
    {
        var ends = DateTimeOffset.FromUnixTimeSeconds((clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        var content = string.Create(CultureInfo.InvariantCulture, $"{ends.ToUnixTimeSeconds()}.{tokenId ?? OfTheService}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}");
        return Ticket($"{content}.{Code("cookie", content)}", tokenId, ends);
    }

    /// <summary>Null for a cookie that was not made here or by another node, has been changed, is past its end, or was signed out of.</summary>
    public SessionTicket? Find(string? cookie)
    {
        if (cookie?.Split('.') is not [var ends, var tokenId, var random, var code] || !FixedTimeEquals(code, Code("cookie", $"{ends}.{tokenId}.{random}")))
        {
            return null;
        }

        var end = DateTimeOffset.FromUnixTimeSeconds(long.Parse(ends, NumberStyles.None, CultureInfo.InvariantCulture));
        lock (_changing)
        {
            return clock.GetUtcNow() >= end || _ended.ContainsKey(cookie) ? null : Ticket(cookie, tokenId == OfTheService ? null : tokenId, end);
        }
    }

    public void End(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        lock (_changing)
        {
            if (_ended.Count >= MaxEnded)
            {
                var now = clock.GetUtcNow();
                _ended.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList().ForEach(past => _ended.Remove(past));
            }

            // Whoever signs in and out that often has the token anyway: what is not remembered is good until its own end.
            if (_ended.Count < MaxEnded)
            {
                _ended[session.Id] = session.ExpiresAt;
            }
        }
    }

    public static bool IsCsrfToken(Session session, string? given) => given is not null && FixedTimeEquals(session.CsrfToken, given);

    private SessionTicket Ticket(string cookie, string? tokenId, DateTimeOffset ends) => new(cookie, tokenId, ends, Code("csrf", cookie));

    /// <param name="purpose">A code for one purpose is none for another.</param>
    private string Code(string purpose, string content) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{purpose} {content}")));

    private static bool FixedTimeEquals(string expected, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));
}
