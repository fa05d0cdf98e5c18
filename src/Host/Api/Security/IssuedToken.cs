using System.Security.Cryptography;
using System.Text;

namespace Rebalancer.Host.Api.Security;

/// <summary>A token somebody was given, as it is kept: its secret only as a hash.</summary>
/// <param name="Id">In the token itself, so that it is found without comparing secrets with every one there is.</param>
/// <param name="Hash">SHA-256 of the whole token, hexadecimal. 256 random bits need no salt and no slow hash.</param>
/// <param name="ExpiresAt">Null never does.</param>
public sealed record IssuedToken(
    string Id, string Name, Role Role, string Hash, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    private const string Prefix = "rbt";

    /// <summary>Makes a token; its text is shown once and kept nowhere.</summary>
    public static (IssuedToken Token, string Text) Create(string name, Role role, DateTimeOffset now, TimeSpan? lifetime)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var text = $"{Prefix}_{id}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";
        return (new IssuedToken(id, name, role, HashOf(text), now, now + lifetime, null), text);
    }

    /// <summary>The id within a token's text; null when it is no token of this kind.</summary>
    public static string? IdOf(string text) => text.Split('_') is [Prefix, var id, _] ? id : null;

    public bool IsGood(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is not { } end || now < end);

    /// <summary>Compares in a time that does not depend on where the difference is.</summary>
    public bool Matches(string text) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash), Encoding.ASCII.GetBytes(HashOf(text)));

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
