using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rebalancer.Domain.Common;

namespace Rebalancer.Venues.Simulated;

/// <summary>One line of the venues' book file: all that one decision did, so that a line is either there in full or not at all.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "line")]
[JsonDerivedType(typeof(WorldCreated), "world-created")]
[JsonDerivedType(typeof(ExchangeOpened), "exchange-opened")]
[JsonDerivedType(typeof(ExchangeEvents), "events")]
public abstract record BookLine
{
    /// <param name="Epoch">When the price paths began.</param>
    public sealed record WorldCreated(ulong Seed, DateTimeOffset Epoch) : BookLine;

    public sealed record ExchangeOpened(SimulatedExchangeSettings Settings) : BookLine;

    public sealed record ExchangeEvents(string Exchange, IReadOnlyList<BookEvent> Events) : BookLine;
}

/// <summary>
/// The venues' own memory: JSON lines, appended and flushed to the disk before anyone is answered. A last line without its end is what a
/// crash leaves of an append that nobody was told about: it is cut off. Anything else that cannot be read is an error.
/// </summary>
public sealed class BookFile : IDisposable
{
    private readonly FileStream _lock;
    private readonly FileStream _stream;

    private BookFile(FileStream @lock, FileStream stream) => (_lock, _stream) = (@lock, stream);

    /// <summary>Opens or creates the file, for this process alone.</summary>
    /// <exception cref="IOException">Another process has it open.</exception>
    /// <exception cref="InvalidDataException">A line cannot be read; the message names it.</exception>
    public static BookFile Open(string path, out IReadOnlyList<BookLine> lines)
    {
        var @lock = TryLock(path) ?? throw new IOException($"{path} is in use by another process; end that one first.");
        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
            lines = Parse(path, Encoding.UTF8.GetString(bytes, 0, end));
            stream.SetLength(end);
            stream.Position = end;
            return new BookFile(@lock, stream);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>Whether no process has the book open for writing.</summary>
    public static bool IsFree(string path)
    {
        using var @lock = TryLock(path);
        return @lock is not null;
    }

    /// <summary>Reads a book that a venue may be writing at this moment; what it has not finished writing is left out.</summary>
    public static IReadOnlyList<BookLine> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        return Parse(path, text[..(text.LastIndexOf('\n') + 1)]);
    }

    /// <summary>Returns when the line is on the disk.</summary>
    public void Append(BookLine line)
    {
        _stream.Write(Encoding.UTF8.GetBytes(CanonicalJson.Write(line) + "\n"));
        _stream.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _lock.Dispose();
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inUse) when (inUse is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }

    private static List<BookLine> Parse(string path, string text)
    {
        var lines = new List<BookLine>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                lines.Add(CanonicalJson.Read<BookLine>(line));
            }
            catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException)
            {
                throw new InvalidDataException(
                    $"{path}:{lines.Count + 1}: not a line of a simulated venue's book ({unreadable.Message}); restore it or begin with an empty directory.",
                    unreadable);
            }
        }

        return lines;
    }
}
