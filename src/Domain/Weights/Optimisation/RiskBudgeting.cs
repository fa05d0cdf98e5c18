namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// Weights whose risk contributions wᵢ(Σw)ᵢ / w'Σw equal given budgets (risk parity where these are equal): the minimiser of
/// ½y'Σy − Σ bᵢ ln yᵢ (Spinu 2013), normalised. Cyclical coordinate descent (Griveau-Billion, Richard and Roncalli 2013) comes near at
/// O(n²) a sweep; Newton steps with the system solved by conjugate gradients finish it.
/// </summary>
internal static class RiskBudgeting
{
    private const int MaximumSweeps = 500;
    private const int MaximumNewtonSteps = 30;
    private const double NearEnough = 1e-5;
    private const double Target = 1e-13;

    /// <param name="budgets">Positive, adding up to 1, length n.</param>
    /// <returns>Weights adding up to 1, length n.</returns>
    /// <exception cref="WeightException">An asset without variance has no finite weight.</exception>
    public static double[] Solve(SymmetricMatrix covariance, double[] budgets)
    {
        var size = covariance.Size;
        for (var i = 0; i < size; i++)
        {
            if (covariance[i, i] <= 0)
            {
                throw new WeightException($"asset number {i + 1} has no variance, so it can carry no risk budget; leave it out");
            }
        }

        // In units of the mean variance, so that the outcome does not depend on the scale of Σ.
        var scaled = covariance.Scaled(size / covariance.Trace);
        var y = new double[size];
        for (var i = 0; i < size; i++)
        {
            y[i] = Math.Sqrt(budgets[i] / scaled[i, i]);
        }

        Sweep(scaled, budgets, y);
        Polish(scaled, budgets, y);
        var sum = y.Sum();
        return [.. y.Select(value => value / sum)];
    }

    private static void Sweep(SymmetricMatrix covariance, double[] budgets, double[] y)
    {
        var gradient = covariance.Times(y);
        for (var sweep = 0; sweep < MaximumSweeps && Error(gradient, budgets, y) > NearEnough; sweep++)
        {
            for (var i = 0; i < y.Length; i++)
            {
                // The positive root of σᵢᵢ y² + cy − b = 0, c being the others' part of (Σy)ᵢ.
                var own = covariance[i, i];
                var others = gradient[i] - (own * y[i]);
                var root = Math.Sqrt((others * others) + (4 * own * budgets[i]));
                var value = others > 0 ? 2 * budgets[i] / (others + root) : (root - others) / (2 * own);
                var change = value - y[i];
                y[i] = value;
                VectorKernels.AddScaled(change, covariance.Row(i), gradient);
            }
        }
    }

    private static void Polish(SymmetricMatrix covariance, double[] budgets, double[] y)
    {
        for (var step = 0; step < MaximumNewtonSteps; step++)
        {
            var product = covariance.Times(y);
            if (Error(product, budgets, y) <= Target)
            {
                return;
            }

            // With y = exp(u) scaled by D = diag(y), the Newton system (DΣD + B) x = B1 − DΣy is well conditioned.
            var residual = y.Select((value, i) => budgets[i] - (value * product[i])).ToArray();
            var direction = ConjugateGradients(covariance, budgets, y, residual);
            var length = Math.Min(1, 0.9 / Math.Max(1e-300, -direction.Min()));
            for (var i = 0; i < y.Length; i++)
            {
                y[i] *= 1 + (length * direction[i]);
            }
        }
    }

    /// <summary>Solves (DΣD + B) x = r.</summary>
    private static double[] ConjugateGradients(SymmetricMatrix covariance, double[] budgets, double[] y, double[] right)
    {
        var x = new double[y.Length];
        var residual = (double[])right.Clone();
        var inverse = y.Select((value, i) => 1 / ((value * value * covariance[i, i]) + budgets[i])).ToArray();
        var search = residual.Select((value, i) => value * inverse[i]).ToArray();
        var product = residual.Select((value, i) => value * value * inverse[i]).Sum();
        var stop = product * 1e-24;
        for (var iteration = 0; iteration < 4 * y.Length && product > stop; iteration++)
        {
            var image = covariance.Times(y.Select((value, i) => value * search[i]).ToArray());
            for (var i = 0; i < image.Length; i++)
            {
                image[i] = (image[i] * y[i]) + (budgets[i] * search[i]);
            }

            var step = product / SymmetricMatrix.Dot(search, image);
            for (var i = 0; i < x.Length; i++)
            {
                x[i] += step * search[i];
                residual[i] -= step * image[i];
            }

            var next = residual.Select((value, i) => value * value * inverse[i]).Sum();
            for (var i = 0; i < search.Length; i++)
            {
                search[i] = (residual[i] * inverse[i]) + (next / product * search[i]);
            }

            product = next;
        }

        return x;
    }

    /// <summary>Largest |yᵢ(Σy)ᵢ / y'Σy − bᵢ|; at the optimum y'Σy = 1.</summary>
    private static double Error(double[] product, double[] budgets, double[] y)
    {
        var total = SymmetricMatrix.Dot(product, y);
        var largest = Math.Abs(total - 1);
        for (var i = 0; i < y.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs((y[i] * product[i] / total) - budgets[i]));
        }

        return largest;
    }
}
