using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;
using Rebalancer.Domain.Placement.Stages;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Search;

public sealed class SearchRunTests
{
    // Every part of a search looks at the deadline; what it found does once more, to say whether it was cut short.
    private const int LooksOfTheAnswer = 1;

    private static readonly SearchEffort Effort = SearchEffort.ForBest(new ProblemSize(Trades: 200, CashRows: 10, Rows: 10), timeLimitSeconds: 0.2);

    [Fact]
    public void FindBest_WhereNothingIsWorthATrade_IsProvenWithoutASearch()
    {
        var (deadline, portfolio) = (new CountingDeadline(), Portfolio(orderPenalty: 1_000_000));

        var found = Run(portfolio, deadline).FindBest(tolerance: 1e-3);

        found.Values.ShouldAllBe(value => value == 0);
        (found.Objective - found.Bound).ShouldBeInRange(0, 1e-3);
        deadline.Looks.ShouldBe(LooksOfTheAnswer);
    }

    [Fact]
    public void FindBest_WhereTradesAreWorthIt_IsSearchedFor()
    {
        var (deadline, portfolio) = (new CountingDeadline(), Portfolio(orderPenalty: 0.5m));

        var found = Run(portfolio, deadline).FindBest(tolerance: 1e-3);

        found.Values.ShouldContain(value => value != 0);
        deadline.Looks.ShouldBeGreaterThan(LooksOfTheAnswer);
    }

    private static Portfolio Portfolio(decimal orderPenalty) => new(Problem(
        "A 0.5, B 0.4",
        "A 100, B 50",
        [.. Enumerable.Range(0, 10).Select(index => Account($"account-{index}", 1_000, "A 5", Shares("A"), Shares("B")))]) with
    {
        OrderPenalty = orderPenalty,
    });

    private static SearchRun Run(Portfolio portfolio, IDeadline deadline) => new(SearchProblem.Of(portfolio), new SolverSession(new NoSolver(), 5, deadline), Effort);

    private sealed class CountingDeadline : IDeadline
    {
        public int Looks { get; private set; }

        public double SecondsLeft => 60;

        public bool HasPassed
        {
            get
            {
                Looks++;
                return false;
            }
        }
    }
}
