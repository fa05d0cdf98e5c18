using MathNet.Numerics.LinearAlgebra;

namespace Rebalancer.Domain.Tests.Weights.Checks;

/// <summary>Lawson and Hanson's active-set method, "Solving Least Squares Problems", 1974, chapter 23: min ‖Ax − b‖ over x ≥ 0.</summary>
internal static class NonNegativeLeastSquares
{
    /// <param name="columns">Of A.</param>
    /// <returns>x, and the residual b − Ax.</returns>
    public static (double[] Solution, double[] Residual) Solve(IReadOnlyList<double[]> columns, double[] right)
    {
        var x = new double[columns.Count];
        var passive = new SortedSet<int>();
        var tolerance = 1e-14 * Math.Max(1, right.Max(Math.Abs));
        for (var round = 0; round < 20 * (columns.Count + 1); round++)
        {
            var residual = Residual(columns, x, right);
            var entering = Enumerable.Range(0, columns.Count).Where(k => !passive.Contains(k))
                .Select(k => (Index: k, Gain: Dot(columns[k], residual) / Math.Sqrt(Dot(columns[k], columns[k])))).DefaultIfEmpty((-1, 0)).MaxBy(pair => pair.Item2);
            if (entering.Item2 <= tolerance)
            {
                break;
            }

            passive.Add(entering.Item1);
            while (true)
            {
                var trial = LeastSquares(columns, passive, right);
                if (passive.All(k => trial[k] > 0))
                {
                    x = trial;
                    break;
                }

                var share = passive.Where(k => trial[k] <= 0).Min(k => x[k] / (x[k] - trial[k]));
                share = double.IsNaN(share) ? 0 : share;
                for (var k = 0; k < x.Length; k++)
                {
                    x[k] += share * (trial[k] - x[k]);
                }

                passive.RemoveWhere(k => x[k] <= 1e-15 && trial[k] <= 0);
                foreach (var k in Enumerable.Range(0, x.Length).Where(k => !passive.Contains(k)))
                {
                    x[k] = 0;
                }
            }
        }

        return (x, Residual(columns, x, right));
    }

    private static double[] LeastSquares(IReadOnlyList<double[]> columns, SortedSet<int> passive, double[] right)
    {
        var solution = new double[columns.Count];
        if (passive.Count == 0)
        {
            return solution;
        }

        // The singular values keep columns that repeat each other from doing harm.
        var matrix = Matrix<double>.Build.DenseOfColumnArrays(passive.Select(k => columns[k]));
        var values = matrix.Svd().Solve(Vector<double>.Build.Dense(right));
        foreach (var (position, k) in passive.Index())
        {
            solution[k] = values[position];
        }

        return solution;
    }

    private static double[] Residual(IReadOnlyList<double[]> columns, double[] x, double[] right)
    {
        var residual = (double[])right.Clone();
        for (var k = 0; k < x.Length; k++)
        {
            for (var i = 0; i < residual.Length && x[k] != 0; i++)
            {
                residual[i] -= columns[k][i] * x[k];
            }
        }

        return residual;
    }

    private static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();
}
