namespace Rebalancer.Runtime.Actors;

/// <summary>The root of the actors of one node, on one scheduler, clock and random source.</summary>
public abstract class ActorSystem
{
    public abstract TimeProvider Clock { get; }
}
