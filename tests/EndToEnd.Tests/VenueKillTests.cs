using Rebalancer.EndToEnd.RealVenues;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>A few of the kills that <c>tests/EndToEnd --brokers 100</c> and <c>--hosts 100</c> do.</summary>
public sealed class VenueKillTests
{
    [Theory]
    [InlineData(VenueKillTarget.Brokers, 3)]
    [InlineData(VenueKillTarget.Host, 2)]
    public async Task Kills_DuringTradingThroughTheRealLibraries_DuplicateNoOrderAndLoseNoFill(VenueKillTarget target, int kills)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"venue-kill-test-{Guid.NewGuid():N}");
        var lines = new List<string>();

        var result = await new VenueKillTest(kills, target, seed: 1, folder, lines.Add).RunAsync(TestContext.Current.CancellationToken);

        result.Violations.ShouldBeEmpty(string.Join('\n', lines));
        result.Aimed.ShouldBeGreaterThan(0);
        Directory.Delete(folder, recursive: true);
    }
}
