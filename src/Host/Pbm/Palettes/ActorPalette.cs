using System.Text.Json;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Hosting;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Pbm.Palettes;

/// <summary><c>actor</c>: the living actors of a node, and what each knows.</summary>
internal sealed class ActorPalette(ActorSystem system, ServiceCluster cluster, IJournal journal) : IPbmPalette
{
    private const int LastEvents = 10;

    /// <summary>An actor that is busy with one message for longer says so instead of its state.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public string Name => "actor";

    public string Description => "Living actors: tree, state, mailboxes, supervision";

    public IReadOnlyList<PbmCommand> Commands =>
    [
        new("system", "actor system [--node NODE|all]", "Figures of a node's actors", (_, _) => Task.FromResult(DescribeSystem())),
        new("hierarchy", "actor hierarchy [-s PATH] [-d DEPTH] [--node NODE|all]", "The tree of actors from a path down", (call, _) => Task.FromResult(Hierarchy(call))),
        new("inspect", "actor inspect PATH", "State, mailbox, last events and supervision of an actor on any node", InspectAsync),
        new("watch", "actor watch PATH", "New events of a persistent actor as they come", WatchAsync, Follows: true),
        new("dead-letters", "actor dead-letters [--node NODE|all]", "Messages that found no receiver", (_, _) => Task.FromResult(DeadLetters())),
    ];

    private PbmAnswer DescribeSystem()
    {
        var actors = Flatten(system.Inspect()).ToList();
        var figures = new
        {
            node = cluster.Member.NodeId, version = Versions.Product, actors = actors.Count, waitingMessages = actors.Sum(actor => actor.MailboxDepth),
            restarts = actors.Sum(actor => actor.Restarts), deadLetters = system.DeadLetters.Count,
        };
        return new PbmAnswer([new PbmItem(
            $"{figures.node} version {figures.version}: {figures.actors} actors, {figures.waitingMessages} messages waiting, {figures.restarts} restarts, {figures.deadLetters} dead letters",
            figures)]);
    }

    private PbmAnswer Hierarchy(PbmCall call)
    {
        var path = call.Arguments.Option("-s") is { } given ? PathOf(given) : "/user";
        var root = Flatten(system.Inspect()).FirstOrDefault(actor => actor.Path == path)
            ?? throw new PbmException($"{path}: no living actor on {cluster.Member.NodeId} has this path; 'actor hierarchy' shows all");
        var depth = call.Arguments.Number("-d", int.MaxValue);
        var level = root.Path.Count(character => character == '/');
        return PbmAnswer.Of(Flatten(root).Where(actor => actor.Path.Count(character => character == '/') - level < depth).Select(actor => new PbmItem(
            $"{actor.Path}  {actor.ActorType ?? "-"}  {actor.State}  mailbox {actor.MailboxDepth}  restarts {actor.Restarts}",
            new { path = actor.Path, type = actor.ActorType, state = actor.State, mailbox = actor.MailboxDepth, restarts = actor.Restarts })));
    }

    private async Task<PbmAnswer> InspectAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var path = PathOf(call.Arguments.Required(0, "PATH"));
        var entity = EntityOf(path);
        var owner = entity is null ? null : cluster.Member.FindOwner(entity);
        if (owner is not null && owner != cluster.Member.NodeId)
        {
            return await cluster.AskAsync(owner, call.Request with { Line = $"actor inspect \"{path}\"" }, cancellationToken);
        }

        var actor = Flatten(system.Inspect()).FirstOrDefault(living => living.Path == path)
            ?? throw new PbmException($"{path}: no actor lives there on {cluster.Member.NodeId}{(entity is null ? "; 'actor hierarchy --node all' shows every node's" : "; a message to it would start it")}");
        var state = await DescribeAsync(path);
        var events = entity is null ? [] : await ReadLastAsync(entity, cancellationToken);
        var value = new
        {
            path, node = cluster.Member.NodeId, type = actor.ActorType, status = actor.State, mailbox = actor.MailboxDepth, restarts = actor.Restarts, state,
            lastEvents = events.Select(row => new { sequenceNr = row.SequenceNr, name = row.EventName, at = row.Timestamp, epoch = row.Epoch }),
        };
        return new PbmAnswer([new PbmItem(string.Join('\n',
            [
                $"{path} on {value.node}", $"  type      {value.type}", $"  status    {value.status}", $"  mailbox   {value.mailbox}", $"  restarts  {value.restarts}",
                "  state     " + (state is null ? "it tells nothing of itself" : JsonSerializer.Serialize(state, JsonOutput.Options).Replace("\n", "\n            ", StringComparison.Ordinal)),
                .. events.Select(row => $"  event     {row.SequenceNr} {row.Timestamp:u} {row.EventName} (epoch {row.Epoch})"),
            ]), value)]);
    }

    private async Task<PbmAnswer> WatchAsync(PbmCall call, CancellationToken cancellationToken)
    {
        var entity = EntityOf(PathOf(call.Arguments.Required(0, "PATH")))
            ?? throw new PbmException("PATH: only accounts, portfolios and the service's roster have events to watch, as account/main");
        var after = call.Cursor is { } cursor ? long.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture)
            : ((await journal.ReadHeadAsync(entity, cancellationToken))?.LastSequenceNr ?? 0) - LastEvents;
        var items = new List<PbmItem>();
        await foreach (var row in journal.ReadAsync(entity, Math.Max(0, after) + 1, cancellationToken))
        {
            items.Add(JournalPalette.ItemOf(row));
            after = row.SequenceNr;
        }

        return PbmAnswer.Of(items, after.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private PbmAnswer DeadLetters() => PbmAnswer.Of(
    [
        new PbmItem($"{system.DeadLetters.Count} dead letters since {cluster.Member.NodeId} started", new { node = cluster.Member.NodeId, count = system.DeadLetters.Count }),
        .. system.DeadLetters.Recent.Select(letter => new PbmItem(
            $"{letter.At:u} {letter.MessageType} from {letter.Sender} to {letter.Receiver}: {letter.Why}", letter)),
    ]);

    private async Task<object?> DescribeAsync(string path)
    {
        try
        {
            return await system.DescribeAsync(path, Patience);
        }
        catch (TimeoutException busy)
        {
            return busy.Message;
        }
    }

    private async Task<IReadOnlyList<JournalRow>> ReadLastAsync(string entity, CancellationToken cancellationToken)
    {
        var rows = new List<JournalRow>();
        if (await journal.ReadHeadAsync(entity, cancellationToken) is { } head)
        {
            await foreach (var row in journal.ReadAsync(entity, Math.Max(1, head.LastSequenceNr - LastEvents + 1), cancellationToken))
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <summary>An actor may be named by its path or, an entity, as <c>account/main</c>.</summary>
    private static string PathOf(string name) => name.StartsWith('/') ? name : "/user/" + name;

    private static string? EntityOf(string path) =>
        path.Split('/') is ["", "user", var type, { Length: > 0 } id] && type is ("account" or "portfolio" or "service") ? $"{type}/{id}" : null;

    private static IEnumerable<ActorInfo> Flatten(ActorInfo actor) => actor.Children.SelectMany(Flatten).Prepend(actor);
}
