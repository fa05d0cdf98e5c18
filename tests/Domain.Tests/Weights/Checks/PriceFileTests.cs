using System.Diagnostics;
using System.Globalization;
using System.Text;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;
using Rebalancer.Gateway.Solver;

namespace Rebalancer.Domain.Tests.Weights.Checks;

/// <summary>
/// The whole way from a price file to weights. REBALANCER_PRICE_FILE names a file to check in place of the test's own; the output is the table of
/// how well each method meets its conditions.
/// </summary>
public sealed class PriceFileTests(ITestOutputHelper output) : IDisposable
{
    private readonly HighsSolver _solver = new(TimeProvider.System);

    public void Dispose() => _solver.Dispose();

    [Fact]
    public void Run_EveryMethodOnAPriceFile_MeetsTheOptimalityConditions()
    {
        var text = Environment.GetEnvironmentVariable("REBALANCER_PRICE_FILE") is { Length: > 0 } path ? File.ReadAllText(path) : OwnFile();
        var returns = PriceReturns.Compute(HistoryFile.Parse(text, "prices.csv").Table, logarithmic: false, []);
        foreach (var name in OptimisationMethods.Names)
        {
            var method = OptimisationMethods.Find(name);
            var constraints = method.TakesConstraints
                ? WeightConstraints.LongOnly(returns.Assets.Count) with { Upper = [.. returns.Assets.Select(_ => 0.3)] }
                : WeightConstraints.LongOnly(returns.Assets.Count);
            var request = new OptimisationRequest
            {
                Method = name,
                Constraints = constraints,
                Options = new MethodOptions(TargetReturn: name == "efficient-return" ? 0.12 : null, TargetVolatility: 0.22),
            };
            var started = Stopwatch.GetTimestamp();
            var result = Optimiser.Run(request, returns, _solver);
            var elapsed = Stopwatch.GetElapsedTime(started);

            var estimates = Optimiser.Estimate(request, returns);
            var paths = method.LooksAtPaths ? returns.CompleteRows() : returns;
            var problem = new OptimisationProblem(returns.Assets, paths, estimates.Means, estimates.Covariance, constraints, request.Options, _solver)
            {
                Correlation = SampleCovariance.PairwiseCorrelation(returns),
            };
            var report = OptimalityCheck.Of(name, method.TakesConstraints ? "0 to 0.3" : "long only", problem, result.Weights);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report}  {paths.Count} days  {elapsed.TotalMilliseconds:0} ms"));
            report.Violation.ShouldBeLessThan(1e-9);
            (report.Kkt > 1e-8).ShouldBeFalse(report.ToString());
            (report.Contribution > 1e-10).ShouldBeFalse(report.ToString());
        }
    }

    /// <summary>Three years of prices of eight assets, two of them listed later, one with a gap.</summary>
    private static string OwnFile()
    {
        const int Assets = 8;
        var random = new Random(11);
        var prices = Enumerable.Range(0, Assets).Select(_ => 20 + (80 * random.NextDouble())).ToArray();
        var text = new StringBuilder("date,").AppendJoin(',', Enumerable.Range(0, Assets).Select(i => $"A{i}")).Append('\n');
        for (var day = 0; day < 756; day++)
        {
            var market = 0.02 * (random.NextDouble() - 0.48);
            var cells = prices.Select((price, i) =>
            {
                prices[i] = price * (1 + market + (0.03 * (random.NextDouble() - 0.495)));
                var isMissing = (i == 2 && day < 120) || (i == 5 && day < 300) || (i == 6 && day == 400);
                return isMissing ? "" : prices[i].ToString("0.0000", CultureInfo.InvariantCulture);
            }).ToArray();
            text.Append(new DateOnly(2020, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Append(',').AppendJoin(',', cells).Append('\n');
        }

        return text.ToString();
    }
}
