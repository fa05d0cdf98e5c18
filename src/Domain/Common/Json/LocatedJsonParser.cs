using System.Text;
using System.Text.Json;
using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Domain.Common.Json;

/// <summary>Reads JSON with comments and trailing commas into a tree that knows its lines.</summary>
public static class LocatedJsonParser
{
    /// <summary>The tree, or null with the one error that stopped the reading: text that is not JSON has no second error worth telling.</summary>
    public static LocatedJson? Parse(string text, InputErrors errors)
    {
        var bytes = Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF'));
        var lines = new LineCounter(bytes);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            reader.Read();
            var root = ReadValue(ref reader, lines, "", errors);
            // Reading on makes the reader complain about anything that follows the value.
            reader.Read();
            return root;
        }
        catch (JsonException invalid)
        {
            var message = invalid.Message.Split(" LineNumber:", 2)[0].TrimEnd('.');
            errors.Add((int)(invalid.LineNumber ?? 0) + 1, "", $"is not valid JSON: {message}", "correct the text near this line");
            return null;
        }
    }

    private static LocatedJson ReadValue(ref Utf8JsonReader reader, LineCounter lines, string path, InputErrors errors)
    {
        var line = lines.At(reader.TokenStartIndex);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(ref reader, lines, path, errors),
            JsonTokenType.StartArray => ReadArray(ref reader, lines, path, errors),
            JsonTokenType.String => new LocatedText(line, reader.GetString()!),
            JsonTokenType.Number => new LocatedNumber(line, Encoding.UTF8.GetString(reader.ValueSpan)),
            JsonTokenType.True => new LocatedFlag(line, true),
            JsonTokenType.False => new LocatedFlag(line, false),
            JsonTokenType.Null => new LocatedNull(line),
            var token => throw new JsonException($"A value was expected, found {token}.", path: null, line - 1, bytePositionInLine: null),
        };
    }

    private static LocatedObject ReadObject(ref Utf8JsonReader reader, LineCounter lines, string path, InputErrors errors)
    {
        var start = lines.At(reader.TokenStartIndex);
        var members = new List<LocatedMember>();
        var names = new HashSet<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var line = lines.At(reader.TokenStartIndex);
            if (!names.Add(name))
            {
                errors.Add(line, PathOf(path, name), "is given twice", "keep one of the two");
            }

            reader.Read();
            members.Add(new LocatedMember(name, line, ReadValue(ref reader, lines, IsContainer(reader.TokenType) ? PathOf(path, name) : path, errors)));
        }

        return new LocatedObject(start, members);
    }

    // Most values are no containers, and nothing is ever said of a place inside them: a path for each would be half the work of a large file.
    private static bool IsContainer(JsonTokenType token) => token is JsonTokenType.StartObject or JsonTokenType.StartArray;

    private static string PathOf(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static LocatedArray ReadArray(ref Utf8JsonReader reader, LineCounter lines, string path, InputErrors errors)
    {
        var start = lines.At(reader.TokenStartIndex);
        var items = new List<LocatedJson>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(ref reader, lines, IsContainer(reader.TokenType) ? $"{path}[{items.Count}]" : path, errors));
        }

        return new LocatedArray(start, items);
    }

    /// <summary>Tokens come in order, so counting goes on from the last one and the whole file is counted once.</summary>
    private sealed class LineCounter(byte[] bytes)
    {
        private int _line = 1;
        private int _position;

        public int At(long position)
        {
            _line += bytes.AsSpan(_position..(int)position).Count((byte)'\n');
            _position = (int)position;
            return _line;
        }
    }
}
