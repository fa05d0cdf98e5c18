using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Exact;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;
using Rebalancer.Placement.Tests.Bounds;
using Rebalancer.Placement.Tests.Oracles;

namespace Rebalancer.Placement.Tests.Exact;

/// <summary>A part of a plan obeys, and costs, what the whole plan does.</summary>
public sealed class NeighbourhoodTests
{
    private const int Parts = 6;

    [Fact]
    public void TryTake_OfAnyPlanOfThePart_KeepsTheRulesOfTheWholeAndChangesItsObjectiveAsMuch()
    {
        var better = 0;
        foreach (var (state, random, name) in Plans())
        {
            var error = 1e-9 * (double)state.Problem.Portfolio.TotalValue;
            for (var part = 0; part < Parts; part++)
            {
                var (before, values) = (state.Objective, state.Value.ToArray());
                var neighbourhood = new Neighbourhood(state, AnyTrades(state.Problem, random));
                state.Value.ShouldBe(values, name);
                var plan = neighbourhood.Plan();
                Broken(plan).ShouldBeEmpty(name);

                var closed = new BranchAndBound(neighbourhood.Problem, plan, 0, isPart: true).Run(neighbourhood.PricesOf(PricesOf(state.Problem)), 30, null);

                var isBetter = closed.Objective < plan.Objective - error;
                (neighbourhood.TryTake(closed.Values) || !isBetter).ShouldBeTrue(name);
                state.Recompute();
                (before - state.Objective).ShouldBe(plan.Objective - closed.Objective, error, name);
                Broken(state).ShouldBeEmpty(name);
                better += isBetter ? 1 : 0;
            }
        }

        better.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void TryTake_OfAWorsePlan_LeavesThePlan()
    {
        foreach (var (state, random, name) in Plans())
        {
            var (objective, values) = (state.Objective, state.Value.ToArray());
            var trades = AnyTrades(state.Problem, random);
            var neighbourhood = new Neighbourhood(state, trades);

            neighbourhood.TryTake([.. trades.Select(trade => state.Problem.Most[SearchProblem.BuySide(trade)] > 0 ? 1e9 : state.Value[trade])]).ShouldBeFalse(name);

            state.Value.ShouldBe(values, name);
            state.Recompute();
            state.Objective.ShouldBe(objective, 1e-6, name);
        }
    }

    [Fact]
    public void Run_OfTheWholeSearch_OnlyImprovesAndKeepsTheRules()
    {
        var improved = 0;
        foreach (var (state, _, name) in Plans())
        {
            var before = state.Objective;
            var search = new NeighbourhoodSearch(state, RoomPrices.None(state.Problem), new bool[state.Problem.TradeCount], seed: 1);

            search.Run(20_000, null);

            state.Objective.ShouldBeLessThanOrEqualTo(before + 1e-9, name);
            Broken(state).ShouldBeEmpty(name);
            improved += state.Objective < before - 1e-6 ? 1 : 0;
        }

        improved.ShouldBeGreaterThan(10);
    }

    /// <summary>Plans that obey all rules and leave something to improve.</summary>
    private static IEnumerable<(SearchState State, Random Random, string Name)> Plans()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var problem = SearchProblem.Of(new Portfolio(Problem(seed)));
            var state = new SearchState(problem);
            new StartingPlan(state).Improve();
            new Annealing(state, RoomPrices.None(problem), (ulong)seed).Run(200, 1, 1, null);
            state.Recompute();
            if (!Broken(state).Any())
            {
                yield return (state, new Random(seed), $"seed {seed}");
            }
        }
    }

    private static PlacementProblem Problem(int seed) => (seed % 4) switch
    {
        0 => BoundProblems.Create(seed),
        1 => RandomProblems.Create(seed, accounts: 3, assets: 6),
        2 => RandomProblems.Create(seed, accounts: 4, assets: 4) with { OneDirectionPerAsset = true },
        _ => RuleMix.Create(seed, fractional: true).Problem,
    };

    private static IEnumerable<string> Broken(SearchState state)
    {
        var problem = state.Problem;
        foreach (var trade in Enumerable.Range(0, problem.TradeCount).Where(trade => state.Value[trade] != 0))
        {
            var (pair, asset, sold) = (problem.Pair[trade], problem.Asset[trade], state.PairSold[problem.Pair[trade]]);
            if (!state.KeepsRules(trade))
            {
                yield return $"{trade}: room, gains or a stranded rest";
            }

            if (state.PairBuys[pair] > 0 && state.PairSells[pair] > 0)
            {
                yield return $"{trade}: bought and sold in one account";
            }

            if (problem.OneDirectionPerAsset && state.AssetBuys[asset] > 0 && state.AssetSells[asset] > 0)
            {
                yield return $"{trade}: bought and sold";
            }

            if (state.IsLoss(pair, sold) && (problem.LossForbidden[asset] || (problem.ForbidsWashSales && state.AssetBuys[asset] > 0)))
            {
                yield return $"{trade}: a loss that may not be taken";
            }
        }
    }

    private static RoomPrices PricesOf(SearchProblem problem)
    {
        var relaxation = new LinearRelaxation(problem);
        relaxation.Solve(200);
        return relaxation.Prices();
    }

    private static List<int> AnyTrades(SearchProblem problem, Random random)
    {
        var pairs = problem.Pair.Distinct().Where(_ => random.Next(3) > 0).ToHashSet();
        return [.. Enumerable.Range(0, problem.TradeCount).Where(trade => pairs.Contains(problem.Pair[trade]))];
    }
}
