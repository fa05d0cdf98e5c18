using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.TestKit;

namespace Rebalancer.Runtime.Tests.Actors;

public sealed class SupervisionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static SupervisorStrategy Always(SupervisorDirective directive, int maxRetries = 10) =>
        new(_ => directive, maxRetries, TimeSpan.FromMinutes(1), Second, 4 * Second);

    [Fact]
    public void Restart_MakesANewInstanceAndDropsOnlyTheFailedMessage()
    {
        using var simulation = new SimulatedSystem();
        var (child, log) = SpawnCounter(simulation, Always(SupervisorDirective.Restart));

        child.Tell("a");
        child.Tell("fail");
        child.Tell("b");
        simulation.RunFor(2 * Second);

        log.ShouldBe(["start", "a:1", "stop", "start", "b:1"]);
    }

    [Fact]
    public void Resume_KeepsTheInstanceAndItsState()
    {
        using var simulation = new SimulatedSystem();
        var (child, log) = SpawnCounter(simulation, Always(SupervisorDirective.Resume));

        child.Tell("a");
        child.Tell("fail");
        child.Tell("b");
        simulation.RunUntilIdle();

        log.ShouldBe(["start", "a:1", "b:2"]);
    }

    [Fact]
    public void Stop_EndsTheChildAndTellsItsWatchers()
    {
        using var simulation = new SimulatedSystem();
        var (child, log) = SpawnCounter(simulation, Always(SupervisorDirective.Stop));
        var probe = simulation.CreateProbe();
        probe.Watch(child);

        child.Tell("fail");
        probe.ExpectTerminated(child);

        log.ShouldBe(["start", "stop"]);
    }

    [Fact]
    public void Escalate_RestartsTheParentAndStopsItsChildren()
    {
        using var simulation = new SimulatedSystem();
        var (child, log) = SpawnCounter(simulation, Always(SupervisorDirective.Escalate));
        var probe = simulation.CreateProbe();
        probe.Watch(child);

        child.Tell("fail");
        probe.ExpectTerminated(child);
        simulation.RunFor(Second);

        log.ShouldBe(["start", "stop", "start"]);
        simulation.System.Inspect().Children.Single(actor => actor.Path == "/user/parent").Restarts.ShouldBe(1);
    }

    [Fact]
    public void Strategy_ThatItselfFails_Escalates()
    {
        using var simulation = new SimulatedSystem();
        var broken = Always(SupervisorDirective.Resume) with { Decide = _ => throw new NotSupportedException("no rule") };
        var (child, log) = SpawnCounter(simulation, broken);

        child.Tell("fail");
        simulation.RunFor(Second);

        log.ShouldBe(["start", "stop", "start"]);
    }

    [Fact]
    public void Backoff_DoublesUpToItsMaximumOnVirtualTime()
    {
        using var simulation = new SimulatedSystem();
        var starts = new List<TimeSpan>();
        var begin = simulation.Clock.GetUtcNow();
        var strategy = Always(SupervisorDirective.Restart, maxRetries: 5);
        simulation.Spawn(
            () => new LambdaActor((_, _) => { })
            {
                Strategy = strategy,
                PreStart = context =>
                {
                    context.Spawn(
                        new Props(() => new LambdaActor((_, _) => { })
                        {
                            PreStart = _ =>
                            {
                                starts.Add(simulation.Clock.GetUtcNow() - begin);
                                throw new InvalidOperationException("never starts");
                            },
                        }),
                        "child");
                    return ValueTask.CompletedTask;
                },
            },
            "parent");

        simulation.RunFor(TimeSpan.FromMinutes(5));

        starts.Select(start => start.TotalSeconds).ShouldBe([0, 1, 3, 7, 11, 15]);
        simulation.System.Find("/user/parent/child").ShouldBeNull();
    }

    [Fact]
    public void Retries_OlderThanTheWindow_AreForgotten()
    {
        var strategy = Always(SupervisorDirective.Restart, maxRetries: 1);
        var history = new RestartHistory();
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        history.TryAllow(strategy, now, out _).ShouldBeTrue();
        history.TryAllow(strategy, now.AddSeconds(60), out _).ShouldBeFalse();
        history.TryAllow(strategy, now.AddSeconds(61), out var delay).ShouldBeTrue();
        delay.ShouldBe(Second);
    }

    [Fact]
    public void FailAfterMessage_FailsTheActorEvenWhenItsCodeSwallowsExceptions()
    {
        using var simulation = new SimulatedSystem();
        var starts = 0;
        var actor = simulation.Spawn(() => new SelfFailing(() => starts++), "self-failing");

        actor.Tell("x");
        simulation.RunFor(Second);

        starts.ShouldBe(2);
    }

    [Fact]
    public void Stash_SurvivesARestart()
    {
        using var simulation = new SimulatedSystem();
        var log = new List<string>();
        var incarnation = 0;
        var actor = simulation.Spawn(
            () =>
            {
                var mine = ++incarnation;
                return new LambdaActor((context, message) =>
                {
                    if (message is "fail")
                        throw new InvalidOperationException("as told");
                    if (mine == 1)
                        context.Stash();
                    else
                        log.Add((string)message);
                });
            },
            "stashing");
        actor.Tell("a");
        actor.Tell("b");
        actor.Tell("fail");
        actor.Tell("c");
        simulation.RunFor(Second);

        log.ShouldBe(["a", "b", "c"]);
    }

    /// <summary>A parent with one child, which counts its messages and logs them and its life.</summary>
    private static (IActorRef Child, List<string> Log) SpawnCounter(SimulatedSystem simulation, SupervisorStrategy strategy)
    {
        var log = new List<string>();
        simulation.Spawn(
            () => new LambdaActor((_, _) => { })
            {
                Strategy = strategy,
                PreStart = context =>
                {
                    context.Spawn(new Props(() => Counter(log)), "child");
                    return ValueTask.CompletedTask;
                },
            },
            "parent");
        simulation.RunUntilIdle();
        return (simulation.System.Find("/user/parent/child")!, log);
    }

    private static LambdaActor Counter(List<string> log)
    {
        var count = 0;
        return new LambdaActor((_, message) =>
        {
            if (message is "fail")
                throw new InvalidOperationException("as told");
            log.Add($"{message}:{++count}");
        })
        {
            PreStart = _ =>
            {
                log.Add("start");
                return ValueTask.CompletedTask;
            },
            PostStop = _ =>
            {
                log.Add("stop");
                return ValueTask.CompletedTask;
            },
        };
    }

    private sealed class SelfFailing(Action started) : Actor
    {
        protected internal override ValueTask PreStartAsync()
        {
            started();
            return ValueTask.CompletedTask;
        }

        protected internal override ValueTask ReceiveAsync(object message)
        {
            FailAfterMessage(new InvalidOperationException("the state is lost"));
            return ValueTask.CompletedTask;
        }
    }
}
