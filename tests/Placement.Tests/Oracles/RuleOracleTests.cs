namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>Small problems over all rules: no plan of anyone's is better, and none of the program's breaks a rule.</summary>
public sealed class RuleOracleTests(SolverFixture fixture, ITestOutputHelper output)
{
    /// <summary>How many problems are tried; <c>PLACEMENT_ORACLE_PROBLEMS=10000</c> tries more.</summary>
    public static int Problems => int.Parse(Environment.GetEnvironmentVariable("PLACEMENT_ORACLE_PROBLEMS") ?? "1000", System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Plan_UnderAnyMixOfRules_CannotBeBeatenByTryingEverything()
    {
        var comparison = new OracleComparison(fixture.Solver);
        for (var seed = 0; comparison.Tried < Problems; seed++)
        {
            var (problem, rules) = RuleMix.Create(seed);
            var best = new ExhaustiveOracle(problem).Best(out var isTooLarge);
            if (!isTooLarge && new Ledger(problem).Value > 0)
            {
                comparison.Add(seed, problem, rules, best);
            }
        }

        output.WriteLine(comparison.Summary);
        comparison.Failures.ShouldBeEmpty();
        comparison.RulesMet.ShouldBe(RuleMix.Rules.Count);
    }
}
