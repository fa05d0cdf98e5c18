using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Methods;

/// <summary>
/// The mean-variance methods with a cost k·Σ|w − w₀|. On a piece where each weight is only raised or only lowered the cost is linear, and
/// the problem is the one without costs under tighter bounds. A weight that rests at w₀ and whose multiplier exceeds 2k wants to go the
/// other way: its side is changed and the piece solved again. The objective falls with each change, so that finitely many suffice.
/// </summary>
internal static class TransactionCosts
{
    private const double RelativeRidge = 1e-12;
    private const int MostBisections = 70;

    /// <summary>Weights that do not move by more than this over so many steps outward have reached the end of the frontier.</summary>
    private const double AtRest = 1e-7;
    private const int RestsAtTheEnd = 8;

    /// <summary>
    /// The method's optimum. The cost is added to w'Σw where that is minimised, and taken off the expected return where that is what is
    /// maximised or divided by the risk.
    /// </summary>
    /// <returns>Null when the target cannot be met or nothing earns more than the risk-free rate.</returns>
    public static double[]? Solve(string method, OptimisationProblem problem)
    {
        var (risk, cost) = (RiskOf(method, problem), problem.Constraints.TransactionCost);
        var none = new double[problem.Means.Length];
        double[] Scaled(double factor) => [.. problem.Means.Select(mean => -factor * mean)];
        return method switch
        {
            "min-volatility" => new Pieces(problem, risk).Minimise(none, cost / 2, null),
            "efficient-return" => new Pieces(problem, risk).Minimise(none, cost / 2, problem.Options.TargetReturn),
            "max-utility" => new Pieces(problem, risk).Minimise(Scaled(1 / problem.Options.RiskAversion), cost / problem.Options.RiskAversion, null),
            "max-sharpe" => AlongTheFrontier(method, problem, risk, SharpeGap, (frontier, offset) => frontier.MaximumSharpe(problem.Options.RiskFree + offset)),
            "efficient-risk" => AlongTheFrontier(method, problem, risk, VolatilityGap, (frontier, _) => frontier.AtVolatility(TargetOf(problem))),
            _ => throw new WeightException($"{method} takes no transaction cost; leave it out or choose a mean-variance method"),
        };
    }

    /// <summary>What the method minimises, to compare held sets.</summary>
    public static double Objective(string method, OptimisationProblem problem, double[] weights)
    {
        var variance = RiskOf(method, problem).Quadratic(weights);
        var (earned, cost) = (SymmetricMatrix.Dot(problem.Means, weights), CostOf(problem, weights));
        return method switch
        {
            "max-utility" => (problem.Options.RiskAversion / 2 * variance) - earned + cost,
            "max-sharpe" => (problem.Options.RiskFree - earned + cost) / Math.Sqrt(variance),
            "efficient-risk" => cost - earned,
            _ => variance + cost,
        };
    }

    /// <summary>
    /// Finds the λ of ½w'Σw − λ(μ'w − cost) at which the gap vanishes, and asks the exact frontier of the piece it lies on.
    /// </summary>
    /// <param name="gap">Positive below the λ looked for, negative beyond it.</param>
    private static double[]? AlongTheFrontier(
        string method, OptimisationProblem problem, SymmetricMatrix risk, Func<OptimisationProblem, SymmetricMatrix, double[], double, double> gap,
        Func<EfficientFrontier, double, double[]?> ask)
    {
        var pieces = new Pieces(problem, risk);
        double[] At(double lambda) => pieces.Minimise([.. problem.Means.Select(mean => -lambda * mean)], lambda * problem.Constraints.TransactionCost, null);
        if (gap(problem, risk, At(0), 0) < 0)
        {
            return null;
        }

        var (low, high) = (0.0, risk.Trace / risk.Size / Math.Max(problem.Means.Max(Math.Abs), 1e-12));
        var (outmost, rests) = (At(high), 0);
        for (var further = outmost; gap(problem, risk, further, high) > 0; further = At(high))
        {
            (low, high) = (high, high * 4);
            if (outmost.Zip(further, (a, b) => Math.Abs(a - b)).Max() > AtRest)
            {
                (outmost, rests) = (further, 0);
            }
            else if (++rests == RestsAtTheEnd)
            {
                // The end of highest return is reached: it is within the limit of volatility, or does not earn the risk-free rate.
                return method == "max-sharpe" ? null : outmost;
            }
        }

        for (var halving = 0; halving < MostBisections; halving++)
        {
            var middle = (low + high) / 2;
            (low, high) = gap(problem, risk, At(middle), middle) > 0 ? (middle, high) : (low, middle);
        }

        var found = At(high);
        var exact = OnPiece(problem, pieces.SidesOf(found), ask);
        return exact is not null && pieces.Confirms(exact, found) ? exact : found;
    }

    /// <summary>The frontier with every weight kept on its side of w₀, its means net of the cost.</summary>
    private static double[]? OnPiece(OptimisationProblem problem, int[] sides, Func<EfficientFrontier, double, double[]?> ask)
    {
        var (constraints, current, cost) = (problem.Constraints, problem.Constraints.Current!, problem.Constraints.TransactionCost);
        var piece = constraints with
        {
            Lower = [.. constraints.Lower.Select((lower, i) => sides[i] > 0 ? Math.Max(lower, Math.Min(current[i], constraints.Upper[i])) : lower)],
            Upper = [.. constraints.Upper.Select((upper, i) => sides[i] < 0 ? Math.Min(upper, Math.Max(current[i], constraints.Lower[i])) : upper)],
        };
        double[] net = [.. problem.Means.Select((mean, i) => mean - (cost * sides[i]))];
        var offset = -cost * sides.Select((side, i) => side * current[i]).Sum();
        try
        {
            return ask(FrontierBuilder.Build(problem.Assets, net, problem.Covariance, piece), offset);
        }
        catch (InfeasibleWeightsException)
        {
            // The piece is a single point, out of reach by rounding; the point found by bisection stands.
            return null;
        }
    }

    private static double SharpeGap(OptimisationProblem problem, SymmetricMatrix risk, double[] weights, double lambda) =>
        risk.Quadratic(weights) - (lambda * (SymmetricMatrix.Dot(problem.Means, weights) - CostOf(problem, weights) - problem.Options.RiskFree));

    private static double VolatilityGap(OptimisationProblem problem, SymmetricMatrix risk, double[] weights, double lambda) =>
        TargetOf(problem) - Math.Sqrt(risk.Quadratic(weights));

    private static double TargetOf(OptimisationProblem problem) => problem.Options.TargetVolatility ?? throw new WeightException("efficient-risk needs a target volatility");

    private static double CostOf(OptimisationProblem problem, double[] weights) =>
        problem.Constraints.TransactionCost * weights.Zip(problem.Constraints.Current!, (weight, before) => Math.Abs(weight - before)).Sum();

    private static SymmetricMatrix RiskOf(string method, OptimisationProblem problem) => problem.Constraints.L2 == 0
        ? problem.Covariance
        : problem.Covariance.WithRidge(problem.Constraints.L2 * method switch
        {
            "max-utility" => 2 / problem.Options.RiskAversion,
            "efficient-risk" => throw new WeightException("efficient-risk takes an L2 penalty or a transaction cost, not both; leave one of them out"),
            _ => 1,
        });

    /// <summary>Quadratic programs over the pieces.</summary>
    private sealed class Pieces(OptimisationProblem problem, SymmetricMatrix risk)
    {
        private readonly ConstraintRows _rows = ConstraintRows.Of(problem.Assets, problem.Constraints);
        private readonly SymmetricMatrix _hessian = risk.WithRidge(RelativeRidge * risk.Trace / risk.Size);
        private readonly List<LinearConstraint> _cuts = [];

        private double[] Current => problem.Constraints.Current!;

        /// <summary>Minimises ½w'Σw + g'w + cost·Σ|w − w₀|, over weights that earn the least return where one is given.</summary>
        public double[] Minimise(double[] gradient, double cost, double? leastReturn)
        {
            LinearConstraint[] earned = leastReturn is { } least
                ? [new(FormattableString.Invariant($"return at least {least}"), [.. Enumerable.Range(0, gradient.Length)], problem.Means, least)]
                : [];
            var sides = SidesOf(Solve(gradient, [.. _rows.Inequalities, .. earned]).Point);
            for (var change = 0; change < 20 * (gradient.Length + 1); change++)
            {
                var free = Enumerable.Range(0, sides.Length).Where(HasTwoSides).ToArray();
                var solution = Solve(
                    [.. gradient.Select((value, i) => value + (cost * sides[i]))],
                    [.. free.Select(i => LinearConstraint.Bound("", i, sides[i], sides[i] * Current[i])), .. _rows.Inequalities, .. earned]);
                var turned = free.Where((_, row) => solution.Multipliers[row] > 2 * cost * (1 + 1e-9)).ToArray();
                if (turned.Length == 0)
                {
                    return solution.Point;
                }

                foreach (var i in turned)
                {
                    sides[i] = -sides[i];
                }
            }

            throw new WeightException("the transaction cost could not be settled; its size against the covariance is numerically degenerate");
        }

        /// <summary>1 where the weight may only rise from w₀, −1 where it may only fall.</summary>
        public int[] SidesOf(double[] weights) =>
        [
            .. weights.Select((weight, i) => Current[i] <= problem.Constraints.Lower[i] ? 1
                : Current[i] >= problem.Constraints.Upper[i] ? -1
                : weight >= Current[i] ? 1 : -1),
        ];

        /// <summary>Whether the exact point is the one that bisection came near to, within the constraints.</summary>
        public bool Confirms(double[] exact, double[] found) =>
            exact.Zip(found, (a, b) => Math.Abs(a - b)).Max() < 1e-4 && _rows.Inequalities.All(row => row.At(exact) >= row.Level - 1e-9);

        private bool HasTwoSides(int asset) => Current[asset] > problem.Constraints.Lower[asset] && Current[asset] < problem.Constraints.Upper[asset];

        private QuadraticSolution Solve(double[] gradient, IReadOnlyList<LinearConstraint> inequalities)
        {
            while (true)
            {
                var solution = DualActiveSet.Solve(new QuadraticProgram(_hessian, gradient, _rows.Equalities, [.. inequalities, .. _cuts]));
                if (solution.Conflict is { } conflict)
                {
                    throw LinearConstraint.Excluded(conflict);
                }

                if (_rows.ViolatedCut(solution.Point) is not { } cut)
                {
                    return solution;
                }

                _cuts.Add(cut);
            }
        }
    }
}
