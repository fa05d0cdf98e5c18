using Rebalancer.Cluster.Trials;

namespace Rebalancer.Cluster.Tests;

public sealed class RestoreTrialTests : TrialSlice
{
    [Fact]
    public async Task Journal_PutBackFromABackup_LeavesEveryAccountReducing_UntilItsOwnerResumesIt()
    {
        var violations = await RestoreTrial.RunAsync(Options, Said.Add, Cancelled);

        violations.ShouldBeEmpty(string.Join('\n', Said));
    }
}
