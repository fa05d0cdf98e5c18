namespace Rebalancer.Domain.Tests.Weights.Checks;

/// <summary>
/// The subgradients of the mean of the worst (1 − β) share of T losses, each of them a maximum of linear functions of the weights: a single one
/// for CVaR, one for every earlier peak for CDaR. q'L, where q gives a loss at most 1 / ((1 − β) T) and adds up to one.
/// </summary>
internal static class TailSubgradient
{
    private const double Tie = 1e-9;

    /// <param name="losses">By day, the linear functions whose maximum is the day's loss; rows of length n.</param>
    /// <returns>The mean, the gradient's certain part followed by the conditions on the rest, and the columns of the rest.</returns>
    public static (double Value, double[] Gradient, List<double[]> Free) At(double[] weights, IReadOnlyList<double[][]> losses, double beta)
    {
        var cap = 1 / ((1 - beta) * losses.Count);
        var size = weights.Length;
        var values = losses.Select(pieces => pieces.Max(piece => Dot(piece, weights))).ToArray();
        var edge = values.OrderDescending().ElementAt((int)Math.Ceiling(((1 - beta) * losses.Count) - 1e-9) - 1);
        var certain = new double[size];
        var mass = 1.0;
        var open = new List<(double[][] Pieces, bool IsFull)>();
        for (var t = 0; t < losses.Count; t++)
        {
            var active = losses[t].Where(piece => Dot(piece, weights) >= values[t] - Tie).ToArray();
            if (values[t] > edge + Tie && active.Length == 1)
            {
                mass -= cap;
                certain = [.. certain.Zip(active[0], (sum, value) => sum + (cap * value))];
            }
            else if (values[t] >= edge - Tie)
            {
                open.Add((active, values[t] > edge + Tie));
            }
        }

        var average = values.Where(value => value > edge + Tie).Sum(value => cap * (value - edge)) + edge;
        return (average, [.. certain, .. Conditions(open, mass, cap, certain.Max(Math.Abs))], Columns(open, size, certain.Max(Math.Abs)));
    }

    /// <summary>One for all the mass, one a day for its cap, in the gradient's units so that their errors weigh alike.</summary>
    private static IEnumerable<double> Conditions(List<(double[][] Pieces, bool IsFull)> open, double mass, double cap, double unit) =>
        open.Select(_ => cap * unit).Prepend(mass * unit);

    private static List<double[]> Columns(List<(double[][] Pieces, bool IsFull)> open, int size, double unit)
    {
        var columns = new List<double[]>();
        foreach (var (day, (pieces, isFull)) in open.Index())
        {
            foreach (var piece in pieces)
            {
                // The gradient's certain part equals normals less this.
                double[] column = [.. piece.Select(value => -value), .. new double[open.Count + 1]];
                (column[size], column[size + 1 + day]) = (unit, unit);
                columns.Add(column);
            }

            if (!isFull)
            {
                var slack = new double[size + open.Count + 1];
                slack[size + 1 + day] = unit;
                columns.Add(slack);
            }
        }

        return columns;
    }

    private static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();
}
