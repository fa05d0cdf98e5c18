namespace Rebalancer.Domain.Placement.Exact;

/// <summary>Inverts small dense matrices.</summary>
internal static class GaussJordan
{
    private const double Singular = 1e-11;

    /// <summary>Makes the first matrix the unit matrix by operations on rows, and does the same to the second; both row by row.</summary>
    /// <returns>False where the first is as good as singular.</returns>
    public static bool Reduce(double[] matrix, double[] inverse, int rows)
    {
        for (var at = 0; at < rows; at++)
        {
            var pivot = at;
            for (var row = at + 1; row < rows; row++)
            {
                pivot = Math.Abs(matrix[(row * rows) + at]) > Math.Abs(matrix[(pivot * rows) + at]) ? row : pivot;
            }

            var value = matrix[(pivot * rows) + at];
            if (Math.Abs(value) < Singular)
            {
                return false;
            }

            for (var index = 0; index < rows; index++)
            {
                (matrix[(pivot * rows) + index], matrix[(at * rows) + index]) = (matrix[(at * rows) + index], matrix[(pivot * rows) + index] / value);
                (inverse[(pivot * rows) + index], inverse[(at * rows) + index]) = (inverse[(at * rows) + index], inverse[(pivot * rows) + index] / value);
            }

            for (var row = 0; row < rows; row++)
            {
                var factor = matrix[(row * rows) + at];
                for (var index = 0; index < rows && row != at && factor != 0; index++)
                {
                    matrix[(row * rows) + index] -= factor * matrix[(at * rows) + index];
                    inverse[(row * rows) + index] -= factor * inverse[(at * rows) + index];
                }
            }
        }

        return true;
    }
}
