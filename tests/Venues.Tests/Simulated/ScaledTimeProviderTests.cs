using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Simulated;

public sealed class ScaledTimeProviderTests
{
    private readonly ManualClock _wall = new(TestWorld.Start);

    [Fact]
    public void TimeTimestampsAndTimers_RunTheFactorAsFast()
    {
        var clock = new ScaledTimeProvider(new ClockAnchor(TestWorld.Start.AddDays(3), TestWorld.Start, 60), _wall);
        var fired = 0;
        var started = clock.GetTimestamp();
        using var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));

        _wall.Advance(TimeSpan.FromMilliseconds(999));
        fired.ShouldBe(0);
        _wall.Advance(TimeSpan.FromMilliseconds(4001));

        fired.ShouldBe(3);
        clock.GetUtcNow().ShouldBe(TestWorld.Start.AddDays(3).AddMinutes(5));
        clock.GetElapsedTime(started).ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Anchor_SharedByTwoClocksStartedApart_GivesOneTime()
    {
        var anchor = new ClockAnchor(TestWorld.Start, TestWorld.Start, 60);
        var first = new ScaledTimeProvider(anchor, _wall);
        _wall.Advance(TimeSpan.FromSeconds(7));

        new ScaledTimeProvider(anchor, _wall).GetUtcNow().ShouldBe(first.GetUtcNow());
    }
}
