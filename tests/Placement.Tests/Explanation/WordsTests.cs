using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Explanation.Telling;
using static Rebalancer.Placement.Tests.Problems;

namespace Rebalancer.Placement.Tests.Explanation;

/// <summary>What a stranger reads: the rule that binds, by its name and amount, and what would help.</summary>
public sealed class WordsTests(SolverFixture fixture)
{
    [Fact]
    public void Plan_WhereNoAccountTradesATarget_NamesTheMissingMarket()
    {
        var plan = Plan(Problem("A 0.5, B 0.4", "A 10, B 10", Account("m", 1000, "", Shares("B"))));

        plan.Skipped.ShouldContain(pair => pair.Account == "m" && pair.Asset == "A" && pair.Reason == "not traded in this account");
    }

    [Fact]
    public void Plan_WhereATicketCannotBePaidFromCashAtHand_SaysSo()
    {
        var account = Account("m", 3, "A 33", Shares("A") with { TicketFee = 5 }, Shares("B") with { TicketFee = 5 }) with { UseProceeds = false };
        var plan = Plan(Problem("A 0.2, B 0.8", "A 100, B 7", account));

        var skipped = plan.Skipped.Single(pair => pair.Asset == "A");
        skipped.Reason.ShouldBe("its ticket of 5.00 USD must be paid from cash at hand, of which there is too little");
        skipped.Remedy.ShouldBe("bring 2.00 USD to m");

        // Nor can those do it who bring every account to the targets by itself.
        plan.Explanation!.Comparison.ShouldAllBe(row => row.Trades == 0);
    }

    [Fact]
    public void Plan_WhereTheFeeIsTakenInWhatIsLacking_SaysSo()
    {
        var account = Account("m", 10_000, "BNB 0.002", Fractional("BTC", feeRate: 0.001m) with { FeeIn = "BNB" });
        var plan = Plan(Problem("BTC 0.5", "BTC 50000, BNB 600", account) with { Unmanaged = ["BNB"] });

        plan.Explanation!.Limits.ShouldHaveSingleItem().Reason.ShouldBe("its fee is taken in BNB, of which this account has too little");
    }

    [Fact]
    public void Story_WhereAGroupsCapBinds_SaysByHowMuchToRaiseIt()
    {
        var problem = Problem("A 0.3, B 0.3, C 0.4", "A 10, B 10, C 10", Account("m", 10_000, "", Shares("A"), Shares("B"), Shares("C"))) with
        {
            Groups = [new GroupCap("crypto", ["A", "B"], [], [], 0.4m)],
        };

        var story = Story(Plan(problem));
        story.ShouldContain("the limit of group crypto, 4,000.00 USD, is reached");
        story.ShouldContain("raise the limit of group crypto, 4,000.00 USD, by 2,000.00 USD, from 40 % to 60 % of the portfolio");
    }

    [Fact]
    public void Plan_OfTargetsAtTheSmallestAndALargePrice_BuysBoth()
    {
        var plan = Plan(Problem("S 0.5, L 0.5", "S 0.00000001, L 1000000", Account("m", 3_000_000, "", Fractional("S"), Fractional("L"))));

        plan.DeviationAfter.ShouldBeLessThan(1);
    }

    private Plan Plan(PlacementProblem problem) => Planner.Plan(problem, fixture.Solver, explain: true).Plan;

    private static string Story(Plan plan) =>
        string.Join(' ', PlanStory.Tell(plan, "USD").SelectMany(section => section.Lines).Select(line => line.Trim()));
}
