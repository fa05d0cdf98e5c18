using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.TestKit;
using Rebalancer.Runtime.Tests.Actors;

namespace Rebalancer.Runtime.Tests.Scheduling;

public sealed class DeterminismTests
{
    private sealed record Gossip(int Hops);

    [Fact]
    public void Simulation_OfTheSameSeed_GivesTheSameTrace_AndAnotherSeedAnotherOrder()
    {
        var first = Simulate(seed: 7);
        var again = Simulate(seed: 7);
        var other = Simulate(seed: 8);

        first.Count.ShouldBeGreaterThan(500);
        again.ShouldBe(first);
        other.ShouldNotBe(first);
    }

    [Fact]
    public void Simulation_WhenWorkComesBackOnAnotherThread_FailsLoudly()
    {
        // Not disposed: after an escape the simulation refuses to run, also to stop its actors.
        var simulation = new SimulatedSystem();
        var other = simulation.CreateProbe();
        simulation.RunUntilIdle();
        var actor = simulation.Spawn(
            () => new LambdaActor((_, _) =>
            {
                var thread = new Thread(() => other.Ref.Tell("from elsewhere"));
                thread.Start();
                thread.Join();
            }),
            "escaping");
        actor.Tell("go");

        Should.Throw<InvalidOperationException>(simulation.RunUntilIdle).Message.ShouldContain("another thread");
    }

    [Fact]
    public void CancellationTokenSource_OnTheVirtualClock_FiresOnVirtualTime()
    {
        using var simulation = new SimulatedSystem();
        var begin = simulation.Clock.GetUtcNow();
        var cancelled = false;

        simulation.Run(async () =>
        {
            using var source = new CancellationTokenSource(TimeSpan.FromMinutes(5), simulation.Clock);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, simulation.Clock, source.Token);
            }
            catch (OperationCanceledException)
            {
                cancelled = true;
            }
        });

        cancelled.ShouldBeTrue();
        (simulation.Clock.GetUtcNow() - begin).ShouldBe(TimeSpan.FromMinutes(5));
    }

    /// <summary>Ten actors pass rumours on at random, with delays, questions and failures.</summary>
    private static IReadOnlyList<string> Simulate(int seed)
    {
        using var simulation = new SimulatedSystem(seed);
        var actors = new List<IActorRef>();
        for (var i = 0; i < 10; i++)
        {
            actors.Add(simulation.Spawn(
                () => new LambdaActor(async (context, message) =>
                {
                    if (message is not Gossip { Hops: > 0 } gossip)
                        return;
                    await Task.Delay(TimeSpan.FromMilliseconds(context.Random.Next(3)), context.Clock);
                    if (context.Random.Next(20) == 0)
                        throw new InvalidOperationException("at random");
                    actors[context.Random.Next(actors.Count)].Tell(new Gossip(gossip.Hops - 1), context.Self);
                    actors[context.Random.Next(actors.Count)].Tell(new Gossip(gossip.Hops / 2), context.Self);
                }),
                $"actor-{i}"));
        }

        foreach (var actor in actors)
            actor.Tell(new Gossip(12));
        simulation.RunFor(TimeSpan.FromMinutes(1));
        return [.. simulation.Trace];
    }
}
