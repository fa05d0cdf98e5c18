using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.TestKit;

namespace Rebalancer.Runtime.Tests.Actors;

public sealed class TimerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Timer_OfTheSameKey_ReplacesTheFirst()
    {
        using var simulation = new SimulatedSystem();
        var seen = Run(simulation, 10 * Second, context =>
        {
            context.StartTimer("key", "first", Second);
            context.StartTimer("key", "second", 2 * Second);
        });

        seen.ShouldBe([(2d, "second")]);
    }

    [Fact]
    public void Timer_CancelledWhileItsTickWaits_IsNotDelivered()
    {
        using var simulation = new SimulatedSystem();
        var seen = new List<object>();
        var actor = simulation.Spawn(
            () => new LambdaActor(async (context, message) =>
            {
                seen.Add(message);
                context.StartTimer("key", "tick", Second);
                await Task.Delay(2 * Second, context.Clock);
                context.CancelTimer("key");
            }),
            "actor");
        actor.Tell("go");
        simulation.RunFor(10 * Second);

        seen.ShouldBe(["go"]);
    }

    [Fact]
    public void PeriodicTimer_TicksEveryInterval_FirstAfterOne()
    {
        using var simulation = new SimulatedSystem();

        Run(simulation, 3 * Second, context => context.StartPeriodicTimer("key", "tick", Second))
            .ShouldBe([(1d, "tick"), (2d, "tick"), (3d, "tick")]);
    }

    [Fact]
    public void PeriodicTimer_OfASlowActor_DoesNotPileUp()
    {
        using var simulation = new SimulatedSystem();
        var ticks = 0;
        simulation.Spawn(
            () => new LambdaActor(async (context, _) =>
            {
                ticks++;
                await Task.Delay(10 * Second, context.Clock);
            })
            {
                PreStart = context =>
                {
                    context.StartPeriodicTimer("key", "tick", Second);
                    return ValueTask.CompletedTask;
                },
            },
            "slow");
        simulation.RunFor(30 * Second);

        ticks.ShouldBe(3);
        simulation.System.Inspect().Children.Single().MailboxDepth.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public void Timers_EndWithTheIncarnationThatSetThem()
    {
        using var simulation = new SimulatedSystem();
        var incarnation = 0;
        var ticks = new List<int>();
        var actor = simulation.Spawn(
            () =>
            {
                var mine = ++incarnation;
                return new LambdaActor((_, message) =>
                {
                    if (message is "fail")
                        throw new InvalidOperationException("as told");
                    ticks.Add((int)message);
                })
                {
                    PreStart = context =>
                    {
                        context.StartTimer("key", mine, Second);
                        return ValueTask.CompletedTask;
                    },
                };
            },
            "actor");
        actor.Tell("fail");
        simulation.RunFor(5 * Second);

        ticks.ShouldBe([2]);
    }

    [Fact]
    public void ReceiveTimeout_ComesAfterSilenceOnly()
    {
        using var simulation = new SimulatedSystem();
        var timeouts = new List<double>();
        var begin = simulation.Clock.GetUtcNow();
        var actor = simulation.Spawn(
            () => new LambdaActor((context, message) =>
            {
                if (message is ReceiveTimeout)
                {
                    timeouts.Add((simulation.Clock.GetUtcNow() - begin).TotalSeconds);
                    context.SetReceiveTimeout(null);
                }
                else
                {
                    context.SetReceiveTimeout(5 * Second);
                }
            }),
            "actor");
        actor.Tell("a");
        simulation.RunFor(4 * Second);
        actor.Tell("b");
        simulation.RunFor(TimeSpan.FromMinutes(1));

        timeouts.ShouldBe([9d]);
    }

    [Fact]
    public void PipeToSelf_DeliversResultAndFailureAsMessages()
    {
        using var simulation = new SimulatedSystem();
        var seen = Run(simulation, 5 * Second, context =>
        {
            context.PipeToSelf<int>(
                async token =>
                {
                    await Task.Delay(Second, context.Clock, token);
                    return 7;
                },
                result => $"result {result}",
                _ => "unexpected");
            context.PipeToSelf<int>(
                async token =>
                {
                    await Task.Delay(2 * Second, context.Clock, token);
                    throw new FormatException("bad");
                },
                _ => "unexpected",
                cause => cause.Message);
        });

        seen.ShouldBe([(1d, "result 7"), (2d, "bad")]);
    }

    [Fact]
    public void PipeToSelf_WhenTheActorStops_IsCancelledAndSaysNothing()
    {
        using var simulation = new SimulatedSystem();
        var cancelled = false;
        var actor = simulation.Spawn(
            () => new LambdaActor((context, _) =>
            {
                context.PipeToSelf<int>(
                    async token =>
                    {
                        using var registration = token.Register(() => cancelled = true);
                        await Task.Delay(TimeSpan.FromHours(1), context.Clock, token);
                        return 0;
                    },
                    _ => "done",
                    _ => "failed");
                context.Stop(context.Self);
            }),
            "actor");
        actor.Tell("go");
        simulation.RunUntilIdle();

        cancelled.ShouldBeTrue();
        simulation.System.DeadLetters.Count.ShouldBe(0);
    }

    [Fact]
    public void RunBlocking_UnderSimulation_RunsInlineAndAnswersThroughTheMailbox()
    {
        using var simulation = new SimulatedSystem();
        var thread = Environment.CurrentManagedThreadId;

        Run(simulation, Second, context => context.RunBlocking(
                () => Environment.CurrentManagedThreadId == thread, inline => $"inline {inline}", cause => cause.Message))
            .ShouldBe([(0d, "inline True")]);
    }

    /// <summary>Lets an actor start something and returns what it was sent, and when in seconds.</summary>
    private static List<(double At, object Message)> Run(SimulatedSystem simulation, TimeSpan duration, Action<IActorContext> start)
    {
        var begin = simulation.Clock.GetUtcNow();
        var seen = new List<(double At, object Message)>();
        simulation.Spawn(
            () => new LambdaActor((_, message) => seen.Add(((simulation.Clock.GetUtcNow() - begin).TotalSeconds, message)))
            {
                PreStart = context =>
                {
                    start(context);
                    return ValueTask.CompletedTask;
                },
            },
            "actor");
        simulation.RunFor(duration);
        return seen;
    }
}
