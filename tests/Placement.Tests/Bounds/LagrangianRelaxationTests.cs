using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Bounds;

public sealed class LagrangianRelaxationTests
{
    [Fact]
    public void Bound_WhereASaleMustBeAllLots_IsTheCostOfSellingAllOfThem()
    {
        // For many of these counts the product of doubles is a bit more than the holding's value: such a sale must not count as impossible.
        for (var lots = 1; lots <= 200; lots++)
        {
            var problem = SearchProblem.Of(new Portfolio(Problem("A 0", "A 0.07", Account("a", 0, $"A {lots}", Shares("A")))));
            var (side, free) = (SearchProblem.SellSide(0), TradeRanges.Of(problem, isRestored: true));
            var ranges = free with { Least = [0, lots * problem.Lot[0]], MustTrade = [true] };
            ranges.Most[SearchProblem.BuySide(0)] = 0;
            var state = new SearchState(problem);
            state.Set(0, -free.Most[side]);

            var bound = new LagrangianRelaxation(problem, ranges, isRestored: true).Bound(Multipliers.None(problem), 100);

            bound.ShouldBe(state.Objective, 1e-6, $"{lots} lots");
        }
    }

    [Fact]
    public void States_OfEveryTrade_AreWhatItCostsNothingMoreToDecide()
    {
        var (decided, trading) = (0, 0);
        for (var seed = 0; seed < 60; seed++)
        {
            var problem = SearchProblem.Of(new Portfolio(BoundProblems.Create(seed)));
            var random = new Random(seed);
            var ranges = TradeRanges.Of(problem, isRestored: true);
            var relaxation = new LagrangianRelaxation(problem, ranges, isRestored: true, isSplit: false);
            var prices = Multipliers.None(problem) with { Resources = [.. problem.Room.Select(_ => random.NextDouble() * 0.05)] };
            if (!double.IsFinite(relaxation.Bound(prices, 1_000)))
            {
                continue;
            }

            var states = new TradeState[problem.TradeCount];
            relaxation.States(states);

            foreach (var trade in problem.OpenTrades().Where(trade => states[trade] != TradeState.Free))
            {
                relaxation.Rise(trade, states[trade], double.PositiveInfinity).ShouldBe(0, 1e-9 * (double)problem.Portfolio.TotalValue, $"seed {seed}, trade {trade}");
                decided++;
                trading += states[trade] != TradeState.Off ? 1 : 0;
            }
        }

        decided.ShouldBeGreaterThan(200);
        trading.ShouldBeGreaterThan(50);
    }
}
