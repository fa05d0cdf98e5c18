using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.History;

namespace Rebalancer.Domain.Tests.Weights;

public sealed class RiskReportTests
{
    private static readonly HistoryTable Prices = Walk();

    [Fact]
    public void Contributions_AddUpToOne_AndReturnsAreTheWeightsOwn()
    {
        var report = RiskReport.Measure(Prices, 252, [("Now", Weights(0.5, 0.3, 0.1))]);
        var now = report.Portfolios.ShouldHaveSingleItem();
        now.Contributions.Sum().ShouldBe(1, 1e-12);
        now.ExpectedReturn.ShouldBe(report.Returns[0] * 0.5 + report.Returns[1] * 0.3 + report.Returns[2] * 0.1, 1e-12);
    }

    [Fact]
    public void Contribution_OfTheOnlyAssetHeld_IsAll()
    {
        var report = RiskReport.Measure(Prices, 252, [("Now", Weights(0, 0.6, 0))]);
        report.Portfolios[0].Contributions.ShouldBe([0, 1, 0], 1e-12);
        report.Portfolios[0].Volatility.ShouldBe(0.6 * report.Volatilities[1], 1e-12);
    }

    /// <summary>Fully invested long-only, no mix can lie above the frontier of the same sum.</summary>
    [Theory]
    [InlineData(0.2, 0.3, 0.5)]
    [InlineData(0.9, 0.05, 0.05)]
    [InlineData(0.1, 0.8, 0.1)]
    public void Frontier_NoMixHasLessRiskAtItsReturn(double a, double b, double c)
    {
        var report = RiskReport.Measure(Prices, 252, [("Now", Weights(a, b, c))]);
        var mix = report.Portfolios[0];
        report.Frontier.Where(point => point.ExpectedReturn <= mix.ExpectedReturn).Select(point => point.Volatility)
            .ShouldAllBe(volatility => volatility <= mix.Volatility + 1e-9 || mix.ExpectedReturn < report.Frontier[0].ExpectedReturn);
        report.Frontier.Zip(report.Frontier.Skip(1)).ShouldAllBe(pair => pair.First.Volatility <= pair.Second.Volatility + 1e-12 && pair.First.ExpectedReturn < pair.Second.ExpectedReturn);
    }

    [Fact]
    public void NothingHeld_HasNoRiskAndNoContribution()
    {
        var report = RiskReport.Measure(Prices, 252, [("Target", Weights(0.3, 0.3, 0.3)), ("Now", Weights(0, 0, 0))]);
        report.Portfolios[1].Volatility.ShouldBe(0);
        report.Portfolios[1].Contributions.ShouldBe([0, 0, 0]);
    }

    private static SortedDictionary<string, double> Weights(double a, double b, double c) =>
        new(StringComparer.Ordinal) { ["A"] = a, ["B"] = b, ["C"] = c };

    private static HistoryTable Walk()
    {
        var random = new Random(7);
        var columns = Enumerable.Range(0, 3).Select(asset =>
        {
            var price = 100.0;
            return Enumerable.Range(0, 300).Select(_ => price *= 1 + ((asset + 1) * 0.005 * (random.NextDouble() - 0.48))).ToArray();
        }).ToArray();
        return new HistoryTable(["A", "B", "C"], [.. Enumerable.Range(0, 300).Select(day => new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(day))], columns);
    }
}
