using System.Text.Encodings.Web;
using System.Text.Json;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Host.Configuration;

/// <summary>Writes settings without their secrets. References such as <c>env:NAME</c> are shown: they say where a secret is, not what.</summary>
public static class RedactedJson
{
    private const string Hidden = "***";
    private static readonly string[] SecretWords = ["secret", "token", "password", "passphrase", "apikey", "privatekey", "key"];

    public static string Format(LocatedJson tree)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(writer, tree, isSecret: false);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, LocatedJson value, bool isSecret)
    {
        switch (value)
        {
            case LocatedObject fields:
                writer.WriteStartObject();
                foreach (var member in fields.Members)
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, isSecret || IsSecret(member.Name));
                }

                writer.WriteEndObject();
                break;
            case LocatedArray list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(writer, item, isSecret);
                }

                writer.WriteEndArray();
                break;
            case LocatedNull:
                writer.WriteNullValue();
                break;
            case LocatedText text:
                writer.WriteStringValue(isSecret && !SecretReference.IsReference(text.Value) ? Hidden : text.Value);
                break;
            case LocatedNumber when isSecret:
                writer.WriteStringValue(Hidden);
                break;
            case LocatedNumber number:
                writer.WriteRawValue(number.Text);
                break;
            case LocatedFlag flag:
                writer.WriteBooleanValue(flag.Value);
                break;
        }
    }

    private static bool IsSecret(string name) =>
        name == "credentials" || SecretWords.Any(word => name.EndsWith(word, StringComparison.OrdinalIgnoreCase));
}
