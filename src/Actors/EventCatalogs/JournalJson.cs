using System.Text.Json;
using Rebalancer.Domain.Common;

namespace Rebalancer.Actors.EventCatalogs;

/// <summary>How events, reliable messages and snapshots of this system are written in the journal.</summary>
public static class JournalJson
{
    public static JsonSerializerOptions Options => CanonicalJson.Options;
}
