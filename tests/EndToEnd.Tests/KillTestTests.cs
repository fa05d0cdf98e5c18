namespace Rebalancer.EndToEnd.Tests;

public sealed class KillTestTests
{
    [Fact]
    public async Task Service_KilledWhileItWorks_SendsNothingTwiceAndReachesItsTargets()
    {
        var data = Path.Combine(Path.GetTempPath(), $"kill-test-{Guid.NewGuid():N}");
        var lines = new List<string>();

        var result = await new KillTest(new KillTestOptions(Kills: 3, Seed: 1, data, KillTestOptions.Fast), lines.Add).RunAsync(TestContext.Current.CancellationToken);

        result.Violations.ShouldBeEmpty(string.Join('\n', lines));
        result.CaughtBetweenSendAndAnswer.ShouldBeGreaterThanOrEqualTo(1);
        Directory.Delete(data, recursive: true);
    }
}
