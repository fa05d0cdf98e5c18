using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Tests.Actors;

namespace Rebalancer.Runtime.Tests.Scheduling;

public sealed class ThreadPoolStressTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private sealed record Numbered(int Sender, int Number);

    private sealed record GetMistakes;

    [Fact]
    public async Task Mailbox_UnderManySenders_HandlesEachMessageOnceInItsSendersOrderAndOneAtATime()
    {
        const int senders = 8;
        const int each = 20_000;
        await using var system = new ActorSystem();
        var next = new int[senders];
        var (inside, mistakes) = (0, 0);
        var receiver = system.Spawn(
            new Props(
                () => new LambdaActor(async (context, message) =>
                {
                    if (message is GetMistakes)
                    {
                        context.Sender.Tell(mistakes);
                        return;
                    }

                    var numbered = (Numbered)message;
                    if (Interlocked.Increment(ref inside) != 1 || next[numbered.Sender]++ != numbered.Number)
                        mistakes++;
                    // Some messages really suspend, so that the turn moves between threads.
                    if (numbered.Number % 100 == 0)
                        await Task.Yield();
                    Interlocked.Decrement(ref inside);
                }),
                MailboxCapacity: int.MaxValue),
            "receiver");

        await Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(
            () =>
            {
                for (var number = 0; number < each; number++)
                    receiver.Tell(new Numbered(sender, number));
            },
            TestContext.Current.CancellationToken)));

        (await receiver.AskAsync<int>(new GetMistakes(), Patience, TestContext.Current.CancellationToken)).ShouldBe(0);
        next.ShouldAllBe(count => count == each);
        system.DeadLetters.Count.ShouldBe(0);
    }

    [Fact]
    public async Task System_OfManyActorsThatFailAndStop_StopsCompletely()
    {
        await using var system = new ActorSystem();
        for (var i = 0; i < 500; i++)
        {
            var actor = system.Spawn(
                new Props(() => new LambdaActor((context, message) =>
                {
                    if (message is 1)
                        throw new InvalidOperationException("as told");
                    if (message is 2)
                        context.Stop(context.Self);
                })),
                $"actor-{i}");
            actor.Tell(i % 3);
            actor.Tell("afterwards");
        }

        await system.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        system.Inspect().Children.ShouldBeEmpty();
    }

    [Fact]
    public async Task RunBlocking_OnTheThreadPool_KeepsTheActorResponsive()
    {
        await using var system = new ActorSystem();
        using var gate = new ManualResetEventSlim();
        var actor = system.Spawn(
            new Props(() => new LambdaActor((context, message) =>
            {
                var sender = context.Sender;
                if (message is "block")
                    context.RunBlocking(() => gate.Wait(Patience), result => (sender, result), cause => cause);
                else if (message is (IActorRef asker, bool result))
                    asker.Tell(result);
                else
                    sender.Tell("alive");
            })),
            "solver");

        var blocked = actor.AskAsync<bool>("block", Patience, TestContext.Current.CancellationToken).AsTask();
        (await actor.AskAsync<string>("ping", Patience, TestContext.Current.CancellationToken)).ShouldBe("alive");
        gate.Set();

        (await blocked).ShouldBeTrue();
    }
}
