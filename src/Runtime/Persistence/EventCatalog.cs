using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rebalancer.Runtime.Persistence;

/// <summary>An event, message or snapshot as it is stored.</summary>
public sealed record StoredForm(string Name, int Version, string Payload);

/// <summary>Something stored, or about to be, is not in the catalog, or its payload does not fit the registered type.</summary>
public sealed class EventCatalogException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The table of stored names: explicit name and version against a type, so that renaming a class never changes the journal. Older
/// versions are lifted step by step by upcasters; a name or version that is not in the table fails loudly. Filled once at start-up,
/// read-only from then on.
/// </summary>
/// <param name="options">How payloads are written. A value that is missing where one is required must be an error in them, never zero.</param>
public sealed class EventCatalog(JsonSerializerOptions options)
{
    private readonly SortedDictionary<string, Entry> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, Entry> _byType = [];
    private readonly SortedDictionary<(string Name, int From), Action<JsonObject>> _upcasters = [];

    /// <summary>Registers the current version of a stored name.</summary>
    public EventCatalog Register<T>(string name, int version = 1)
        where T : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        var entry = new Entry(name, version, typeof(T));
        if (!_byName.TryAdd(name, entry) || !_byType.TryAdd(typeof(T), entry))
        {
            throw new EventCatalogException($"'{name}' or {typeof(T).Name} is already in the catalog; each name has one type and each type one name.");
        }

        return this;
    }

    /// <summary>Lifts a payload of <paramref name="fromVersion"/> to the next version by changing it in place.</summary>
    public EventCatalog Upcast(string name, int fromVersion, Action<JsonObject> upcaster)
    {
        if (!_upcasters.TryAdd((name, fromVersion), upcaster))
        {
            throw new EventCatalogException($"'{name}' version {fromVersion} already has an upcaster.");
        }

        return this;
    }

    /// <summary>Writes an object under its current name and version.</summary>
    public StoredForm Serialize(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!_byType.TryGetValue(value.GetType(), out var entry))
        {
            throw new EventCatalogException(
                $"{value.GetType().FullName} is not in the event catalog. Register it there under a name that never changes.");
        }

        return new StoredForm(entry.Name, entry.Version, JsonSerializer.Serialize(value, entry.Type, options));
    }

    /// <summary>True when the name is known and the version can be read.</summary>
    public bool CanRead(string name, int version) => FirstUnreadable(name, version) is null;

    /// <summary>Reads what was stored under a name and version, lifting old versions.</summary>
    public object Deserialize(string name, int version, string payload)
    {
        if (FirstUnreadable(name, version) is { } problem)
        {
            throw new EventCatalogException(problem);
        }

        var entry = _byName[name];
        try
        {
            return (version == entry.Version
                ? JsonSerializer.Deserialize(payload, entry.Type, options)
                : Lift(entry, version, payload)) ?? throw new JsonException("the payload is null");
        }
        catch (JsonException exception)
        {
            throw new EventCatalogException(
                $"'{name}' version {version} cannot be read as {entry.Type.Name}: {exception.Message}", exception);
        }
    }

    private object? Lift(Entry entry, int version, string payload)
    {
        var node = JsonNode.Parse(payload) as JsonObject ?? throw new JsonException("the payload is not an object");
        for (var from = version; from < entry.Version; from++)
        {
            _upcasters[(entry.Name, from)](node);
        }

        return node.Deserialize(entry.Type, options);
    }

    private string? FirstUnreadable(string name, int version)
    {
        if (!_byName.TryGetValue(name, out var entry))
        {
            return $"'{name}' is not in the event catalog. It may have been written by a newer version of this program: use that version.";
        }

        if (version > entry.Version || version < 1)
        {
            return $"'{name}' is known up to version {entry.Version}, was {version}. It was written by a newer version of this program: use that version.";
        }

        for (var from = version; from < entry.Version; from++)
        {
            if (!_upcasters.ContainsKey((name, from)))
            {
                return $"'{name}' version {version} has no upcaster from version {from} to {from + 1}.";
            }
        }

        return null;
    }

    private sealed record Entry(string Name, int Version, Type Type);
}
