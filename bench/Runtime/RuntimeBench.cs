using System.Collections.Concurrent;
using System.Diagnostics;
using Rebalancer.Runtime.Actors;

namespace Rebalancer.Bench.Runtime;

/// <summary>Tell, Ask, spawn and memory of actors, beside a bare queue drained by the thread pool in the same run.</summary>
internal static class RuntimeBench
{
    private const int Messages = 3_000_000;
    private const int Questions = 200_000;
    private const int Actors = 100_000;
    private const int Repetitions = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly object Message = new();

    public static async IAsyncEnumerable<BenchRow> RunAsync()
    {
        await using var system = new ActorSystem();
        var queue = await BestAsync(BareQueueAsync);
        yield return new BenchRow("bare queue", queue / 1e6, "million messages/s");
        var number = 0;
        var tell = await BestAsync(() => TellAsync(system, $"tell-{number++}"));
        yield return new BenchRow("tell", tell / 1e6, "million messages/s", "bare queue", tell / queue);
        var ask = await BestAsync(() => AskAsync(system, $"ask-{number++}"));
        yield return new BenchRow("ask", 1e6 / ask, "microseconds");
        var (seconds, bytes) = await SpawnAsync(system);
        yield return new BenchRow($"spawn {Actors}", seconds, "s");
        yield return new BenchRow("memory of an idle actor", bytes, "bytes");
    }

    /// <summary>The highest rate of several repetitions; the first ones compile the code.</summary>
    private static async Task<double> BestAsync(Func<Task<double>> run)
    {
        var best = 0d;
        for (var i = 0; i < Repetitions; i++)
            best = Math.Max(best, await run());
        return best;
    }

    private static async Task<double> BareQueueAsync()
    {
        var drain = new BareQueue(Messages);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Messages; i++)
            drain.Add(Message);
        await drain.Done;
        return Messages / watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> TellAsync(ActorSystem system, string name)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = system.Spawn(new Props(() => new Counter(done), MailboxCapacity: int.MaxValue), name);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Messages; i++)
            actor.Tell(Message);
        await done.Task.WaitAsync(Patience);
        return Messages / watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> AskAsync(ActorSystem system, string name)
    {
        var actor = system.Spawn(new Props(static () => new Echo()), name);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Questions; i++)
            await actor.AskAsync<object>(Message, Patience);
        return Questions / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Time until all have started, and the live heap an actor adds, its name and its parent's entry included.</summary>
    private static async Task<(double Seconds, double Bytes)> SpawnAsync(ActorSystem system)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = new CountdownEvent(Actors);
        var watch = Stopwatch.StartNew();
        var props = new Props(() => new Starter(started));
        for (var i = 0; i < Actors; i++)
            system.Spawn(props, $"a{i}");
        started.Wait(Patience);
        var seconds = watch.Elapsed.TotalSeconds;
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Actors;
        GC.KeepAlive(system);
        return (seconds, bytes);
    }

    private sealed class Counter(TaskCompletionSource done) : Actor
    {
        private int _count;

        protected override ValueTask ReceiveAsync(object message)
        {
            if (++_count == Messages)
                done.SetResult();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Echo : Actor
    {
        protected override ValueTask ReceiveAsync(object message)
        {
            Context.Sender.Tell(message);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Starter(CountdownEvent started) : Actor
    {
        protected override ValueTask PreStartAsync()
        {
            started.Signal();
            return ValueTask.CompletedTask;
        }

        protected override ValueTask ReceiveAsync(object message) => ValueTask.CompletedTask;
    }

    /// <summary>What an actor costs at least: a concurrent queue and a flag.</summary>
    private sealed class BareQueue(int expected) : IThreadPoolWorkItem
    {
        private readonly ConcurrentQueue<object> _queue = new();
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _scheduled;
        private int _count;

        public Task Done => _done.Task;

        public void Add(object message)
        {
            _queue.Enqueue(message);
            if (Volatile.Read(ref _scheduled) == 0 && Interlocked.Exchange(ref _scheduled, 1) == 0)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Execute()
        {
            while (_queue.TryDequeue(out _))
            {
                if (++_count == expected)
                    _done.SetResult();
            }

            Interlocked.Exchange(ref _scheduled, 0);
            if (!_queue.IsEmpty && Interlocked.Exchange(ref _scheduled, 1) == 0)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
