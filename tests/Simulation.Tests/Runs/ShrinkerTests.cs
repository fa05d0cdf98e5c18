using Rebalancer.Simulation.Runs;

namespace Rebalancer.Simulation.Tests.Runs;

public sealed class ShrinkerTests
{
    [Fact]
    public void Shrink_WhenTwoFaultsTogetherFail_FindsTheTwo()
    {
        var shrinker = new Shrinker(only => only.Contains("f3") && only.Contains("f61"), maxRuns: 1_000);

        shrinker.Shrink([.. Enumerable.Range(0, 100).Select(number => $"f{number}")]).ShouldBe(["f3", "f61"]);
    }

    [Fact]
    public void Shrink_WhenItFailsWithoutAnyFault_KeepsNone() =>
        new Shrinker(_ => true, maxRuns: 1_000).Shrink(["a", "b", "c"]).ShouldBeEmpty();

    [Fact]
    public void Shrink_WhenRunsAreUsedUp_AnswersWithWhatFailedLast()
    {
        var runs = 0;
        var kept = new Shrinker(
            only =>
            {
                runs++;
                return only.Contains("f99");
            },
            maxRuns: 3).Shrink([.. Enumerable.Range(0, 100).Select(number => $"f{number}")]);

        runs.ShouldBe(3);
        kept.ShouldContain("f99");
    }
}
