using System.Globalization;
using System.Text;

namespace Rebalancer.Gateway.Rpc;

/// <summary>Reads frames of <c>Content-Length: N</c>, an empty line and N bytes, as the Language Server Protocol frames JSON-RPC.</summary>
internal sealed class FrameReader(Stream stream)
{
    private const int LargestFrameBytes = 256 * 1024 * 1024;
    private const int LongestHeaderBytes = 1024;
    private const string LengthField = "Content-Length:";

    /// <returns>The next body, or null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">The stream holds something else than frames.</exception>
    public byte[]? Read()
    {
        int? length = null;
        while (ReadLine(atFrameStart: length is null) is { } line)
        {
            if (line.Length == 0)
            {
                var body = new byte[length ?? throw new InvalidDataException("frame without Content-Length")];
                stream.ReadExactly(body);
                return body;
            }

            if (line.StartsWith(LengthField, StringComparison.OrdinalIgnoreCase))
            {
                length = ParseLength(line[LengthField.Length..]);
            }
        }

        return null;
    }

    private static int ParseLength(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var length) && length <= LargestFrameBytes
            ? length
            : throw new InvalidDataException($"Content-Length '{text.Trim()}' is not a length up to {LargestFrameBytes} bytes");

    private string? ReadLine(bool atFrameStart)
    {
        var line = new StringBuilder();
        for (var next = stream.ReadByte(); next >= 0; next = stream.ReadByte())
        {
            if (next == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            if (line.Append((char)next).Length > LongestHeaderBytes)
            {
                throw new InvalidDataException("something other than a frame header was written to the protocol's stream");
            }
        }

        return atFrameStart && line.Length == 0 ? null : throw new InvalidDataException("the stream ended inside a frame");
    }
}
