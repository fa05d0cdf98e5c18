using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rebalancer.Host.Vault;

/// <summary>
/// The secret under which the key ring is kept: AES-256-GCM (NIST SP 800-38D) with a key derived by PBKDF2-HMAC-SHA-256 (RFC 8018), so that also
/// a secret that people made up costs whoever guesses it from a copied database.
/// </summary>
/// <param name="source">Where it comes from, for messages; never the secret.</param>
/// <param name="iterations">Of the derivation for what is sealed from now on.</param>
public sealed class KeySecret(string text, string source, int iterations = KeySecret.DefaultIterations)
{
    /// <summary>What the OWASP Password Storage Cheat Sheet asks for with this function; some tenth of a second, once for each key of the ring.</summary>
    public const int DefaultIterations = 600_000;

    /// <summary>More would let whoever may write to the database keep a service busy at its start.</summary>
    private const int MostIterations = 20 * DefaultIterations;

    /// <summary>Says how a text was sealed; a later way gets another name, and texts sealed this way stay readable.</summary>
    private const string Method = "pbkdf2-sha256-aes-256-gcm";

    private const int SaltBytes = 16;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly Lock _deriving = new();
    private readonly SortedDictionary<string, byte[]> _derived = new(StringComparer.Ordinal);

    /// <summary>For messages.</summary>
    public string Source { get; } = source;

    /// <summary>Encrypts a text, with all that is needed beside the secret to have it back: <c>method:iterations:salt:nonce:ciphertext:tag</c>.</summary>
    public string Seal(string plain)
    {
        var bytes = Encoding.UTF8.GetBytes(plain);
        var (salt, nonce) = (RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(NonceBytes));
        var (ciphertext, tag) = (new byte[bytes.Length], new byte[TagBytes]);
        using var cipher = new AesGcm(Derive(salt, iterations), TagBytes);
        cipher.Encrypt(nonce, bytes, ciphertext, tag);
        return string.Join(
            ':', [Method, iterations.ToString(CultureInfo.InvariantCulture), .. new[] { salt, nonce, ciphertext, tag }.Select(Convert.ToBase64String)]);
    }

    /// <exception cref="CryptographicException">It was sealed under another secret, or has been changed since.</exception>
    public string Open(string sealedText)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        try
        {
            if (sealedText.Split(':') is [Method, var given, var salt, var nonce, var ciphertext, var tag]
                && int.Parse(given, CultureInfo.InvariantCulture) is > 0 and <= MostIterations and var count)
            {
                var bytes = Convert.FromBase64String(ciphertext);
                using var cipher = new AesGcm(Derive(Convert.FromBase64String(salt), count), TagBytes);
                cipher.Decrypt(Convert.FromBase64String(nonce), bytes, Convert.FromBase64String(tag), bytes);
                return Encoding.UTF8.GetString(bytes);
            }
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException or ArgumentException)
        {
            throw new CryptographicException("The text was not sealed by this program.", wrong);
        }

        throw new CryptographicException("The text was not sealed by this program, or by a later release of it.");
    }

    /// <summary>Kept, because deriving is slow by intent and each key of the ring is looked at more than once.</summary>
    private byte[] Derive(byte[] salt, int count)
    {
        var name = FormattableString.Invariant($"{count}:{Convert.ToHexStringLower(salt)}");
        lock (_deriving)
        {
            if (!_derived.TryGetValue(name, out var key))
            {
                key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(text), salt, count, HashAlgorithmName.SHA256, 32);
                _derived[name] = key;
            }

            return key;
        }
    }
}
