using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Placement.Tests.Search;

public sealed class SearchEffortTests
{
    [Theory]
    [InlineData(180, 10, 1, true)]
    [InlineData(600, 20, 3, true)]
    [InlineData(600, 20, 0.1, false)]
    [InlineData(780, 130, 60, false)]
    [InlineData(1_500, 50, 60, false)]
    public void ForBest_BranchesAloneWhereTheTimeAllowsEnoughNodes(int trades, int cash, double seconds, bool isAlone) =>
        SearchEffort.ForBest(new ProblemSize(trades, cash, cash), seconds).IsBranchedAlone.ShouldBe(isAlone);

    [Theory]
    [InlineData(855, 140, 140)]
    [InlineData(1_456, 300, 300)]
    [InlineData(2_964, 1_000, 1_000)]
    [InlineData(30_000, 1_000, 1_000)]
    [InlineData(3_913, 80, 3_416)]
    public void ForBest_WhereAccountsOrCapsAreManyAndANodeTakesSeconds_OnlyClimbs(int trades, int cash, int rows) =>
        SearchEffort.ForBest(new ProblemSize(trades, cash, rows), 60).Nodes.ShouldBe(0);

    [Fact]
    public void ForBest_WithACapOnEveryHolding_BranchesAsMuchAsWithout() =>
        SearchEffort.ForBest(new ProblemSize(180, 10, 98), 1).Nodes.ShouldBeInRange(SearchEffort.ForBest(new ProblemSize(180, 10, 10), 1).Nodes / 2, SearchEffort.ForBest(new ProblemSize(180, 10, 10), 1).Nodes);

    [Theory]
    [InlineData(6_000, 0.1, false)]
    [InlineData(6_000, 1, true)]
    [InlineData(1_500, 0.1, true)]
    [InlineData(24_000, 0.5, false)]
    public void ForBest_ClimbsWhereTheTimeAllowsMoreThanAFewSteps(int trades, double seconds, bool climbs) =>
        (SearchEffort.ForBest(new ProblemSize(trades, 100, 100), seconds).BoundSteps > 0).ShouldBe(climbs);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void ForBest_OfAnyNumberOfTrades_IsFiniteWork(int trades)
    {
        foreach (var seconds in (double[])[0.1, 1, 60, 86_400])
        {
            var effort = SearchEffort.ForBest(new ProblemSize(trades, 3, 3), seconds);

            effort.Nodes.ShouldBeInRange(0, 10_000_000);
            effort.PartsWork.ShouldBeGreaterThanOrEqualTo(0);
            effort.Moves.ShouldBeGreaterThan(0);
        }
    }

    [Theory]
    [InlineData(180, 10)]
    [InlineData(600, 20)]
    [InlineData(6_000, 100)]
    public void ForBest_WithMoreTime_NeverBranchesLess(int trades, int cash)
    {
        double[] seconds = [0.1, 0.5, 1, 3, 10, 60, 600];
        int[] nodes = [.. seconds.Select(limit => SearchEffort.ForBest(new ProblemSize(trades, cash, cash), limit).Nodes)];

        nodes.ShouldBe(nodes.Order());
    }
}
