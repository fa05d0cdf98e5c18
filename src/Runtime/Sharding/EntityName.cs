namespace Rebalancer.Runtime.Sharding;

/// <summary>Names of entities are <c>type/id</c>, such as <c>account/main</c>.</summary>
internal static class EntityName
{
    /// <exception cref="ArgumentException">It is no such name.</exception>
    public static (string EntityType, string Id) Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash <= 0 || slash == name.Length - 1 || name.IndexOf('/', slash + 1) >= 0
            ? throw new ArgumentException($"'{name}' names no entity: expected type/id, such as account/main.", nameof(name))
            : (name[..slash], name[(slash + 1)..]);
    }
}
