using System.Globalization;

namespace Rebalancer.Domain.Placement.Explanation.Telling;

/// <summary>Lines no longer than a terminal is wide; what does not fit goes on below, indented.</summary>
internal sealed class TextBlock
{
    private const int Width = 100;
    private const int MostNames = 4;
    private const int NamesOfMany = 3;

    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public void Add(int indent, string text)
    {
        var line = new string(' ', indent);
        var isEmpty = true;
        foreach (var word in text.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                _lines.Add(line);
                line = new string(' ', indent + 2);
                isEmpty = true;
            }

            line += isEmpty ? word : " " + word;
            isEmpty = false;
        }

        _lines.Add(line);
    }

    /// <summary>A few names in full, of many the first and how many more there are.</summary>
    public static string Names(IReadOnlyList<string> names) => names.Count switch
    {
        1 => names[0],
        <= MostNames => string.Join(", ", names.SkipLast(1)) + " and " + names[^1],
        _ => string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", names.Take(NamesOfMany))} and {names.Count - NamesOfMany} more"),
    };
}
