using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.TestKit;

namespace Rebalancer.Runtime.Tests.Actors;

public sealed class LifecycleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Stop_StopsChildrenBeforeTheirParent()
    {
        using var simulation = new SimulatedSystem();
        var log = new List<string>();
        simulation.Spawn(() => Nested(log, 3), "top");
        simulation.RunUntilIdle();

        simulation.Run(() => simulation.System.StopAsync());

        log.ShouldBe(["child of 1", "child of 2", "child of 3"]);
        simulation.System.WhenStopped.IsCompletedSuccessfully.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => simulation.Spawn(() => Nested(log, 0), "late"));
    }

    [Fact]
    public void Stop_LetsTheMessageInHandFinish()
    {
        using var simulation = new SimulatedSystem();
        var finished = false;
        var actor = simulation.Spawn(
            () => new LambdaActor(async (context, _) =>
            {
                await Task.Delay(Second, context.Clock);
                finished = true;
            }),
            "slow");
        actor.Tell("x");
        simulation.RunUntilIdle();

        simulation.Run(() => simulation.System.StopAsync());

        finished.ShouldBeTrue();
    }

    [Fact]
    public void Watch_OfAnActorAlreadyStopped_TerminatesAtOnce()
    {
        using var simulation = new SimulatedSystem();
        var actor = simulation.Spawn(() => new LambdaActor((context, _) => context.Stop(context.Self)), "brief");
        actor.Tell("stop");
        simulation.RunUntilIdle();
        var probe = simulation.CreateProbe();

        probe.Watch(actor);

        probe.ExpectTerminated(actor);
        probe.ExpectNoMessage();
    }

    /// <summary>
    /// That a child has stopped comes as a system message and, to a watcher, as a notice behind it. A parent on another thread may have
    /// looked for system messages just before both came, and then takes the notice first.
    /// </summary>
    [Fact]
    public void Watch_OfAChildWhoseNoticeIsTakenFirst_FindsTheNameFree()
    {
        using var simulation = new SimulatedSystem();
        object? told = null;
        var isThere = true;
        var parent = simulation.Spawn(
            () => new LambdaActor(async (context, _) =>
            {
                var child = context.Spawn(new Props(() => new LambdaActor((own, _) => own.Stop(own.Self))), "child");
                context.Watch(child);
                child.Tell("stop");
                await Task.Delay(Second, context.Clock);
                var cell = ((LocalActorRef)context.Self).Cell;
                cell.Mailbox.TryDequeue(out var notice, out IActorRef? _).ShouldBeTrue();
                told = ((OwnMessage)notice).Open(cell);
                isThere = context.Child("child") is not null;
            }),
            "parent");

        parent.Tell("begin");
        simulation.RunFor(2 * Second);

        told.ShouldBeOfType<Terminated>();
        isThere.ShouldBeFalse();
    }

    [Fact]
    public void Unwatch_WhileTheNoticeWaitsInTheMailbox_DropsIt()
    {
        using var simulation = new SimulatedSystem();
        var actor = simulation.Spawn(() => new LambdaActor((context, _) => context.Stop(context.Self)), "brief");
        var seen = new List<object>();
        var watcher = simulation.Spawn(
            () => new LambdaActor(async (context, message) =>
            {
                seen.Add(message);
                context.Watch(actor);
                actor.Tell("stop");
                await Task.Delay(Second, context.Clock);
                context.Unwatch(actor);
            }),
            "watcher");
        watcher.Tell("go");
        simulation.RunFor(3 * Second);

        seen.ShouldBe(["go"]);
    }

    [Fact]
    public void Spawn_WhenTheNameIsTaken_Throws_AndIsFreeAgainAfterTheStop()
    {
        using var simulation = new SimulatedSystem();
        var first = simulation.Spawn(() => new LambdaActor((context, _) => context.Stop(context.Self)), "name");
        Should.Throw<InvalidOperationException>(() => simulation.Spawn(() => new LambdaActor((_, _) => { }), "name"))
            .Message.ShouldContain("/user/name");

        first.Tell("stop");
        simulation.RunUntilIdle();

        simulation.Spawn(() => new LambdaActor((_, _) => { }), "name").ShouldNotBe(first);
    }

    [Fact]
    public void Stash_WhenFull_ThrowsIntoTheActor()
    {
        using var simulation = new SimulatedSystem();
        var overflows = 0;
        var actor = simulation.System.Spawn(
            new Props(
                () => new LambdaActor((context, _) =>
                {
                    try
                    {
                        context.Stash();
                    }
                    catch (StashOverflowException)
                    {
                        overflows++;
                    }
                }),
                StashCapacity: 2),
            "stashing");
        for (var i = 0; i < 5; i++)
            actor.Tell(i);
        simulation.RunUntilIdle();

        overflows.ShouldBe(3);
    }

    [Fact]
    public void Unstash_PutsMessagesBeforeTheMailboxInTheirOrder()
    {
        using var simulation = new SimulatedSystem();
        var log = new List<object>();
        var open = false;
        var actor = simulation.Spawn(
            () => new LambdaActor((context, message) =>
            {
                if (message is "open")
                {
                    open = true;
                    context.UnstashAll();
                }
                else if (open)
                {
                    log.Add(message);
                }
                else
                {
                    context.Stash();
                }
            }),
            "stashing");
        foreach (var message in new object[] { 1, 2, "open", 3 })
            actor.Tell(message);
        simulation.RunUntilIdle();

        log.ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Describe_GivesTheActorsOwnPicture_AndInspectTheTree()
    {
        using var simulation = new SimulatedSystem();
        simulation.System.RegisterEntity("thing", _ => new Props(() => new LambdaActor((_, _) => { })));
        simulation.System.Entity("thing/a").Tell("wake");
        simulation.RunUntilIdle();

        var described = simulation.Run(() => simulation.System.DescribeAsync("/user/thing", Second));

        described!.ToString().ShouldBe("{ Active = 1, Stopping = 0, Emptying = , WaitingMessages = 0 }");
        simulation.System.Inspect().Children.Single().Children.Single().Path.ShouldBe("/user/thing/a");
    }

    private static LambdaActor Nested(List<string> log, int depth) => new((_, _) => { })
    {
        PreStart = context =>
        {
            if (depth > 0)
                context.Spawn(new Props(() => Nested(log, depth - 1)), $"{depth - 1}");
            return ValueTask.CompletedTask;
        },
        PostStop = _ =>
        {
            if (depth < 3)
                log.Add($"child of {depth + 1}");
            return ValueTask.CompletedTask;
        },
    };
}
