using Rebalancer.Domain.Placement.Exact;

namespace Rebalancer.Placement.Tests.Exact;

public sealed class LinearProgramTests
{
    private const int Rows = 8;
    private const int Columns = 40;
    private const double Error = 1e-7;

    [Fact]
    public void Solve_AsColumnsAndCostsChange_ReachesWhatItsPricesProve()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var right = Enumerable.Range(0, Rows).Select(_ => random.Next(0, 5) + 0.0).ToArray();
            var (program, columns) = (new LinearProgram(right), new List<(int Row, double Entry)[]>());
            var costs = new List<double>();
            for (var row = 0; row < Rows; row++)
            {
                program.AddToBasis(row, 100);
                columns.Add([(row, 1)]);
                costs.Add(100);
            }

            for (var column = 0; column < Columns; column++)
            {
                (int Row, double Entry)[] entries = [.. Enumerable.Range(0, Rows).Where(_ => random.Next(3) == 0).Select(row => (row, (4 * random.NextDouble()) - 1))];
                columns.Add(entries);
                costs.Add(20 * random.NextDouble());
                program.Add([.. entries.Select(entry => entry.Row)], [.. entries.Select(entry => entry.Entry)], costs[^1]);
                if (column % 10 == 9)
                {
                    costs[Rows + column - 5] = 1_000;
                    program.SetCost(Rows + column - 5, 1_000);
                    program.Solve(Error, 1_000);
                    ShouldBeProven(program, right, columns, costs, seed);
                }
            }
        }
    }

    /// <summary>A feasible solution, prices under which no column improves, and no difference between what the two are worth: both are optimal.</summary>
    private static void ShouldBeProven(LinearProgram program, double[] right, List<(int Row, double Entry)[]> columns, List<double> costs, int seed)
    {
        var (left, cost) = (new double[Rows], 0.0);
        for (var column = 0; column < columns.Count; column++)
        {
            var value = program.Value(column);
            value.ShouldBeGreaterThanOrEqualTo(-Error, $"seed {seed}");
            cost += costs[column] * value;
            var priced = 0.0;
            foreach (var (row, entry) in columns[column])
            {
                left[row] += entry * value;
                priced += program.Prices[row] * entry;
            }

            priced.ShouldBeLessThanOrEqualTo(costs[column] + Error, $"seed {seed}");
        }

        left.Zip(right).ShouldAllBe(row => Math.Abs(row.First - row.Second) < Error, $"seed {seed}");
        program.Objective.ShouldBe(cost, Error, $"seed {seed}");
        var prices = program.Prices.ToArray();
        Enumerable.Range(0, Rows).Sum(row => prices[row] * right[row]).ShouldBe(cost, Error * 10, $"seed {seed}");
    }
}
