using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Sharding;
using Rebalancer.Runtime.TestKit;
using Rebalancer.Runtime.Tests.Actors;

namespace Rebalancer.Runtime.Tests.Sharding;

public sealed class ShardingTests
{
    [Fact]
    public void Fnv1a_MatchesThePublishedVectors()
    {
        FixedHash.Fnv1a32(string.Empty).ShouldBe(0x811c9dc5u);
        FixedHash.Fnv1a32("foobar").ShouldBe(0xbf9cf968u);
        FixedHash.Fnv1a64("foobar").ShouldBe(0x85944171f73967e8ul);
    }

    [Fact]
    public void Owner_WhenANodeLeaves_ChangesForItsShardsOnly()
    {
        string[] nodes = ["a", "b", "c", "d"];
        foreach (var shard in Enumerable.Range(0, ShardPlacement.ShardCount))
        {
            var before = ShardPlacement.OwnerOf("thing", shard, nodes);
            var after = ShardPlacement.OwnerOf("thing", shard, ["d", "b", "a"]);
            if (before != "c")
                after.ShouldBe(before);
        }
    }

    [Fact]
    public void Owner_SpreadsShardsEvenly()
    {
        var counts = Enumerable.Range(0, ShardPlacement.ShardCount)
            .CountBy(shard => ShardPlacement.OwnerOf("thing", shard, ["node-1", "node-2", "node-3", "node-4"]))
            .ToList();

        counts.Count.ShouldBe(4);
        counts.ShouldAllBe(node => node.Value >= 16 && node.Value <= 48);
    }

    [Fact]
    public void Entity_IsActivatedByItsFirstMessageAndKeepsWhatArrivesWhileItStarts()
    {
        using var simulation = new SimulatedSystem();
        var starts = 0;
        simulation.System.RegisterEntity("thing", id => new Props(() => new LambdaActor(
            (context, message) => context.Sender.Tell($"{id} {message}"))
        {
            PreStart = async context =>
            {
                starts++;
                await Task.Delay(TimeSpan.FromSeconds(1), context.Clock);
            },
        }));
        var probe = simulation.CreateProbe();
        var entity = simulation.System.Entity("thing/a");
        simulation.RunUntilIdle();
        starts.ShouldBe(0);

        probe.Send(entity, 1);
        probe.Send(simulation.System.Entity("thing/a"), 2);

        probe.ExpectMessage<string>().ShouldBe("a 1");
        probe.ExpectMessage<string>().ShouldBe("a 2");
        starts.ShouldBe(1);
        entity.Path.ShouldBe("/user/thing/a");
    }

    [Fact]
    public void Entity_ThatPassivates_IsActivatedAgainWithWhatCameMeanwhile()
    {
        using var simulation = new SimulatedSystem();
        var log = new List<string>();
        simulation.System.RegisterEntity("thing", _ => new Props(() => new LambdaActor((context, message) =>
        {
            log.Add((string)message);
            if (message is "sleep")
                context.Parent.Tell(new Passivate(), context.Self);
        })
        {
            PreStart = _ =>
            {
                log.Add("start");
                return ValueTask.CompletedTask;
            },
            PostStop = async context => await Task.Delay(TimeSpan.FromSeconds(1), context.Clock),
        }));
        var entity = simulation.System.Entity("thing/a");
        entity.Tell("sleep");
        simulation.RunUntilIdle();
        entity.Tell("while stopping");
        simulation.RunFor(TimeSpan.FromSeconds(2));

        log.ShouldBe(["start", "sleep", "start", "while stopping"]);
        simulation.System.DeadLetters.Count.ShouldBe(0);
    }

    [Fact]
    public void Entity_OfAnUnknownTypeOrShape_IsRefusedWithTheKnownOnes()
    {
        using var simulation = new SimulatedSystem();
        simulation.System.RegisterEntity("thing", _ => new Props(() => new LambdaActor((_, _) => { })));

        Should.Throw<InvalidOperationException>(() => simulation.System.Entity("other/a")).Message.ShouldContain("registered: thing");
        Should.Throw<ArgumentException>(() => simulation.System.Entity("thing")).Message.ShouldContain("expected type/id");
    }
}
