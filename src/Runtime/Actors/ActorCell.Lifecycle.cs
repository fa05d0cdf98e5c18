using Microsoft.Extensions.Logging;

namespace Rebalancer.Runtime.Actors;

/// <summary>Life and death: start, failure, supervision, restart, stop.</summary>
internal sealed partial class ActorCell
{
    private ChildList? _children;
    private ActorTimers? _timers;
    private DeathWatch _deaths;
    private CancellationTokenSource? _incarnation;
    private RestartHistory? _restartHistory;
    private ITimer? _restartTimer;
    private TimeSpan _restartDelay;

    public ActorCell[] ChildCells() => Volatile.Read(ref _children)?.Snapshot() ?? [];

    public ActorCell? FindChild(string name) => Volatile.Read(ref _children)?.Find(name);

    /// <summary>True when the other was being watched; from now on it is not.</summary>
    public bool EndWatch(ActorCell other) => _deaths.Unwatch(other);

    /// <summary>Takes the other off the list of children, if it is one.</summary>
    public void ForgetChild(ActorCell other)
    {
        if (other._parent == this)
            _children?.Remove(other);
    }

    private ValueTask HandleSystemAsync(SystemMessage message)
    {
        switch (message)
        {
            case StartMessage:
                return StartAsync();
            case StopMessage:
                return BeginStopAsync();
            case ResumeMessage:
                if (State == ActorCellState.Failed)
                    State = ActorCellState.Running;
                return ValueTask.CompletedTask;
            case RestartMessage restart:
                return BeginRestartAsync(restart.Delay);
            case RestartDueMessage:
                return State == ActorCellState.Restarting && _actor is null ? StartAsync() : ValueTask.CompletedTask;
            case ChildFailedMessage failed:
                Supervise(failed);
                return ValueTask.CompletedTask;
            case ChildStoppedMessage stopped:
                return AfterChildStoppedAsync(stopped.Child);
            case WatchMessage watch:
                if (State == ActorCellState.Stopped)
                    watch.Watcher.DeliverOwn(new DeathNotice(this));
                else
                    _deaths.AddWatcher(watch.Watcher);
                return ValueTask.CompletedTask;
            case UnwatchMessage unwatch:
                _deaths.RemoveWatcher(unwatch.Watcher);
                return ValueTask.CompletedTask;
            case DescribeMessage describe:
                Describe(describe.Answer);
                return ValueTask.CompletedTask;
            default:
                throw new InvalidOperationException($"{Path} was sent the unknown system message {message.GetType().Name}.");
        }
    }

    private async ValueTask StartAsync()
    {
        State = ActorCellState.Starting;
        _restartTimer?.Dispose();
        _children?.SetClosed(false);
        try
        {
            _actor = _props.Create();
            _actor.Attach(this);
            await _actor.PreStartAsync();
        }
        catch (Exception cause)
        {
            _pendingFailure = cause;
        }

        if (_pendingFailure is { } failure)
        {
            _pendingFailure = null;
            Fail(failure);
            return;
        }

        State = ActorCellState.Running;
        _stash?.UnstashAll();
        _timers?.Touch();
    }

    /// <summary>Takes no more messages until the parent has decided.</summary>
    private void Fail(Exception cause)
    {
        if (State is not (ActorCellState.Starting or ActorCellState.Running))
            return;
        var whileStarting = State == ActorCellState.Starting;
        State = ActorCellState.Failed;
        if (_parent is null)
            System.OnGuardianFailed(cause);
        else
            _parent.Mailbox.EnqueueSystem(new ChildFailedMessage(this, cause, whileStarting));
    }

    private void Supervise(ChildFailedMessage failed)
    {
        // Without an incarnation there is nobody to decide; the child is being stopped then anyway.
        if (_actor is null || State is ActorCellState.Stopping or ActorCellState.Stopped)
            return;
        var (child, cause) = (failed.Child, failed.Cause);
        var (strategy, directive) = Decide(_actor, cause);
        // There is no state to resume with before the actor has started.
        if (directive == SupervisorDirective.Resume && failed.WhileStarting)
            directive = SupervisorDirective.Restart;
        var delay = TimeSpan.Zero;
        if (directive == SupervisorDirective.Restart
            && !(child._restartHistory ??= new RestartHistory()).TryAllow(strategy, Clock.GetUtcNow(), out delay))
        {
            System.Log.LogError("{Path} failed more than {MaxRetries} times within {Window}", child.Path, strategy.MaxRetries, strategy.Window);
            directive = SupervisorDirective.Stop;
        }

        System.Log.LogError(cause, "{Path} failed: {Directive} after {Delay}", child.Path, directive, delay);
        switch (directive)
        {
            case SupervisorDirective.Resume:
                child.Mailbox.EnqueueSystem(new ResumeMessage());
                break;
            case SupervisorDirective.Restart:
                child.Mailbox.EnqueueSystem(new RestartMessage(delay));
                break;
            case SupervisorDirective.Stop:
                child.Mailbox.EnqueueSystem(new StopMessage());
                break;
            default:
                Fail(cause);
                break;
        }
    }

    private (SupervisorStrategy Strategy, SupervisorDirective Directive) Decide(Actor parent, Exception cause)
    {
        try
        {
            var strategy = parent.SupervisorStrategy;
            return (strategy, strategy.Decide(cause));
        }
        catch (Exception second)
        {
            System.Log.LogError(second, "{Path}: the supervisor strategy itself failed", Path);
            return (SupervisorStrategy.Default, SupervisorDirective.Escalate);
        }
    }

    private ValueTask BeginRestartAsync(TimeSpan delay)
    {
        if (State is ActorCellState.Stopping or ActorCellState.Stopped)
            return ValueTask.CompletedTask;
        State = ActorCellState.Restarting;
        _restartDelay = delay;
        EndIncarnation();
        return StopChildren() ? ValueTask.CompletedTask : ContinueRestartAsync();
    }

    private async ValueTask ContinueRestartAsync()
    {
        await RunPostStopAsync();
        Restarts++;
        _random = null;
        if (_restartDelay <= TimeSpan.Zero)
            await StartAsync();
        else
            _restartTimer = Clock.CreateTimer(
                _ => Mailbox.EnqueueSystem(new RestartDueMessage()), null, _restartDelay, Timeout.InfiniteTimeSpan);
    }

    private ValueTask BeginStopAsync()
    {
        if (State is ActorCellState.Stopping or ActorCellState.Stopped)
            return ValueTask.CompletedTask;
        State = ActorCellState.Stopping;
        _restartTimer?.Dispose();
        EndIncarnation();
        return StopChildren() ? ValueTask.CompletedTask : FinishStopAsync();
    }

    private ValueTask AfterChildStoppedAsync(ActorCell child)
    {
        _children?.Remove(child);
        if (_children is not { Count: 0 })
            return ValueTask.CompletedTask;
        return State switch
        {
            ActorCellState.Stopping => FinishStopAsync(),
            ActorCellState.Restarting when _actor is not null => ContinueRestartAsync(),
            _ => ValueTask.CompletedTask,
        };
    }

    private async ValueTask FinishStopAsync()
    {
        await RunPostStopAsync();
        State = ActorCellState.Stopped;
        _stash?.UnstashAll();
        DrainToDeadLetters();
        _parent?.Mailbox.EnqueueSystem(new ChildStoppedMessage(this));
        _deaths.End(this);
        if (_parent is null)
            System.OnGuardianStopped();
    }

    /// <summary>Timers and piped work belong to the incarnation that started them.</summary>
    private void EndIncarnation()
    {
        _timers?.CancelAll();
        var incarnation = _incarnation;
        _incarnation = null;
        try
        {
            incarnation?.Cancel();
        }
        catch (AggregateException cause)
        {
            // The work's own clean-up failed; the actor's end must not.
            System.Log.LogError(cause, "{Path}: work failed on cancellation", Path);
        }
    }

    /// <summary>True when there are children to wait for.</summary>
    private bool StopChildren()
    {
        // The guardian is spawned into from outside: the list must refuse a child that would be missed here.
        if (_parent is null)
            Interlocked.CompareExchange(ref _children, new ChildList(), null);
        _children?.SetClosed(true);
        var children = ChildCells();
        foreach (var child in children)
            child.Mailbox.EnqueueSystem(new StopMessage());
        return children.Length > 0;
    }

    private async ValueTask RunPostStopAsync()
    {
        var actor = _actor;
        if (actor is null)
            return;
        try
        {
            await actor.PostStopAsync();
        }
        catch (Exception cause)
        {
            // The actor ends either way; nobody is left who could decide otherwise.
            System.Log.LogError(cause, "{Path} failed in PostStopAsync", Path);
        }

        _actor = null;
    }

    private void Describe(TaskCompletionSource<object?> answer)
    {
        try
        {
            answer.TrySetResult(State == ActorCellState.Running ? _actor?.DescribeState() : null);
        }
        catch (Exception cause)
        {
            answer.TrySetException(cause);
        }
    }
}
