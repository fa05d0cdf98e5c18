using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Weights.Optimisation;

namespace Rebalancer.Domain.Weights.Methods;

/// <summary>
/// Least conditional value at risk (Rockafellar and Uryasev 2000) or conditional drawdown at risk (Chekhlov, Uryasev and Zabarankin 2005) as
/// a linear program: minimise α + Σ excess / ((1 − β) T). Losses are a period's, positive when money is lost; drawdowns are of uncompounded
/// cumulative returns, the starting value counting as a peak.
/// </summary>
internal sealed class TailRiskMethod(string name, bool ofDrawdown) : IOptimisationMethod
{
    private static readonly MilpLimits Limits = new(1, 0, 300);

    public string Name => name;

    public bool TakesConstraints => true;

    public bool LooksAtPaths => true;

    public double[] Optimise(OptimisationProblem problem)
    {
        var rows = ConstraintRows.Of(problem.Assets, problem.Constraints);
        var cuts = new List<LinearConstraint>();
        while (true)
        {
            var weights = Solve(problem, rows, cuts);
            if (rows.ViolatedCut(weights) is not { } cut)
            {
                return weights;
            }

            cuts.Add(cut);
        }
    }

    private double[] Solve(OptimisationProblem problem, ConstraintRows rows, List<LinearConstraint> cuts)
    {
        var program = new LinearProgramBuilder();
        for (var asset = 0; asset < problem.Assets.Count; asset++)
        {
            program.AddColumn(0, problem.Constraints.Lower[asset], problem.Constraints.Upper[asset]);
        }

        AddTail(program, problem);
        foreach (var equality in rows.Equalities)
        {
            program.Add(equality, isEquality: true);
        }

        foreach (var inequality in rows.Inequalities.Concat(cuts))
        {
            program.Add(inequality, isEquality: false);
        }

        if (problem.Options.TargetReturn is { } target)
        {
            program.Add(new LinearConstraint("target return", [.. Enumerable.Range(0, problem.Means.Length)], problem.Means, target), isEquality: false);
        }

        var solution = problem.Solver.Solve(program.Build(), Limits);
        return solution.Status == MilpStatus.Optimal
            ? solution.Values[..problem.Assets.Count]
            : throw new InfeasibleWeightsException($"no weights meet the bounds, groups and target return together ({solution.Status}); relax one of them");
    }

    private void AddTail(LinearProgramBuilder program, OptimisationProblem problem)
    {
        var days = problem.Returns.Count;
        var paths = Enumerable.Range(0, problem.Assets.Count).Select(asset => ofDrawdown ? Cumulative(problem, asset) : problem.Returns.Column(asset).ToArray()).ToArray();
        var level = program.AddColumn(1, double.NegativeInfinity, double.PositiveInfinity);
        var previousPeak = -1;
        for (var t = 0; t < days; t++)
        {
            var excess = program.AddColumn(1 / ((1 - problem.Options.Beta) * days), 0, double.PositiveInfinity);
            var tail = program.AddRow(0, double.PositiveInfinity);
            program.Set(tail, excess, 1);
            program.Set(tail, level, 1);
            SetPath(program, tail, paths, t);
            if (ofDrawdown)
            {
                // excess ≥ peak − path − α, the peak being at least the path, the peak before it, and the start.
                var peak = program.AddColumn(0, 0, double.PositiveInfinity);
                program.Set(tail, peak, -1);
                var abovePath = program.AddRow(double.NegativeInfinity, 0);
                program.Set(abovePath, peak, -1);
                SetPath(program, abovePath, paths, t);
                if (previousPeak >= 0)
                {
                    var rising = program.AddRow(0, double.PositiveInfinity);
                    program.Set(rising, peak, 1);
                    program.Set(rising, previousPeak, -1);
                }

                previousPeak = peak;
            }
        }
    }

    private static void SetPath(LinearProgramBuilder program, int row, double[][] paths, int t)
    {
        for (var asset = 0; asset < paths.Length; asset++)
        {
            program.Set(row, asset, paths[asset][t]);
        }
    }

    private static double[] Cumulative(OptimisationProblem problem, int asset)
    {
        var sum = 0.0;
        return [.. problem.Returns.Column(asset).ToArray().Select(value => sum += value)];
    }
}
