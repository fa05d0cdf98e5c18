using Rebalancer.Domain.Placement;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Explanation;

/// <summary>Why a trade is made where it is: each other account has its reason, and what is called dearer is dearer by that much.</summary>
public sealed class AlternativeTests(SolverFixture fixture)
{
    [Fact]
    public void Alternatives_OfABuy_NameTheReasonOfEachAccount()
    {
        var problem = Problem(
            "BTC 0.1", "BTC 50000",
            Account("cheap", 20_000, "", Fractional("BTC", feeRate: 0.001m)), Account("dear", 20_000, "", Fractional("BTC", feeRate: 0.003m)),
            Account("poor", 100, "", Fractional("BTC")), Account("none", 10_000),
            Account("cold", 0, "", Fractional("BTC")) with { Frozen = true });

        var trade = Explain(problem).Trades.Single();

        trade.Account.ShouldBe("cheap");
        trade.Fee.ShouldBe(5.01m, 0.001m);
        trade.Alternatives.SelectMany(other => other.Accounts.Select(account => (account, other.Kind))).Order().ShouldBe(
        [
            ("cold", AlternativeKind.Frozen), ("dear", AlternativeKind.Dearer), ("none", AlternativeKind.NoMarket), ("poor", AlternativeKind.NoCash),
        ]);
        trade.Alternatives.Single(other => other.Kind == AlternativeKind.Dearer).Dearer!.Value.ShouldBe(5010 * 0.002m, 0.01m);
    }

    [Fact]
    public void Alternatives_OfASale_CountTheTaxThere()
    {
        var lots = new SortedDictionary<string, IReadOnlyList<TaxLot>>(StringComparer.Ordinal) { ["VTI"] = [new TaxLot(50, 100, new DateOnly(2026, 6, 1))] };
        var problem = Problem(
            "VTI 0.5", "VTI 200",
            Account("taxed", 0, "VTI 50", Shares("VTI")) with { Lots = lots }, Account("free", 0, "VTI 50", Shares("VTI")) with { Taxable = false })
            with { Taxes = new TaxRules { ShortTermRate = 0.3m, LongTermRate = 0.15m } };

        var other = Explain(problem).Trades.Single().Alternatives.Single();

        // At 20 USD a share and 30 %, each of 50 shares costs 30 in tax: more than the 20 that its deviation is worth, so that none is sold there.
        (other.Kind, other.Accounts.Single()).ShouldBe((AlternativeKind.Dearer, "taxed"));
        other.Reason.ShouldContain("tax");
    }

    [Fact]
    public void Alternatives_OfASaleForTheAccountsOwnCash_AreNoneElsewhere()
    {
        var problem = Problem(
            "A 0.5", "A 100", Account("short", -500, "A 20", Shares("A")), Account("rich", 5000, "A 20", Shares("A")));

        var sale = Explain(problem).Trades.Single(trade => trade is { Account: "short" });

        sale.Alternatives.Single().Kind.ShouldNotBe(AlternativeKind.Equal);
    }

    [Fact]
    public void Comparison_OfDriftsThatOffset_ShowsTheTradesThatAreSaved()
    {
        var problem = Problem(
            "SPY 0.6, BND 0.4", "SPY 500, BND 80",
            Account("one", 0, "SPY 60", Shares("SPY"), Shares("BND")), Account("two", 0, "BND 250", Shares("SPY"), Shares("BND")));

        var comparison = Explain(problem).Comparison;

        comparison.Select(row => row.Plan).ShouldBe([ComparedPlan.This, ComparedPlan.AccountByAccount, ComparedPlan.InProportion]);
        comparison[0].Trades.ShouldBe(0);
        comparison[1].Trades.ShouldBe(4);
        comparison[1].Turnover.ShouldBeGreaterThan(40_000);
    }

    [Fact]
    public void Comparison_OfThePlanItself_RepeatsItsFigures()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var plan = Planner.Plan(RandomProblems.Create(seed, accounts: 3, assets: 4), fixture.Solver, explain: true).Plan;
            var row = plan.Explanation!.Comparison[0];

            (row.Trades, row.Cost, row.Tax).ShouldBe((plan.Trades.Count, plan.Cost, plan.Tax), $"seed {seed}");
            row.Deviation.ShouldBe(plan.DeviationAfter, 1e-9m);
            row.Objective.ShouldBe(plan.Objective, 1e-9m);
            plan.Explanation.Trades.Sum(trade => trade.Fee + trade.Spread + trade.Ticket).ShouldBe(plan.Cost, 1e-9m);
            plan.Explanation.Trades.Sum(trade => trade.Tax).ShouldBe(plan.Tax, 1e-9m);
        }
    }

    private PlanExplanation Explain(PlacementProblem problem) => Planner.Plan(problem, fixture.Solver, explain: true).Plan.Explanation!;
}
