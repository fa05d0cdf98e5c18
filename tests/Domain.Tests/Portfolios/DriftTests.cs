using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Domain.Tests.Portfolios;

public sealed class DriftTests
{
    private static decimal D(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static readonly BandSettings FiveTwentyFive = new();

    [Theory]
    // The 5/25 rule: five points absolute for large positions, a quarter of the target for small ones.
    [InlineData("0.60", "0.05")]
    [InlineData("0.20", "0.05")]
    [InlineData("0.10", "0.025")]
    [InlineData("0.04", "0.01")]
    [InlineData("0.00", "0.00")]
    public void BandOf_FiveTwentyFiveRule_TakesTheNarrower(string target, string band) =>
        Drift.BandOf(FiveTwentyFive, "A", D(target)).ShouldBe(D(band));

    [Fact]
    public void BandOf_AssetWithItsOwnAbsolute_KeepsThePortfoliosRelative()
    {
        var bands = new BandSettings { Assets = new() { ["BTC"] = new AssetBand(0.02m, null) } };

        Drift.BandOf(bands, "BTC", 0.2m).ShouldBe(0.02m);
        Drift.BandOf(bands, "BTC", 0.04m).ShouldBe(0.01m);
    }

    [Theory]
    [InlineData("0.65", false)]
    [InlineData("0.6501", true)]
    [InlineData("0.55", false)]
    [InlineData("0.5499", true)]
    public void IsOut_OnlyBeyondTheEdge(string weight, bool isOut) =>
        new AssetDrift("A", D(weight), 0.6m, 0.05m).IsOut.ShouldBe(isOut);

    [Theory]
    [InlineData(RebalanceTo.Target, "0.60", "0.40")]
    [InlineData(RebalanceTo.BandEdge, "0.65", "0.28")]
    [InlineData(RebalanceTo.HalfBand, "0.625", "0.28")]
    public void Aim_OneAssetOut_MovesItAsFarAsAsked(RebalanceTo to, string stocks, string bonds)
    {
        // Bonds are 12 points below their target of 40 but inside a wide band; stocks are out.
        IReadOnlyList<AssetDrift> assets = [new("bonds", 0.28m, 0.40m, 0.15m), new("stocks", 0.70m, 0.60m, 0.05m)];

        var aim = Drift.Aim(to, assets);

        aim["stocks"].ShouldBe(D(stocks));
        aim["bonds"].ShouldBe(D(bonds));
    }

    [Fact]
    public void Aim_RaisingToTheEdgeAsksForMoreThanThereIs_TakesItFromThoseAboveTarget()
    {
        IReadOnlyList<AssetDrift> assets = [new("A", 0.20m, 0.30m, 0.05m), new("B", 0.40m, 0.35m, 0.05m), new("C", 0.40m, 0.35m, 0.05m)];

        Drift.Aim(RebalanceTo.BandEdge, assets).ShouldBe(new SortedDictionary<string, decimal> { ["A"] = 0.25m, ["B"] = 0.375m, ["C"] = 0.375m });
    }

    [Fact]
    public void Aim_AnyPortfolio_NeverAsksForMoreThanAllOfIt() =>
        Prop.ForAll(
            Gen.Choose(0, 1000).ArrayOf(6).ToArbitrary(), Gen.Choose(1, 1000).ArrayOf(6).ToArbitrary(), (held, wanted) =>
            {
                var weights = held.Select(part => part / (decimal)(held.Sum() + 1)).ToList();
                var targets = wanted.Select(part => part / (decimal)(wanted.Sum() + 1)).ToList();
                var assets = weights.Select((weight, index) => new AssetDrift($"{index}", weight, targets[index], 0.03m)).ToList();
                return new[] { RebalanceTo.Target, RebalanceTo.BandEdge, RebalanceTo.HalfBand }.All(to =>
                {
                    var aim = Drift.Aim(to, assets);
                    return aim.Values.Sum() <= 1 && assets.All(asset => aim[asset.Asset] >= Math.Min(asset.Weight, asset.Target) - 1e-17m);
                });
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_CashOnly_IsTheShareThatShouldBeInvested() =>
        Drift.Of([], new() { ["A"] = 0.6m, ["B"] = 0.3m }).ShouldBe(0.9, 1e-15);

    [Fact]
    public void Of_OnTarget_IsZero() =>
        Drift.Of(new() { ["A"] = 0.6m }, new() { ["A"] = 0.6m }).ShouldBe(0);
}
