using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;
using Rebalancer.Placement.Tests.Examples;
using Rebalancer.Domain.Placement.Snapshots;

namespace Rebalancer.Placement.Tests.Checking;

/// <summary>
/// The plan that an example gets without its rule, held against the problem with it: the checker names the rule that the plan breaks, though
/// every figure in it is right.
/// </summary>
public sealed class MutatedPlanTests(SolverFixture fixture)
{
    [Theory]
    [InlineData("currencies", "market")]
    [InlineData("unsettled", "cash")]
    [InlineData("settled-cash-only", "proceeds")]
    [InlineData("minimum-order", "minimum notional")]
    [InlineData("order-sizes", "lot", "maximum notional", "quantity limit")]
    [InlineData("fee-in-a-coin", "holding")]
    [InlineData("permissions", "allow", "unmanaged")]
    [InlineData("caps", "account cap")]
    [InlineData("venue-cap", "group")]
    [InlineData("group-cap", "group")]
    [InlineData("reserve-and-withdrawal", "reserve")]
    [InlineData("common-reserve", "cash reserve")]
    [InlineData("gain-budget", "gain budget")]
    [InlineData("wash-sale", "wash sale")]
    [InlineData("frozen-account", "frozen")]
    [InlineData("volume-share", "quantity limit")]
    [InlineData("closing-in-full", "minimum notional")]
    [InlineData("one-direction", "one direction")]
    [InlineData("contribution", "objective")]
    [InlineData("threshold", "threshold")]
    public void Check_OfThePlanWithoutTheRule_NamesTheRule(string file, params string[] rules)
    {
        var example = ExampleRules.All.Single(example => example.File == file);
        var problem = SnapshotReader.Read(File.ReadAllText(Path.Combine(ExampleRules.Folder, $"{file}.json")), file, new DateOnly(2026, 11, 21));
        var lifted = file == "currencies" ? problem : example.Lift(problem);
        var judged = file == "currencies" ? example.Lift(problem) : problem;

        var violations = PlanChecker.Check(judged, Planner.Plan(lifted, fixture.Solver).Plan);

        foreach (var rule in rules)
        {
            violations.ShouldContain(violation => violation.StartsWith(rule), $"{rule}: {string.Join("; ", violations)}");
        }
    }

    [Fact]
    public void Check_OfAPlanThatLeavesTooLittleToBeSold_NamesTheResidue()
    {
        var account = Problems.Account("x", 0, "OLD 10", Problems.Shares("OLD"));
        var lifted = Problems.Problem("", "OLD 100", account with { Markets = [Problems.Shares("OLD") with { MaxQuantity = 9 }] });
        var problem = lifted with { Accounts = [account with { Markets = [Problems.Shares("OLD") with { MinNotional = 150 }] }] };

        PlanChecker.Check(problem, Planner.Plan(lifted, fixture.Solver).Plan).ShouldHaveSingleItem().ShouldStartWith("residue: x would keep 1 OLD");
    }

    /// <summary>One share more or less in any trade of any example breaks a rule or makes a figure wrong; the checker finds every such plan.</summary>
    [Fact]
    public void Check_OfAPlanWithAnotherQuantity_FindsItEveryTime()
    {
        foreach (var example in ExampleRules.All)
        {
            var problem = SnapshotReader.Read(File.ReadAllText(Path.Combine(ExampleRules.Folder, $"{example.File}.json")), example.File, new DateOnly(2026, 11, 21));
            var plan = Planner.Plan(problem, fixture.Solver).Plan;
            for (var index = 0; index < plan.Trades.Count; index++)
            {
                var trade = plan.Trades[index];
                if (trade.Asset is "EUR" or "USD")
                {
                    // More of one money for another may be as right as less.
                    continue;
                }

                var more = trade with { Quantity = trade.Quantity * 2, Notional = trade.Notional * 2, Fee = trade.Fee * 2 };
                var other = trade with { Side = trade.Side == TradeSide.Buy ? TradeSide.Sell : TradeSide.Buy };
                foreach (var changed in new[] { more, other })
                {
                    var mutated = plan with { Trades = [.. plan.Trades.Select((each, at) => at == index ? changed : each)] };
                    PlanChecker.Check(problem, mutated).ShouldNotBeEmpty($"{example.File}: {changed}");
                }
            }
        }
    }
}
