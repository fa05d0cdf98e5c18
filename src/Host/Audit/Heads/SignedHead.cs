using System.Globalization;
using System.Text;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Audit.Heads;

/// <summary>
/// A head of the journal as a text of lines with the signature of everything above it in the last, so that openssl alone can check it. Lines: the
/// format, <c>at TIME</c>, <c>key ID</c>, then for each stream its last event, that event's hash and the stream's name.
/// </summary>
public sealed record SignedHead(JournalHead Head, string KeyId, string SignedText, byte[] Signature)
{
    private const string Format = "rebalancer journal head 1";
    private const string SignatureWord = "signature ";

    public static SignedHead Sign(JournalHead head, HeadKey key)
    {
        var text = new StringBuilder();
        text.Append(Format).Append('\n');
        text.Append("at ").Append(head.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)).Append('\n');
        text.Append("key ").Append(key.Id).Append('\n');
        foreach (var mark in head.Streams)
        {
            // A name of two lines could pass for two streams.
            if (mark.PersistenceId.Any(char.IsControl))
            {
                throw new InvalidOperationException($"The stream '{mark.PersistenceId}' has a name that cannot stand on a line.");
            }

            text.Append(CultureInfo.InvariantCulture, $"{mark.SequenceNr} {mark.Hash} {mark.PersistenceId}").Append('\n');
        }

        return new SignedHead(head, key.Id, text.ToString(), key.Sign(text.ToString()));
    }

    public bool IsGenuine(HeadKey key) => key.Id == KeyId && key.IsSignatureOf(SignedText, Signature);

    public override string ToString() => $"{SignedText}{SignatureWord}{Convert.ToBase64String(Signature)}\n";

    /// <summary>Null after reporting what is not as <see cref="ToString"/> writes it. A signature that does not fit is not noticed here.</summary>
    public static SignedHead? Parse(string text, InputErrors errors)
    {
        var end = text.LastIndexOf("\n" + SignatureWord, StringComparison.Ordinal);
        var signature = new byte[128];
        if (end < 0 || !Convert.TryFromBase64String(text[(end + 1 + SignatureWord.Length)..].TrimEnd(), signature, out var length))
        {
            errors.Add(0, "", "has no signature in its last line", "name a file that 'rebalancer audit head' or the service wrote");
            return null;
        }

        var signed = text[..(end + 1)];
        var lines = signed.TrimEnd('\n').Split('\n');
        if (lines.Length < 3 || lines[0] != Format
            || !DateTimeOffset.TryParseExact(lines[1], "'at 'yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            || !lines[2].StartsWith("key ", StringComparison.Ordinal))
        {
            errors.Add(1, "", $"does not begin as a head does (\"{Format}\", at, key)", "name a file that 'rebalancer audit head' or the service wrote");
            return null;
        }

        var marks = new List<StreamMark>();
        for (var index = 3; index < lines.Length; index++)
        {
            var parts = lines[index].Split(' ', 3);
            if (parts.Length < 3 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                errors.Add(index + 1, "", "is not a number, a hash and a stream", "the file was changed or cut; take another copy of it");
                return null;
            }

            marks.Add(new StreamMark(parts[2], number, parts[1]));
        }

        return new SignedHead(new JournalHead(at, marks), lines[2][4..], signed, signature[..length]);
    }
}
