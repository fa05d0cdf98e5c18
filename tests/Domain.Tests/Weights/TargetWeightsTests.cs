using FsCheck;
using FsCheck.Fluent;
using Rebalancer.Domain.Weights;

namespace Rebalancer.Domain.Tests.Weights;

public sealed class TargetWeightsTests
{
    [Fact]
    public void Compute_Fixed_GivesTheWeightsWrittenDown()
    {
        var weights = WeightMethods.Compute("fixed", new WeightRequest([], new() { ["BTC"] = 0.2m, ["VTI"] = 0.5m }));

        weights.ByAsset["BTC"].ShouldBe(0.2m);
        weights.Cash.ShouldBe(0.3m);
    }

    [Fact]
    public void Compute_EqualOverAnyNumberOfAssets_AddsUpToExactlyOne() =>
        Prop.ForAll(Gen.Choose(1, 500).ToArbitrary(), count =>
        {
            var assets = Enumerable.Range(0, count).Select(index => $"A{index}").ToList();
            var weights = WeightMethods.Compute("equal", new WeightRequest(assets, []));
            return weights.Cash == 0 && weights.ByAsset.Values.Max() - weights.ByAsset.Values.Min() < 1e-15m;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Create_WeightsAboveOne_SaysTheSum() =>
        Should.Throw<WeightException>(() => TargetWeights.Create([new("A", 0.7m), new("B", 0.4m)])).Message.ShouldContain("1.1");

    [Fact]
    public void Create_NegativeWeight_NamesTheAsset() =>
        Should.Throw<WeightException>(() => TargetWeights.Create([new("GME", -0.1m)])).Message.ShouldContain("GME");

    [Fact]
    public void Compute_UnknownMethod_ListsTheKnownOnes() =>
        Should.Throw<WeightException>(() => WeightMethods.Compute("magic", new WeightRequest([], []))).Message.ShouldContain("equal, fixed");

    [Fact]
    public void SmoothedFrom_AQuarter_MovesAQuarterOfTheWay()
    {
        var before = TargetWeights.Create([new("A", 0.4m), new("B", 0.6m)]);
        var now = TargetWeights.Create([new("A", 0.8m), new("C", 0.2m)]);

        var smoothed = now.SmoothedFrom(before, 0.25m);

        smoothed.ByAsset.ShouldBe(new SortedDictionary<string, decimal> { ["A"] = 0.5m, ["B"] = 0.45m, ["C"] = 0.05m });
    }

    [Fact]
    public void SmoothedFrom_NothingBefore_TakesTheNewTargets()
    {
        var now = TargetWeights.Create([new("A", 0.8m)]);

        now.SmoothedFrom(null, 0.25m).ShouldBeSameAs(now);
    }
}
