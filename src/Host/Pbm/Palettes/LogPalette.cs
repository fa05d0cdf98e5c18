using System.Globalization;
using System.Text.Json;
using Rebalancer.Host.Hosting;

namespace Rebalancer.Host.Pbm.Palettes;

/// <summary><c>log</c>: a node's log.</summary>
internal sealed class LogPalette(DataDirectory data) : IPbmPalette
{
    private const int UsualCount = 20;

    /// <summary>What is read of the file's end; a line is some hundred bytes.</summary>
    private const int MostBytes = 512 * 1024;

    public string Name => "log";

    public string Description => "A node's log: its end, and new lines as they come";

    public IReadOnlyList<PbmCommand> Commands =>
    [
        new("tail", "log tail [-n N] [--node NODE]", "The latest lines, and new ones as they come", ReadAsync, Follows: true),
        new("peek", "log peek [-n N] [--node NODE|all]", "The latest lines", ReadAsync),
    ];

    private async Task<PbmAnswer> ReadAsync(PbmCall call, CancellationToken cancellationToken)
    {
        // The log rolls over by size into numbered files.
        var newest = new DirectoryInfo(data.Path).GetFiles(Path.GetFileNameWithoutExtension(data.Log) + "*" + Path.GetExtension(data.Log)).MaxBy(file => file.LastWriteTimeUtc);
        if (newest is null)
        {
            return PbmAnswer.Of([], "0");
        }

        var cursor = call.Cursor?.Split('@');
        var known = cursor is [var position, var name] && name == newest.Name ? long.Parse(position, CultureInfo.InvariantCulture) : (long?)null;
        await using var stream = new FileStream(newest.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = known ?? Math.Max(0, stream.Length - MostBytes);
        var cut = known is null && stream.Position > 0;
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync(cancellationToken);
        var end = text.LastIndexOf('\n') + 1;
        var lines = text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(cut ? 1 : 0).ToList();
        var shown = known is null ? lines.TakeLast(call.Arguments.Number("-n", UsualCount)) : lines;
        var next = stream.Length - System.Text.Encoding.UTF8.GetByteCount(text.AsSpan(end));
        return PbmAnswer.Of(shown.Select(ItemOf), string.Create(CultureInfo.InvariantCulture, $"{next}@{newest.Name}"));
    }

    private static PbmItem ItemOf(string line)
    {
        try
        {
            var entry = JsonSerializer.Deserialize<JsonElement>(line);
            return new PbmItem($"{Field(entry, "Timestamp")} {Field(entry, "Level")} {Field(entry, "RenderedMessage")}", entry);
        }
        catch (JsonException)
        {
            return new PbmItem(line, new { text = line });
        }
    }

    private static string? Field(JsonElement entry, string name) => entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) ? value.ToString() : null;
}
