using System.Security.Cryptography;
using System.Text;

namespace Rebalancer.Domain.Orders;

/// <summary>
/// The id an order carries at the venue: two letters that mark it as ours and 16 base32 characters (80 bits) of a hash of account and
/// intent. Eighteen characters is what Kraken's free text takes; a hash needs no counter, so a restored journal makes the same ids again.
/// </summary>
public static class ClientOrderId
{
    public const string Prefix = "rb";

    public const int Length = 18;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string For(string accountId, string intentId)
    {
        // The line feed cannot occur in an account id, so no two pairs share a text.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{accountId}\n{intentId}"));
        var text = new StringBuilder(Prefix, Length);
        for (var character = 0; character < Length - Prefix.Length; character++)
        {
            text.Append(Alphabet[FiveBitsAt(hash, character * 5)]);
        }

        return text.ToString();
    }

    /// <summary>True when the id has the shape of ours, whether or not the journal knows it.</summary>
    public static bool IsOurs(string? clientOrderId) =>
        clientOrderId is { Length: Length } id
        && id.StartsWith(Prefix, StringComparison.Ordinal)
        && id.Skip(Prefix.Length).All(character => Alphabet.Contains(character));

    private static int FiveBitsAt(byte[] bytes, int bit)
    {
        var pair = (bytes[bit / 8] << 8) | bytes[(bit / 8) + 1];
        return (pair >> (11 - (bit % 8))) & 31;
    }
}
