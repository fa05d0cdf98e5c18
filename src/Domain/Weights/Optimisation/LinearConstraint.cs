namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>A sparse linear form with a level: <c>Σ values[k]·x[indices[k]] ≥ level</c> (or = level for an equality).</summary>
/// <param name="Name">What an error calls it, such as <c>group sector: tech at most 0.5</c>.</param>
internal sealed record LinearConstraint(string Name, int[] Indices, double[] Values, double Level)
{
    public static LinearConstraint Bound(string name, int index, double sign, double level) => new(name, [index], [sign], level);

    /// <summary>The error that says which constraints no weights meet together.</summary>
    public static InfeasibleWeightsException Excluded(IEnumerable<LinearConstraint> conflict) => new(
        $"no weights meet these constraints together: {string.Join("; ", conflict.Select(constraint => constraint.Name))}; relax one of them");

    public double At(double[] x)
    {
        var sum = 0.0;
        for (var k = 0; k < Indices.Length; k++)
        {
            sum += Values[k] * x[Indices[k]];
        }

        return sum;
    }
}

/// <summary>Minimise <c>½ x'Hx + g'x</c> subject to the equalities and inequalities; H symmetric positive definite.</summary>
internal sealed record QuadraticProgram(
    SymmetricMatrix Hessian, double[] Gradient, IReadOnlyList<LinearConstraint> Equalities, IReadOnlyList<LinearConstraint> Inequalities);

/// <param name="Multipliers">One an inequality, non-negative, 0 where inactive.</param>
/// <param name="Conflict">Null when solved; else the constraints that no point meets together.</param>
internal sealed record QuadraticSolution(double[] Point, double[] Multipliers, IReadOnlyList<LinearConstraint>? Conflict);
