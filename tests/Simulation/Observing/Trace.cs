using System.Globalization;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Sharding;

namespace Rebalancer.Simulation.Observing;

/// <summary>
/// A running hash of everything that happens: every delivery to every actor and every observation, each with its time. Two runs of a seed
/// that differ in anything, order included, end with different hashes.
/// </summary>
internal sealed class Trace(TimeProvider clock, TextWriter? text)
{
    private readonly Dictionary<Type, ulong> _types = [];
    private ulong _hash = 14695981039346656037;

    public string Hash => _hash.ToString("x16", CultureInfo.InvariantCulture);

    public long Deliveries { get; private set; }

    public void OnDelivery(IActorRef receiver, object message)
    {
        Deliveries++;
        var type = message.GetType();
        if (!_types.TryGetValue(type, out var name))
            _types.Add(type, name = FixedHash.Fnv1a64(type.FullName!));
        Mix((ulong)clock.GetTimestamp());
        Mix(FixedHash.Fnv1a64(receiver.Path));
        Mix(name);
        text?.WriteLine($"{clock.GetUtcNow():HH:mm:ss.ffffff} {receiver.Path} {type.Name}");
    }

    public void On(Observation observation)
    {
        var line = Words.Of(observation);
        Mix(FixedHash.Fnv1a64(line));
        text?.WriteLine($"{clock.GetUtcNow():HH:mm:ss.ffffff} * {line}");
    }

    private void Mix(ulong value)
    {
        unchecked
        {
            _hash = (_hash ^ value) * 0x9E3779B97F4A7C15;
            _hash ^= _hash >> 29;
        }
    }
}
