using Rebalancer.Runtime.Actors;

namespace Rebalancer.Runtime.TestKit;

/// <summary>What a probe expected did not come, or something else did.</summary>
public sealed class TestProbeException(string message) : Exception(message);

/// <summary>An actor that records what it is sent. Every wait moves virtual time and ends as soon as the message is there.</summary>
public sealed class TestProbe
{
    private readonly SimulatedSystem _simulation;
    private readonly Queue<(object Message, IActorRef Sender)> _received = new();

    internal TestProbe(SimulatedSystem simulation, string name)
    {
        _simulation = simulation;
        Ref = simulation.System.Spawn(new Props(() => new ProbeActor(_received)), name);
    }

    /// <summary>The address to send to.</summary>
    public IActorRef Ref { get; }

    /// <summary>Sender of the message last expected.</summary>
    public IActorRef? LastSender { get; private set; }

    /// <summary>Messages received and not yet expected.</summary>
    public int Waiting => _received.Count;

    /// <summary>Sends with the probe as the sender.</summary>
    public void Send(IActorRef target, object message) => target.Tell(message, Ref);

    /// <summary>Answers the message last expected.</summary>
    public void Reply(object message)
    {
        if (LastSender is not { } sender)
            throw new TestProbeException($"{Ref.Path} has no message to reply to.");
        sender.Tell(message, Ref);
    }

    /// <summary>The next message, which must be of that type and come within the time (default 3 s, virtual).</summary>
    public T ExpectMessage<T>(TimeSpan? within = null)
    {
        var (message, sender) = Next(typeof(T), within);
        LastSender = sender;
        return message is T expected
            ? expected
            : throw new TestProbeException($"{Ref.Path} expected {typeof(T).Name} and received {message}.");
    }

    /// <summary>The next message, which must equal <paramref name="expected"/>.</summary>
    public void ExpectMessage(object expected, TimeSpan? within = null)
    {
        var (message, sender) = Next(expected.GetType(), within);
        LastSender = sender;
        if (!Equals(message, expected))
            throw new TestProbeException($"{Ref.Path} expected {expected} and received {message}.");
    }

    /// <summary>The next message of that type for which the condition holds; others before it are dropped.</summary>
    public T FishForMessage<T>(Func<T, bool>? condition = null, TimeSpan? within = null)
    {
        var end = _simulation.Clock.GetUtcNow() + (within ?? SimulatedSystem.DefaultWait);
        while (true)
        {
            var (message, sender) = Next(typeof(T), end - _simulation.Clock.GetUtcNow());
            LastSender = sender;
            if (message is T expected && (condition is null || condition(expected)))
                return expected;
        }
    }

    /// <summary>Nothing may arrive for that long (default 3 s, virtual).</summary>
    public void ExpectNoMessage(TimeSpan? during = null)
    {
        _simulation.RunFor(during ?? SimulatedSystem.DefaultWait);
        if (_received.TryPeek(out var received))
            throw new TestProbeException($"{Ref.Path} expected no message and received {received.Message}.");
    }

    /// <summary>Watches an actor; its end comes as <see cref="Terminated"/>.</summary>
    public void Watch(IActorRef actor)
    {
        Ref.Tell(new WatchCommand(actor));
        _simulation.RunUntilIdle();
    }

    /// <summary>The next message must be the end of that actor.</summary>
    public void ExpectTerminated(IActorRef actor, TimeSpan? within = null) => ExpectMessage(new Terminated(actor), within);

    private (object Message, IActorRef Sender) Next(Type expected, TimeSpan? within)
    {
        var wait = within ?? SimulatedSystem.DefaultWait;
        if (!_simulation.RunUntil(() => _received.Count > 0, wait))
            throw new TestProbeException($"{Ref.Path} expected {expected.Name} and received nothing within {wait} (seed {_simulation.Seed}).");
        return _received.Dequeue();
    }

    private sealed record WatchCommand(IActorRef Actor);

    private sealed class ProbeActor(Queue<(object Message, IActorRef Sender)> received) : Actor
    {
        protected override ValueTask ReceiveAsync(object message)
        {
            if (message is WatchCommand watch)
                Context.Watch(watch.Actor);
            else
                received.Enqueue((message, Context.Sender));
            return ValueTask.CompletedTask;
        }
    }
}
