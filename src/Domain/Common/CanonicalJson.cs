using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rebalancer.Domain.Common;

/// <summary>
/// JSON whose bytes depend on the values alone: decimals as canonical strings, enums by name, camelCase members, no indentation.
/// Events are stored in it, and replayed orders are compared in it byte for byte.
/// </summary>
public static class CanonicalJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <exception cref="JsonException">The text is not JSON of that shape; the message names the path.</exception>
    public static T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException($"expected {typeof(T).Name}, was null");

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            // Row bounds of a solver's problem may be infinite, and duals not a number; plain JSON has neither.
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            // A member that was renamed without an upcaster must be found when it is read, not silently dropped.
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            // A missing value is an error, never zero.
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
        };
        options.Converters.Add(new DecimalAsTextConverter());
        options.Converters.Add(new JsonStringEnumConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class DecimalAsTextConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            return text is not null && DecimalText.TryParse(text, out var value)
                ? value
                : throw new JsonException($"expected a decimal as a string such as \"12.5\", was {reader.TokenType} {text}");
        }

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteStringValue(DecimalText.Format(value));
    }
}
