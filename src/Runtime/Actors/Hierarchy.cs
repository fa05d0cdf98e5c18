namespace Rebalancer.Runtime.Actors;

/// <summary>One living actor, as tools show it. The figures are read while the actor runs and may be a moment old.</summary>
/// <param name="ActorType">Name of the class; null before the first start and between incarnations.</param>
/// <param name="State">Starting, Running, Failed, Restarting, Stopping or Stopped.</param>
/// <param name="MailboxDepth">Messages waiting.</param>
/// <param name="Restarts">Incarnations after the first.</param>
public sealed record ActorInfo(
    string Path, string? ActorType, string State, long MailboxDepth, int Restarts, IReadOnlyList<ActorInfo> Children);

/// <summary>Reads the tree of actors from outside.</summary>
internal static class Hierarchy
{
    public static ActorInfo Describe(ActorCell cell) => new(
        cell.Path,
        cell.ActorTypeName,
        cell.State.ToString(),
        cell.Mailbox.Depth,
        cell.Restarts,
        [.. cell.ChildCells().Select(Describe)]);

    public static ActorCell? Find(ActorCell root, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0 || parts[0] != root.Name)
            return null;
        ActorCell? cell = root;
        foreach (var part in parts.AsSpan(1))
            cell = cell?.FindChild(part);
        return cell;
    }
}
