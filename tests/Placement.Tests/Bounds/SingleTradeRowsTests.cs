using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Bounds;

public sealed class SingleTradeRowsTests(SolverFixture fixture)
{
    private const int Buy = 0;
    private const int Sell = 1;

    [Fact]
    public void Of_AHoldingBelowItsCap_BuysNoMoreSharesThanFit()
    {
        var ranges = TradeRanges.Of(Capped(holding: 5, cap: 770), isRestored: true);

        ranges.Most[Buy].ShouldBe(200);
        (ranges.Least[Sell], ranges.Most[Sell], ranges.MustTrade[0]).ShouldBe((100, 500, false));
    }

    [Fact]
    public void Of_AHoldingAboveItsCap_SellsAtLeastWhatIsTooMuchInWholeShares()
    {
        var ranges = TradeRanges.Of(Capped(holding: 10, cap: 770), isRestored: true);

        ranges.StatesOf(0).ShouldBe([TradeState.Sell]);
        (ranges.Least[Sell], ranges.Most[Sell]).ShouldBe((300, 1_000));
    }

    [Fact]
    public void Of_AHoldingAboveItsCap_WhereThatMayStay_BuysNoMoreOfIt()
    {
        var ranges = TradeRanges.Of(Capped(holding: 10, cap: 770), isRestored: false);

        ranges.StatesOf(0).ShouldBe([TradeState.Off, TradeState.Sell]);
        ranges.Least[Sell].ShouldBe(100);
    }

    [Fact]
    public void Of_AHoldingAboveItsCapThatCannotBeSold_IsLeftAsItIs()
    {
        var problem = Capped(holding: 10, cap: 770, Shares("SPY") with { Allow = AllowedSides.Buy });

        TradeRanges.Of(problem, isRestored: true).StatesOf(0).ShouldContain(TradeState.Off);
    }

    [Fact]
    public void Of_RandomProblemsWithCaps_HoldsTheBestPlanAndLeavesLessToDecide()
    {
        var narrowed = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var portfolio = new Portfolio(CappedProblems.Of(RandomProblems.Create(seed, accounts: 2, assets: 4), seed));
            var plan = Planner.Plan(portfolio.Problem, fixture.Solver).Plan;
            if (plan.Fallback || plan.Warnings.Count > 0)
            {
                continue;
            }

            var (problem, ranges) = (SearchProblem.Of(portfolio), TradeRanges.Of(SearchProblem.Of(portfolio), isRestored: true));
            foreach (var option in portfolio.Options)
            {
                var trade = plan.Trades.SingleOrDefault(trade => trade.Account == option.Account && trade.Asset == option.Asset && trade.Quote == option.Quote);
                var side = (2 * option.Index) + (trade?.Side == Domain.Common.TradeSide.Sell ? Sell : Buy);
                var value = (double)((trade?.Quantity ?? 0) * portfolio.Price(option.Asset));
                (trade is null ? !ranges.MustTrade[option.Index] : value >= ranges.Least[side] * (1 - 1e-9) && value <= ranges.Most[side] * (1 + 1e-9))
                    .ShouldBeTrue($"seed {seed}: {trade?.Side} {value} of {option.Asset} in {option.Account}, not {ranges.Least[side]} to {ranges.Most[side]}");
            }

            narrowed += ranges.MustTrade.Count(must => must) + ranges.Most.Zip(problem.Most).Count(side => side.First < side.Second);
        }

        narrowed.ShouldBeGreaterThan(50);
    }

    private static SearchProblem Capped(decimal holding, decimal cap, PlacementMarket? market = null) => SearchProblem.Of(new Portfolio(Problem(
        "SPY 0.5",
        "SPY 100",
        Account("broker", 5_000, $"SPY {holding}", market ?? Shares("SPY")) with { Caps = Amounts($"SPY {cap}") })));
}
