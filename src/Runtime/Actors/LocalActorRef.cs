namespace Rebalancer.Runtime.Actors;

/// <summary>A reference of an <see cref="ActorSystem"/>; Ask takes the clock from it.</summary>
internal interface ISystemRef : IActorRef
{
    ActorSystem System { get; }
}

/// <summary>The address of one actor of this process, for as long as that actor lives; a successor of the same name has another.</summary>
internal sealed class LocalActorRef(ActorCell cell) : ISystemRef
{
    public ActorCell Cell { get; } = cell;

    public ActorSystem System => Cell.System;

    public string Path => Cell.Path;

    public void Tell(object message, IActorRef? sender = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        Cell.Deliver(message, sender);
    }

    public override string ToString() => Path;
}
