using Rebalancer.Domain.Placement;
using Rebalancer.Placement.Tests.Oracles.Programs;
using Rebalancer.Placement.Tests.Oracles.Solvers;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>
/// Problems over all rules, fractional markets among them, against a second text of the specification as a mixed-integer program, solved by
/// solvers that the program does not use: GLPK always, CBC where it is installed.
/// </summary>
public sealed class MilpOracleTests(SolverFixture fixture, ITestOutputHelper output)
{
    /// <summary>A solver that is not here makes no test, so that none is skipped.</summary>
    public static TheoryData<string> Solvers => CbcProgram.IsInstalled ? ["glpk", "cbc"] : ["glpk"];

    /// <summary>GLPK and CBC keep a row to a ten-millionth of its bounds, and count an amount as whole that is off by a hundred-thousandth.</summary>
    private const decimal ReferenceError = 1e-7m;

    /// <summary>How many problems are tried; <c>PLACEMENT_MILP_PROBLEMS=1000</c> tries more.</summary>
    private static int Problems => int.Parse(Environment.GetEnvironmentVariable("PLACEMENT_MILP_PROBLEMS") ?? "120", System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(Solvers))]
    public void Plan_UnderAnyMixOfRulesWithFractionalMarkets_CannotBeBeatenByAnIndependentModel(string solver)
    {
        using var reference = Start(solver);
        using var second = solver == "cbc" ? new GlpkProcess() : null;
        var comparison = new OracleComparison(fixture.Solver, ReferenceError);
        var unproven = 0;
        for (var seed = 400_000; comparison.Tried < Problems; seed++)
        {
            var (problem, rules) = RuleMix.Create(seed, fractional: true);
            if (new Ledger(problem).Value <= 0)
            {
                continue;
            }

            var best = new SpecifiedProgram(problem).Best(reference, out var isProven);

            // CBC calls some programs infeasible that have a plan; its answer counts where GLPK gives the same.
            if (isProven && (second is null || Same(problem, best, new SpecifiedProgram(problem).Best(second, out _))))
            {
                comparison.Add(seed, problem, rules, best);
            }
            else
            {
                unproven++;
            }
        }

        output.WriteLine($"{solver}: {comparison.Summary}; {unproven} more that it could not prove");
        comparison.Failures.ShouldBeEmpty();
        unproven.ShouldBeLessThan(Problems / 4);
    }

    /// <summary>
    /// Rounding once broke these plans, or left no plan at all: fees in a third asset, conversions, all or nothing of a holding, a band's end. In
    /// the last one the reference took a share for a crumb.
    /// </summary>
    [Theory]
    [InlineData(400_009)]
    [InlineData(400_137)]
    [InlineData(400_210)]
    [InlineData(400_273)]
    [InlineData(400_286)]
    [InlineData(400_333)]
    [InlineData(400_524)]
    [InlineData(400_725)]
    [InlineData(400_891)]
    public void Plan_WhereRoundingOnceBrokeIt_AgreesWithTheIndependentModel(int seed)
    {
        using var reference = new GlpkProcess();
        var (problem, rules) = RuleMix.Create(seed, fractional: true);
        var comparison = new OracleComparison(fixture.Solver, ReferenceError);

        comparison.Add(seed, problem, rules, new SpecifiedProgram(problem).Best(reference, out var isProven));

        isProven.ShouldBeTrue();
        comparison.Failures.ShouldBeEmpty();
    }

    /// <summary>The tolerance of the stage that restores a cap was worth a hundredth of a basis point there, which no plan can have.</summary>
    [Fact]
    public void IndependentModel_WhereTheToleranceOfACapPaysForTheBest_IsNotTakenAsProven()
    {
        using var reference = new GlpkProcess();
        var problem = RuleMix.Create(400_372, fractional: true).Problem;

        var best = new SpecifiedProgram(problem).Best(reference, out var isProven);

        isProven.ShouldBeFalse();
        Planner.Plan(problem, fixture.Solver).Plan.Objective.ShouldBe(best!.Value, 0.01m);
    }

    [Fact]
    public void IndependentModel_OfProblemsInWholeLots_FindsWhatTryingEverythingFinds()
    {
        using var reference = new GlpkProcess();
        var tried = 0;
        for (var seed = 0; tried < 100; seed++)
        {
            var problem = RuleMix.Create(seed).Problem;
            var best = new ExhaustiveOracle(problem).Best(out var isTooLarge);
            if (isTooLarge || new Ledger(problem).Value <= 0 || best is { Value: Verdict.OutsideTheBand })
            {
                continue;
            }

            var found = new SpecifiedProgram(problem).Best(reference, out var isProven);
            tried += isProven ? 1 : 0;
            (!isProven || Same(problem, best, found)).ShouldBeTrue($"seed {seed}: {best} by trying, {found} by the model");
        }
    }

    private static bool Same(PlacementProblem problem, Verdict? one, Verdict? other)
    {
        var error = ReferenceError * new Ledger(problem).Value;
        return one is null || other is null
            ? one is null && other is null
            : Math.Abs(one.CashShortfall - other.CashShortfall) <= error && Math.Abs(one.CapExcess - other.CapExcess) <= error && Math.Abs(one.Value - other.Value) <= error;
    }

    private static IReferenceSolver Start(string solver) => solver == "cbc" ? new CbcProgram() : new GlpkProcess();
}
