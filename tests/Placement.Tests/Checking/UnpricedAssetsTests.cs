using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Checking;

/// <summary>A price that is missing is no price, and no error where nothing is to be priced.</summary>
public sealed class UnpricedAssetsTests(SolverFixture fixture)
{
    private static readonly PlacementProblem Plain = Problems.Problem(
        "VTI 0.9", "VTI 300", Problems.Account("one", 10_000, "VTI 1", Problems.Fractional("VTI")));

    [Fact]
    public void Plan_WithAnUnmanagedHoldingWithoutAPrice_IsMade() =>
        ShouldBuy(Of(Plain.Accounts[0] with { Holdings = Problems.Amounts("VTI 1, GONE 5") }) with { Unmanaged = ["GONE"] });

    [Fact]
    public void Plan_WithACapOnAnAssetWithoutAPriceThatNobodyHolds_IsMade() =>
        ShouldBuy(Of(Plain.Accounts[0] with { Caps = Problems.Amounts("SOL 100") }));

    [Fact]
    public void Plan_WithACapOnAReplacementSet_IsMade() => ShouldBuy(
        Of(Plain.Accounts[0] with { Caps = Problems.Amounts("STOCKS 20000") }) with
        {
            Targets = Problems.Amounts("STOCKS 0.9"),
            Replacements = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["STOCKS"] = ["VTI"] },
        });

    private static PlacementProblem Of(PlacementAccount account) => Plain with { Accounts = [account] };

    private void ShouldBuy(PlacementProblem problem) =>
        Planner.Plan(problem, fixture.Solver, explain: true).Plan.Trades.ShouldHaveSingleItem().Side.ShouldBe(Rebalancer.Domain.Common.TradeSide.Buy);
}
