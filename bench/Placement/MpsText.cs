using System.Globalization;
using System.Text;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Bench.Placement;

/// <summary>A problem in free MPS, which every solver reads; CBC wants the word FREE on the first line.</summary>
internal static class MpsText
{
    public static string Of(MilpProblem problem)
    {
        var text = new StringBuilder("NAME placement FREE\nROWS\n N cost\n");
        for (var row = 0; row < problem.RowLower.Length; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $" {Sense(problem, row)} r{row}\n");
        }

        text.Append("COLUMNS\n");
        for (var column = 0; column < problem.Cost.Length; column++)
        {
            AppendColumn(text, problem, column);
        }

        text.Append("RHS\n");
        for (var row = 0; row < problem.RowLower.Length; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $" rhs r{row} {(double.IsFinite(problem.RowLower[row]) ? problem.RowLower[row] : problem.RowUpper[row]):R}\n");
        }

        text.Append("BOUNDS\n");
        for (var column = 0; column < problem.Cost.Length; column++)
        {
            text.Append(CultureInfo.InvariantCulture, $" LO bound x{column} {problem.Lower[column]:R}\n");
            if (double.IsFinite(problem.Upper[column]))
            {
                text.Append(CultureInfo.InvariantCulture, $" UP bound x{column} {problem.Upper[column]:R}\n");
            }
        }

        return text.Append("ENDATA\n").ToString();
    }

    private static char Sense(MilpProblem problem, int row) => (problem.RowLower[row], problem.RowUpper[row]) switch
    {
        var (lower, upper) when lower == upper => 'E',
        (double.NegativeInfinity, _) => 'L',
        (_, double.PositiveInfinity) => 'G',
        _ => throw new ArgumentException($"row {row} is a range, which this writer does not write", nameof(problem)),
    };

    private static void AppendColumn(StringBuilder text, MilpProblem problem, int column)
    {
        if (problem.IsInteger[column] && (column == 0 || !problem.IsInteger[column - 1]))
        {
            text.Append(CultureInfo.InvariantCulture, $" marker{column} 'MARKER' 'INTORG'\n");
        }

        text.Append(CultureInfo.InvariantCulture, $" x{column} cost {problem.Cost[column]:R}\n");
        for (var entry = problem.ColumnStarts[column]; entry < problem.ColumnStarts[column + 1]; entry++)
        {
            text.Append(CultureInfo.InvariantCulture, $" x{column} r{problem.RowIndices[entry]} {problem.Coefficients[entry]:R}\n");
        }

        if (problem.IsInteger[column] && (column + 1 == problem.Cost.Length || !problem.IsInteger[column + 1]))
        {
            text.Append(CultureInfo.InvariantCulture, $" marker{column}e 'MARKER' 'INTEND'\n");
        }
    }
}
