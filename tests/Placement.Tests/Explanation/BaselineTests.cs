using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;
using Rebalancer.Domain.Placement.Explanation;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Placement.Tests.Explanation;

/// <summary>What the plan is compared with could be carried out: it keeps the same rules, checked by the same independent code.</summary>
public sealed class BaselineTests
{
    [Fact]
    public void Baselines_OfRandomPortfolios_KeepEveryRule()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var portfolio = new Portfolio(WithNothingToRestore(RandomProblems.Create(5000 + seed, accounts: 1 + (seed % 4), assets: 2 + (seed % 4))));
            foreach (var baseline in new[] { Baselines.AccountByAccount(portfolio), Baselines.InProportion(portfolio) })
            {
                var plan = PlanWriter.Write(portfolio, new PlanDraft(new Evaluation(portfolio, baseline.Sizes), PlanStatus.Feasible));

                PlanChecker.Check(portfolio.Problem, plan).ShouldBeEmpty($"seed {seed}");
            }
        }
    }

    /// <summary>A baseline makes no effort to restore what is broken before it starts.</summary>
    private static PlacementProblem WithNothingToRestore(PlacementProblem problem) => problem with
    {
        Groups = [],
        CashReserve = 0,
        Accounts = [.. problem.Accounts.Select(account => account with
        {
            Caps = [],
            Reserve = 0,
            Cash = new SortedDictionary<string, decimal>(account.Cash.ToDictionary(cash => cash.Key, cash => Math.Abs(cash.Value)), StringComparer.Ordinal),
        })],
    };
}
