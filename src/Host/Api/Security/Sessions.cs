using System.Security.Cryptography;
using System.Text;

namespace Rebalancer.Host.Api.Security;

/// <summary>Someone signed in at the dashboard.</summary>
/// <param name="CsrfToken">Must come with every change: another site's page can send the cookie but cannot read this.</param>
/// <param name="TokenId">Of the issued token it was signed in with, whose end is the session's end; null for the local one.</param>
public sealed record Session(string Id, Caller Caller, string CsrfToken, DateTimeOffset ExpiresAt, string? TokenId);

/// <summary>Dashboard sessions, in memory: a restart signs everyone out.</summary>
public sealed class Sessions(TimeProvider clock)
{
    private const int MaxSessions = 1000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly Lock _changing = new();
    private readonly Dictionary<string, Session> _byHash = [];

    /// <returns>The session, and the value of its cookie.</returns>
    public Session Start(Caller caller, string? tokenId)
    {
        var session = new Session(Random(), caller, Random(), clock.GetUtcNow() + Lifetime, tokenId);
        lock (_changing)
        {
            foreach (var old in _byHash.Where(entry => entry.Value.ExpiresAt <= clock.GetUtcNow()).Select(entry => entry.Key).ToList())
            {
                _byHash.Remove(old);
            }

            if (_byHash.Count >= MaxSessions)
            {
                _byHash.Remove(_byHash.MinBy(entry => entry.Value.ExpiresAt).Key);
            }

            _byHash[IssuedToken.HashOf(session.Id)] = session;
        }

        return session;
    }

    /// <summary>Looked up by hash: the time it takes says nothing of the ids there are.</summary>
    public Session? Find(string? id)
    {
        if (id is null)
        {
            return null;
        }

        lock (_changing)
        {
            return _byHash.TryGetValue(IssuedToken.HashOf(id), out var session) && clock.GetUtcNow() < session.ExpiresAt ? session : null;
        }
    }

    public void End(string id)
    {
        lock (_changing)
        {
            _byHash.Remove(IssuedToken.HashOf(id));
        }
    }

    public static bool IsCsrfToken(Session session, string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(session.CsrfToken), Encoding.UTF8.GetBytes(given));

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}
