using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Search;

public sealed class PointlessTradesTests
{
    /// <summary>Orders and turnover cost nothing; SPY is on its target, BND lacks 750.</summary>
    private static readonly PlacementProblem Free = Problem(
        "SPY 0.5, BND 0.25", "SPY 100, BND 50",
        Account("a", 500, "SPY 20, BND 10", Shares("SPY"), Shares("BND")),
        Account("b", 1500, "SPY 5", Shares("SPY"), Shares("BND"))) with { OrderPenalty = 0 };

    [Fact]
    public void Drop_OfTradesThatOffsetEachOther_LeavesNeither()
    {
        var state = StateOf(Free, ("a", "SPY", -300), ("b", "SPY", 300), ("a", "BND", 500));

        new PointlessTrades(state).Drop();

        Values(state).ShouldBe([("a", "BND", 500)]);
    }

    [Fact]
    public void Drop_WhereOnlyAPartIsOffset_KeepsTheRest()
    {
        var state = StateOf(Free, ("a", "BND", -200), ("b", "BND", 950));

        new PointlessTrades(state).Drop();

        Values(state).ShouldBe([("b", "BND", 750)]);
    }

    [Fact]
    public void Drop_OfASellThatPaysForABuy_KeepsWhatOffsetsIt()
    {
        var state = StateOf(Free, ("a", "SPY", -300), ("a", "BND", 750), ("b", "SPY", 300));

        new PointlessTrades(state).Drop();

        Values(state).Count.ShouldBe(3);
    }

    [Fact]
    public void Drop_WhereOrdersCostNothing_LeavesNoTradeWithoutWhichThePlanIsAsGood()
    {
        for (var seed = 0; seed < 4; seed++)
        {
            var problem = RandomProblems.Create(seed, accounts: 10, assets: 20) with { OrderPenalty = 0, TimeLimitSeconds = 0.1 };
            var searched = SearchProblem.Of(new Portfolio(problem));
            var state = new SearchState(searched);
            new Annealing(state, RoomPrices.None(searched), 1).Run(20_000, 10, 1, deadline: null);
            new PointlessTrades(state).Drop();
            var best = state.Objective;

            foreach (var trade in Enumerable.Range(0, searched.TradeCount).Where(trade => state.Value[trade] != 0))
            {
                var value = state.Value[trade];
                state.Set(trade, 0);
                (state.Objective > best || !state.KeepsRules(trade)).ShouldBeTrue($"seed {seed}, trade {trade}");
                state.Set(trade, value);
            }
        }
    }

    private static SearchState StateOf(PlacementProblem problem, params (string Account, string Asset, double Value)[] trades)
    {
        var portfolio = new Portfolio(problem);
        var state = new SearchState(SearchProblem.Of(portfolio));
        foreach (var (account, asset, value) in trades)
        {
            state.Set(portfolio.Options.Single(option => option.Account == account && option.Asset == asset).Index, value);
        }

        return state;
    }

    private static List<(string Account, string Asset, double Value)> Values(SearchState state) =>
    [
        .. state.Problem.Portfolio.Options.Where(option => state.Value[option.Index] != 0)
            .Select(option => (option.Account, option.Asset, state.Value[option.Index])),
    ];
}
