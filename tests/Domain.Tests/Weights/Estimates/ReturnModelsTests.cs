using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.History;

namespace Rebalancer.Domain.Tests.Weights.Estimates;

public sealed class ReturnModelsTests
{
    private static readonly ReturnTable Differing = Histories.Table(
        [0.01, -0.02, 0.03, 0.005, -0.01],
        [Histories.Missing, Histories.Missing, 0.02, -0.01, 0.015]);

    [Fact]
    public void Mean_Geometric_CountsEachAssetsOwnReturns()
    {
        var means = ReturnModels.Estimate(ReturnModel.Mean, Differing, new ReturnOptions(Frequency: 12));

        means[0].ShouldBe(Math.Pow(1.01 * 0.98 * 1.03 * 1.005 * 0.99, 12 / 5.0) - 1, 1e-14);
        means[1].ShouldBe(Math.Pow(1.02 * 0.99 * 1.015, 12 / 3.0) - 1, 1e-14);
    }

    [Fact]
    public void Mean_Arithmetic_IsTheMeanTimesTheFrequency()
    {
        var means = ReturnModels.Estimate(ReturnModel.Mean, Differing, new ReturnOptions(Frequency: 12, Compounding: false));

        means[0].ShouldBe(0.015 / 5 * 12, 1e-15);
        means[1].ShouldBe(0.025 / 3 * 12, 1e-15);
    }

    [Fact]
    public void Ema_WeighsByAgeAndCompoundsTheMean()
    {
        // Span 3: α = 0.5, so the weights are 1, ½, ¼ from the latest back.
        var means = ReturnModels.Estimate(ReturnModel.Ema, Differing, new ReturnOptions(Frequency: 12, Span: 3));

        means[1].ShouldBe(Math.Pow(1 + ((0.015 + (0.5 * -0.01) + (0.25 * 0.02)) / 1.75), 12) - 1, 1e-14);
    }

    [Fact]
    public void Ema_AMissingDay_AgesTheOnesBefore()
    {
        var returns = Histories.Table([0.02, Histories.Missing, -0.01], [0.01, 0.01, 0.01]);

        var means = ReturnModels.Estimate(ReturnModel.Ema, returns, new ReturnOptions(Frequency: 12, Span: 3, Compounding: false));

        means[0].ShouldBe((-0.01 + (0.25 * 0.02)) / 1.25 * 12, 1e-15);
    }

    [Fact]
    public void Capm_WithoutAMarket_TakesTheEqualWeightAverage()
    {
        var returns = Histories.Small;
        var market = Enumerable.Range(0, 8).Select(t => Enumerable.Range(0, 3).Average(i => Histories.Column(returns, i)[t])).ToArray();
        var marketReturn = Math.Pow(market.Aggregate(1.0, (growth, value) => growth * (1 + value)), 252 / 8.0) - 1;

        var means = ReturnModels.Estimate(ReturnModel.Capm, returns, new ReturnOptions(RiskFree: 0.03));

        for (var i = 0; i < 3; i++)
        {
            var beta = Histories.Covariance(Histories.Column(returns, i), market, 7) / Histories.Covariance(market, market, 7);
            means[i].ShouldBe(0.03 + (beta * (marketReturn - 0.03)), 1e-12);
        }
    }

    [Fact]
    public void Capm_OfTheMarketItself_EarnsTheMarketsReturn()
    {
        var market = Histories.Column(Histories.Small, 0);

        var means = ReturnModels.Estimate(ReturnModel.Capm, Histories.Small, new ReturnOptions(Market: market));

        means[0].ShouldBe(ReturnModels.Estimate(ReturnModel.Mean, Histories.Small, new ReturnOptions())[0], 1e-12);
    }

    [Fact]
    public void Mean_WithoutAnyReturn_NamesTheAsset() =>
        Should.Throw<WeightException>(() => ReturnModels.Estimate(
            ReturnModel.Mean, Histories.Table([0.01, 0.02], [Histories.Missing, Histories.Missing]), new ReturnOptions())).Message.ShouldContain("A1");
}
