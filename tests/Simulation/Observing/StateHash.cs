using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Rebalancer.Actors.EventCatalogs;

namespace Rebalancer.Simulation.Observing;

/// <summary>The hash of an entity's whole state as a snapshot would write it.</summary>
internal static class StateHash
{
    public static string Of(object state) => OfText(JsonSerializer.Serialize(state, state.GetType(), JournalJson.Options));

    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
