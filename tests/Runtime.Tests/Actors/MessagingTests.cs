using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.TestKit;

namespace Rebalancer.Runtime.Tests.Actors;

public sealed class MessagingTests
{
    [Fact]
    public void Receive_WhileAMessageIsAwaited_HandlesNoOtherAndKeepsOrder()
    {
        using var simulation = new SimulatedSystem();
        var log = new List<string>();
        var actor = simulation.Spawn(
            () => new LambdaActor(async (context, message) =>
            {
                log.Add($"begin {message}");
                await Task.Delay(TimeSpan.FromSeconds(1), context.Clock);
                log.Add($"end {message}");
            }),
            "slow");

        actor.Tell("a");
        actor.Tell("b");
        simulation.RunFor(TimeSpan.FromSeconds(2));

        log.ShouldBe(["begin a", "end a", "begin b", "end b"]);
    }

    [Fact]
    public void Ask_WhenAnswered_ReturnsTheAnswer()
    {
        using var simulation = new SimulatedSystem();
        var echo = simulation.Spawn(() => new LambdaActor((context, message) => context.Sender.Tell($"echo {message}")), "echo");

        simulation.Ask<string>(echo, "x").ShouldBe("echo x");
    }

    [Fact]
    public void Ask_FromInsideAnActor_WaitsWithoutTakingOtherMessages()
    {
        using var simulation = new SimulatedSystem();
        var probe = simulation.CreateProbe();
        var asker = simulation.Spawn(
            () => new LambdaActor(async (context, message) =>
            {
                var sender = context.Sender;
                var answer = await probe.Ref.AskAsync<string>(message, TimeSpan.FromSeconds(5));
                context.Sender.ShouldBe(sender);
                sender.Tell(answer);
            }),
            "asker");

        probe.Send(asker, "first");
        probe.Send(asker, "second");
        probe.ExpectMessage("first");
        probe.ExpectNoMessage(TimeSpan.FromSeconds(1));
        probe.Reply("one");
        probe.FishForMessage<string>(message => message == "second");
        probe.Reply("two");
        probe.ExpectMessage("two");
    }

    [Fact]
    public void Ask_WhenNobodyAnswers_TimesOutNamingTheTarget()
    {
        using var simulation = new SimulatedSystem();
        var mute = simulation.Spawn(() => new LambdaActor((_, _) => { }), "mute");
        var before = simulation.Clock.GetUtcNow();

        var error = Should.Throw<TimeoutException>(() => simulation.Ask<string>(mute, "x", TimeSpan.FromSeconds(7)));

        error.Message.ShouldContain("/user/mute");
        (simulation.Clock.GetUtcNow() - before).ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public void Ask_WhenAnsweredWithAFailure_ThrowsItsCause()
    {
        using var simulation = new SimulatedSystem();
        var failing = simulation.Spawn(
            () => new LambdaActor((context, _) => context.Sender.Tell(new Failure(new FormatException("bad")))), "failing");

        Should.Throw<FormatException>(() => simulation.Ask<string>(failing, "x")).Message.ShouldBe("bad");
    }

    [Fact]
    public void Ask_WhenAnsweredWithAnotherType_SaysExpectedAndActual()
    {
        using var simulation = new SimulatedSystem();
        var actor = simulation.Spawn(() => new LambdaActor((context, _) => context.Sender.Tell(5)), "five");

        var error = Should.Throw<InvalidCastException>(() => simulation.Ask<string>(actor, "x"));

        error.Message.ShouldContain("Int32");
        error.Message.ShouldContain("expected String");
    }

    [Fact]
    public void Mailbox_WhenFull_AnswersAskersBusyAndMakesTellsDeadLetters()
    {
        using var simulation = new SimulatedSystem();
        var actor = simulation.System.Spawn(new Props(() => new LambdaActor((_, _) => { }), MailboxCapacity: 2), "small");
        actor.Tell("1");
        actor.Tell("2");

        var ask = actor.AskAsync<string>("3", TimeSpan.FromSeconds(1)).AsTask();
        actor.Tell("4");

        simulation.System.DeadLetters.Count.ShouldBe(1);
        Should.Throw<ActorBusyException>(async () => await ask);
        simulation.RunUntilIdle();
        actor.Tell("5");
        simulation.System.DeadLetters.Count.ShouldBe(1);
    }

    [Fact]
    public void Tell_ToAStoppedActor_IsADeadLetter()
    {
        using var simulation = new SimulatedSystem();
        var actor = simulation.Spawn(() => new LambdaActor((context, _) => context.Stop(context.Self)), "brief");
        actor.Tell("stop");
        actor.Tell("waiting when it stops");
        simulation.RunUntilIdle();
        actor.Tell("late");

        simulation.System.DeadLetters.Count.ShouldBe(2);
    }

    [Fact]
    public void Sender_WhenThereIsNone_IsTheDeadLetterReference()
    {
        using var simulation = new SimulatedSystem();
        simulation.Spawn(() => new LambdaActor((context, message) => context.Sender.Tell(message)), "echo").Tell("x");
        simulation.RunUntilIdle();

        simulation.System.DeadLetters.Count.ShouldBe(1);
    }
}
