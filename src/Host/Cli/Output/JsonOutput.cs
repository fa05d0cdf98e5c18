using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Host.Cli.Output;

/// <summary>JSON as this program prints and serves it: camelCase names, money and quantity as decimal strings, enums as strings.</summary>
public static class JsonOutput
{
    public static JsonSerializerOptions Options { get; } = Create(indented: true);

    /// <summary>The same on one line, for the wire.</summary>
    public static JsonSerializerOptions Compact { get; } = Create(indented: false);

    public static string Format<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Makes options print as this program does.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        // A plan found without a bound is recorded with the bound "-Infinity": it is printed as the journal has it.
        options.NumberHandling |= JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.Converters.Add(new DecimalStringConverter());
        // An objective is written as on the command line and in files, fewest-trades.
        options.Converters.Add(new JsonStringEnumConverter<PlacementObjective>(JsonNamingPolicy.KebabCaseLower));
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
    }

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = indented };
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class DecimalStringConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number)
            {
                return reader.GetDecimal();
            }

            return DecimalText.TryParse(reader.GetString() ?? "", out var value)
                ? value
                : throw new JsonException($"'{reader.GetString()}' is not a decimal number");
        }

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteStringValue(DecimalText.Format(value));
    }
}
