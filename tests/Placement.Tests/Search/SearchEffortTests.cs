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
    public void ForBest_BranchesAloneWhereTheTimeAllowsEnoughNodes(int trades, int cashRows, double seconds, bool isAlone) =>
        SearchEffort.ForBest(trades, cashRows, seconds).IsBranchedAlone.ShouldBe(isAlone);

    [Theory]
    [InlineData(855, 140, 60)]
    [InlineData(1_456, 300, 60)]
    [InlineData(2_964, 1_000, 60)]
    [InlineData(30_000, 1_000, 60)]
    public void ForBest_WhereAccountsAreManyAndANodeTakesSeconds_OnlyClimbs(int trades, int cashRows, double seconds) =>
        SearchEffort.ForBest(trades, cashRows, seconds).Nodes.ShouldBe(0);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void ForBest_OfAnyNumberOfTrades_IsFiniteWork(int trades)
    {
        foreach (var seconds in (double[])[0.1, 1, 60, 86_400])
        {
            var effort = SearchEffort.ForBest(trades, cashRows: 3, seconds);

            effort.Nodes.ShouldBeInRange(0, 10_000_000);
            effort.PartsWork.ShouldBeGreaterThanOrEqualTo(0);
            effort.Moves.ShouldBeGreaterThan(0);
        }
    }

    [Theory]
    [InlineData(180, 10)]
    [InlineData(600, 20)]
    [InlineData(6_000, 100)]
    public void ForBest_WithMoreTime_NeverBranchesLess(int trades, int cashRows)
    {
        double[] seconds = [0.1, 0.5, 1, 3, 10, 60, 600];
        int[] nodes = [.. seconds.Select(limit => SearchEffort.ForBest(trades, cashRows, limit).Nodes)];

        nodes.ShouldBe(nodes.Order());
    }
}
