using System.Text.Json;
using System.Text.Json.Serialization;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.TestKit;

namespace Rebalancer.Runtime.Tests.Persistence;

internal sealed record Add(long Amount);

internal sealed record AddWhileRunning(long Amount, string Scope);

internal sealed record SendTo(string Receiver, long Amount);

internal sealed record AddAndIgnoreFailure(long Amount);

internal sealed record StopTrading(string Scope, bool Halted);

internal sealed record CorrelatedAdd(long Amount, string CorrelationId) : ICorrelated;

internal sealed record GetLedger;

internal sealed record Added(long Amount);

internal sealed record Sent(string Receiver, long Amount);

internal sealed record Credit(long Amount);

internal sealed record Ping;

internal sealed record TradingStopped(string Scope);

internal sealed record LedgerState(long Sum, IReadOnlyList<long> Amounts);

/// <summary>A small entity: adds amounts, sends amounts to others as reliable messages, refuses while halted.</summary>
internal sealed class LedgerActor(PersistenceEngine engine, string id, int snapshotEvery) : PersistentActor(engine)
{
    private readonly List<long> _amounts = [];
    private long _sum;

    protected override string PersistenceId => id;

    protected override int SnapshotEvery => snapshotEvery;

    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static EventCatalog CreateCatalog() => new EventCatalog(Json)
        .Register<Added>("added").Register<Sent>("sent").Register<Credit>("credit").Register<Ping>("ping")
        .Register<TradingStopped>("trading-stopped").Register<LedgerState>("ledger-state");

    /// <summary>Starts ledgers and their delivery on a simulated system, as a process would.</summary>
    public static PersistenceEngine Start(SimulatedSystem simulation, IJournal journal, long epoch, int snapshotEvery = 0)
    {
        var engine = new PersistenceEngine(journal, CreateCatalog(), _ => epoch, concurrentRecoveries: 2);
        simulation.System.RegisterEntity("ledger", name => new Props(() => new LedgerActor(engine, $"ledger/{name}", snapshotEvery)));
        simulation.System.Spawn(new Props(() => new DeliveryActor(engine, simulation.System.Entity)), "delivery");
        return engine;
    }

    protected override void Apply(object @event)
    {
        if (@event is Added added)
        {
            _amounts.Add(added.Amount);
            _sum += added.Amount;
        }
    }

    protected override async ValueTask OnCommandAsync(object message)
    {
        switch (message)
        {
            case Add add:
                await PersistAndAnswerAsync([new Added(add.Amount)], new PersistOptions());
                break;
            case CorrelatedAdd add:
                await PersistAndAnswerAsync([new Added(add.Amount)], new PersistOptions());
                break;
            case AddWhileRunning add:
                await PersistAndAnswerAsync([new Added(add.Amount)], new PersistOptions { HaltScopes = [add.Scope] });
                break;
            case StopTrading stop:
                await PersistAndAnswerAsync(
                    [new TradingStopped(stop.Scope)], new PersistOptions { HaltChanges = [new HaltChange(stop.Scope, stop.Halted, "ann", "why")] });
                break;
            case SendTo send:
                await PersistAndAnswerAsync(
                    [new Sent(send.Receiver, send.Amount)],
                    new PersistOptions { Outgoing = [new OutgoingMessage(send.Receiver, new Credit(send.Amount)), new OutgoingMessage(send.Receiver, new Ping())] });
                break;
            case Credit credit:
                await PersistAsync([new Added(credit.Amount)]);
                break;
            case AddAndIgnoreFailure add:
                await IgnoreFailureAsync(add);
                break;
            case GetLedger:
                Context.Sender.Tell(new LedgerState(_sum, [.. _amounts]));
                break;
        }
    }

    protected override object? CaptureSnapshot() => new LedgerState(_sum, [.. _amounts]);

    protected override void RestoreSnapshot(object snapshot)
    {
        var state = (LedgerState)snapshot;
        _sum = state.Sum;
        _amounts.AddRange(state.Amounts);
    }

    private async ValueTask PersistAndAnswerAsync(IReadOnlyList<object> events, PersistOptions options) =>
        Context.Sender.Tell(await PersistAsync(events, options));

    private async ValueTask IgnoreFailureAsync(AddAndIgnoreFailure add)
    {
        try
        {
            await PersistAsync([new Added(add.Amount)]);
        }
        catch (PersistenceException)
        {
            // A careless handler, on purpose.
        }
    }
}
