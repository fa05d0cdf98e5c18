using Rebalancer.Runtime.Actors;

namespace Rebalancer.Runtime.Tests.Actors;

/// <summary>An actor whose behaviour is written in the test.</summary>
internal sealed class LambdaActor(Func<IActorContext, object, ValueTask> receive) : Actor
{
    public LambdaActor(Action<IActorContext, object> receive)
        : this((context, message) =>
        {
            receive(context, message);
            return ValueTask.CompletedTask;
        })
    {
    }

    public SupervisorStrategy Strategy { get; init; } = SupervisorStrategy.Default;

    public Func<IActorContext, ValueTask>? PreStart { get; init; }

    public Func<IActorContext, ValueTask>? PostStop { get; init; }

    protected internal override SupervisorStrategy SupervisorStrategy => Strategy;

    protected internal override ValueTask ReceiveAsync(object message) => receive(Context, message);

    protected internal override ValueTask PreStartAsync() => PreStart?.Invoke(Context) ?? ValueTask.CompletedTask;

    protected internal override ValueTask PostStopAsync() => PostStop?.Invoke(Context) ?? ValueTask.CompletedTask;
}
