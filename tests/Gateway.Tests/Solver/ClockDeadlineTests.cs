using Rebalancer.Gateway.Solver;

namespace Rebalancer.Gateway.Tests.Solver;

public sealed class ClockDeadlineTests
{
    [Fact]
    public void HasPassed_OnlyOnceLimitAndGraceAreOver()
    {
        var clock = new SetClock();
        var deadline = new ClockDeadline(clock, limitSeconds: 2);

        clock.Elapsed = TimeSpan.FromSeconds(2.4);
        deadline.HasPassed.ShouldBeFalse();

        clock.Elapsed = TimeSpan.FromSeconds(2.6);
        deadline.HasPassed.ShouldBeTrue();
    }

    [Fact]
    public void SecondsLeft_CountsToTheLimitAndOnIntoTheGrace()
    {
        var clock = new SetClock { Elapsed = TimeSpan.FromSeconds(10) };
        var deadline = new ClockDeadline(clock, limitSeconds: 2);

        clock.Elapsed = TimeSpan.FromSeconds(11.5);
        deadline.SecondsLeft.ShouldBe(0.5, 1e-9);

        clock.Elapsed = TimeSpan.FromSeconds(12.25);
        deadline.SecondsLeft.ShouldBe(-0.25, 1e-9);
    }

    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
