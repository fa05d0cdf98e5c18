using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Rebalancer.Emulators.Ibkr;

/// <summary>A message: a length of four bytes, then fields that each end with a zero byte.</summary>
internal sealed class IbkrFrame
{
    private readonly StringBuilder _fields = new();

    public static IbkrFrame Of(params IReadOnlyList<object?> fields) => new IbkrFrame().Add(fields);

    public IbkrFrame Add(params IReadOnlyList<object?> fields)
    {
        foreach (var field in fields)
        {
            _fields.Append(Text(field)).Append('\0');
        }

        return this;
    }

    /// <summary>Fields that say nothing.</summary>
    public IbkrFrame Skip(int fields)
    {
        _fields.Append('\0', fields);
        return this;
    }

    public byte[] ToBytes()
    {
        var body = Encoding.UTF8.GetBytes(_fields.ToString());
        var bytes = new byte[body.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, body.Length);
        body.CopyTo(bytes, 4);
        return bytes;
    }

    /// <summary>Fields of the next message; null when the client has gone.</summary>
    public static async Task<string[]?> ReadAsync(Stream stream)
    {
        var length = new byte[4];
        if (await stream.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false) < 4)
        {
            return null;
        }

        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(body);
        return Encoding.UTF8.GetString(body).Split('\0')[..^1];
    }

    private static string Text(object? field) => field switch
    {
        null => "",
        decimal number => number.ToString("0.#########", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => field.ToString() ?? "",
    };
}
