using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Rebalancer.Runtime.Journals;

/// <summary>
/// The hash of a journal row: SHA-256 over every column but the global offset, in the order of <see cref="JournalRow"/>. Text is
/// preceded by its length in bytes and numbers have fixed width, so that no two different rows have the same encoding. The previous
/// row's hash is one of the columns, which chains the rows of an entity.
/// </summary>
public static class JournalHash
{
    /// <summary>Lower-case hexadecimal hash of the row; the row's own <see cref="JournalRow.Hash"/> is not part of it.</summary>
    public static string Compute(JournalRow row)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        using var hash = new Encoder(row);
        hash.Finish(digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>Journals keep microseconds, the finest unit that every database of ours stores.</summary>
    public static long ToMicroseconds(DateTimeOffset timestamp) =>
        (timestamp.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The instant, in UTC, of a number that <see cref="ToMicroseconds"/> made.</summary>
    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    private sealed class Encoder : IDisposable
    {
        private readonly byte[] _buffer;
        private int _length;

        public Encoder(JournalRow row)
        {
            ReadOnlySpan<string> texts =
            [
                row.PersistenceId, row.EventName, row.Payload, row.WriterId, row.CorrelationId, row.CausationId, row.PreviousHash,
            ];
            var size = 4 * sizeof(long) + texts.Length * sizeof(int);
            foreach (var text in texts)
            {
                size += Encoding.UTF8.GetMaxByteCount(text.Length);
            }

            _buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(size);
            Add(row.PersistenceId);
            Add(row.SequenceNr);
            Add(row.EventName);
            Add(row.EventVersion);
            Add(row.Payload);
            Add(ToMicroseconds(row.Timestamp));
            Add(row.Epoch);
            Add(row.WriterId);
            Add(row.CorrelationId);
            Add(row.CausationId);
            Add(row.PreviousHash);
        }

        public void Finish(Span<byte> digest) => SHA256.HashData(_buffer.AsSpan(0, _length), digest);

        public void Dispose() => System.Buffers.ArrayPool<byte>.Shared.Return(_buffer);

        private void Add(long number)
        {
            BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(_length), number);
            _length += sizeof(long);
        }

        private void Add(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length + sizeof(int)));
            BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), bytes);
            _length += sizeof(int) + bytes;
        }
    }
}
