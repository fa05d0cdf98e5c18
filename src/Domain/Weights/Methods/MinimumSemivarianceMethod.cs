using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Methods;

/// <summary>
/// Least mean square of returns below a benchmark. The objective is convex and piecewise quadratic: a quadratic program over the days that are
/// short now gives the direction, an exact line search the step, and after finitely many steps the same days stay short.
/// </summary>
internal sealed class MinimumSemivarianceMethod : IOptimisationMethod
{
    private const int MostSteps = 200;
    private const double RelativeRidge = 1e-12;

    public string Name => "min-semivariance";

    public bool TakesConstraints => true;

    public bool LooksAtPaths => true;

    public double[] Optimise(OptimisationProblem problem)
    {
        var rows = ConstraintRows.Of(problem.Assets, problem.Constraints);
        var inequalities = rows.Inequalities.ToList();
        if (problem.Options.TargetReturn is { } target)
        {
            inequalities.Add(new LinearConstraint(
                FormattableString.Invariant($"return at least {target}"), [.. Enumerable.Range(0, problem.Means.Length)], problem.Means, target));
        }

        var weights = Step(problem, rows, inequalities, null);
        for (var step = 0; step < MostSteps; step++)
        {
            var next = Step(problem, rows, inequalities, weights);
            var length = LineSearch(problem, weights, next);
            double[] moved = [.. weights.Zip(next, (w, n) => w + (length * (n - w)))];
            if (moved.Zip(weights, (a, b) => Math.Abs(a - b)).Max() <= 1e-13)
            {
                return moved;
            }

            weights = moved;
        }

        return weights;
    }

    /// <summary>Least squares of the shortfalls of the days short at <paramref name="at"/> (all days when null), under the constraints.</summary>
    private static double[] Step(OptimisationProblem problem, ConstraintRows rows, List<LinearConstraint> inequalities, double[]? at)
    {
        var size = problem.Assets.Count;
        var hessian = new SymmetricMatrix(size);
        var gradient = new double[size];
        for (var t = 0; t < problem.Returns.Count; t++)
        {
            if (at is not null && Excess(problem, at, t) >= 0)
            {
                continue;
            }

            for (var i = 0; i < size; i++)
            {
                var own = problem.Returns.Column(i)[t];
                gradient[i] -= own * problem.Options.BenchmarkReturn;
                for (var j = 0; j <= i; j++)
                {
                    hessian[i, j] += own * problem.Returns.Column(j)[t];
                }
            }
        }

        if (hessian.Trace == 0)
        {
            return at ?? throw new WeightException("every return is zero; there is nothing to optimise");
        }

        var ridged = hessian.WithRidge(RelativeRidge * hessian.Trace / size);
        while (true)
        {
            var solution = DualActiveSet.Solve(new QuadraticProgram(ridged, gradient, rows.Equalities, inequalities));
            if (solution.Conflict is { } conflict)
            {
                throw LinearConstraint.Excluded(conflict);
            }

            if (rows.ViolatedCut(solution.Point) is not { } cut)
            {
                return solution.Point;
            }

            inequalities.Add(cut);
        }
    }

    /// <summary>The share of the way to <paramref name="to"/> at which the slope of the objective vanishes, by bisection.</summary>
    private static double LineSearch(OptimisationProblem problem, double[] from, double[] to)
    {
        var days = problem.Returns.Count;
        var (start, change) = (new double[days], new double[days]);
        double[] direction = [.. to.Zip(from, (n, w) => n - w)];
        for (var t = 0; t < days; t++)
        {
            start[t] = Excess(problem, from, t);
            change[t] = Excess(problem, direction, t) + problem.Options.BenchmarkReturn;
        }

        double Slope(double share)
        {
            var slope = 0.0;
            for (var t = 0; t < days; t++)
            {
                slope += Math.Min(0, start[t] + (share * change[t])) * change[t];
            }

            return slope;
        }

        if (Slope(1) <= 0)
        {
            return 1;
        }

        var (low, high) = (0.0, 1.0);
        for (var halving = 0; halving < 60; halving++)
        {
            var middle = (low + high) / 2;
            (low, high) = Slope(middle) <= 0 ? (middle, high) : (low, middle);
        }

        return low;
    }

    private static double Excess(OptimisationProblem problem, double[] weights, int t)
    {
        var sum = -problem.Options.BenchmarkReturn;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * problem.Returns.Column(i)[t];
        }

        return sum;
    }
}
