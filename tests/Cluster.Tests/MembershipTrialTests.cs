using Rebalancer.Cluster.Trials;

namespace Rebalancer.Cluster.Tests;

public sealed class MembershipTrialTests : TrialSlice
{
    [Fact]
    public async Task Account_AddedOnAnotherNode_Trades_AndIsTakenOutWithoutAnOrderLeft()
    {
        var result = await MembershipTrial.RunAsync(Options, Said.Add, Cancelled);

        result.Violations.ShouldBeEmpty(string.Join('\n', Said));
    }
}
