using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Explanation;

/// <summary>Advice about transfers comes true: with the money moved, the plan is nearer the targets by at least what was said.</summary>
public sealed class TransferTests(SolverFixture fixture)
{
    [Fact]
    public void Transfers_WhenTheMoneyIsMoved_BringWhatTheySay()
    {
        var advised = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var problem = RandomProblems.Create(3000 + seed, accounts: 2 + (seed % 3), assets: 3 + (seed % 2)) with { Groups = [], CashReserve = 0 };
            var plan = Planner.Plan(problem, fixture.Solver).Plan;
            foreach (var transfer in plan.Transfers)
            {
                var moved = Planner.Plan(Move(problem, transfer), fixture.Solver).Plan;

                // The plan weighs what it costs to come nearer, so that it is held to what it weighs.
                var promised = plan.Objective - (problem.DeviationWeight * transfer.WouldReduceDeviationBy);
                moved.Objective.ShouldBeLessThan(plan.Objective, $"seed {seed}: {transfer}");
                (moved.DeviationAfter <= plan.DeviationAfter - transfer.WouldReduceDeviationBy + 0.01m || moved.Objective <= promised + (plan.Cost * 2) + 5)
                    .ShouldBeTrue($"seed {seed}: {transfer}: {plan.DeviationAfter} → {moved.DeviationAfter}");
                advised++;
            }
        }

        advised.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Transfers_IncludeTheFeesOfBuying()
    {
        var problem = Problem(
            "BTC 0.5, SPY 0.5", "BTC 50000, SPY 500",
            Account("ibkr", 8000, "", Shares("SPY")), Account("kraken", 2000, "", Fractional("BTC", feeRate: 0.01m)));

        var transfer = Planner.Plan(problem, fixture.Solver).Plan.Transfers[0];

        // 5000 of BTC cost 5050, of which 2000 are there.
        (transfer.From, transfer.To, transfer.Amount).ShouldBe(("ibkr", "kraken", 3000));
        transfer.WouldReduceDeviationBy.ShouldBe(3000 / 1.01m, 0.01m);
    }

    [Fact]
    public void Transfers_OfWhatTheReceiverHasLeft_AskOnlyForTheRest()
    {
        var problem = Problem(
            "BND 0.5", "BND 100", Account("a", 100), Account("b", 150, "", Shares("BND")));

        // Half of 250 is 125: the one share there is money for, and a second that lacks 50, overshoot; no advice.
        Planner.Plan(problem, fixture.Solver).Plan.Transfers.ShouldBeEmpty();
        Planner.Plan(problem with { Targets = Amounts("BND 0.8") }, fixture.Solver).Plan.Transfers[0].Amount.ShouldBe(50);
    }

    private static PlacementProblem Move(PlacementProblem problem, TransferAdvice transfer) => problem with
    {
        Accounts = [.. problem.Accounts.Select(account =>
            account.Id == transfer.From ? Change(account, transfer.Currency, -transfer.Amount)
            : account.Id == transfer.To ? Change(account, transfer.Currency, transfer.Amount)
            : account)],
    };

    private static PlacementAccount Change(PlacementAccount account, string currency, decimal amount) => account with
    {
        Cash = new(account.Cash, StringComparer.Ordinal) { [currency] = account.Cash.GetValueOrDefault(currency) + amount },
    };
}
