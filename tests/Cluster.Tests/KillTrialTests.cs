using Rebalancer.Cluster.Trials;

namespace Rebalancer.Cluster.Tests;

public sealed class KillTrialTests : TrialSlice
{
    [Fact]
    public async Task Node_Killed_LosesAndRepeatsNothing_AndTheOtherTakesOver()
    {
        var result = await KillTrial.RunAsync(Options, Said.Add, Cancelled);

        result.Violations.ShouldBeEmpty(string.Join('\n', Said));
        result.Fills.ShouldBeGreaterThan(0);
    }
}
