using System.Text;
using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Domain.Placement.Positions;

/// <summary>One line of a CSV file that is not blank.</summary>
public sealed record CsvRow(int Line, IReadOnlyList<string> Cells);

/// <summary>Splits CSV (RFC 4180: quoted or not, doubled quotes inside quotes) into rows that know their lines.</summary>
public static class CsvText
{
    public static IReadOnlyList<CsvRow> Read(string text, InputErrors errors)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(errors);
        var rows = new List<CsvRow>();
        var lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!string.IsNullOrWhiteSpace(lines[i]))
            {
                rows.Add(new CsvRow(i + 1, Split(lines[i], i + 1, errors)));
            }
        }

        return rows;
    }

    private static List<string> Split(string line, int number, InputErrors errors)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var character = line[i];
            if (quoted && character == '"' && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (character == '"')
            {
                quoted = !quoted;
            }
            else if (character == ',' && !quoted)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(character);
            }
        }

        if (quoted)
        {
            errors.Add(number, "", "a quote is not closed", "add the closing \"");
        }

        cells.Add(cell.ToString().Trim());
        return cells;
    }
}
