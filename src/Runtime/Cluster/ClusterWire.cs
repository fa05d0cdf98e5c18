using System.Text.Json;
using Rebalancer.Runtime.Actors;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Persistence;

namespace Rebalancer.Runtime.Cluster;

/// <summary>An entity of another node failed to answer; the message is its failure's.</summary>
public sealed class RemoteFailureException(string message) : Exception(message);

/// <summary>
/// How messages between nodes are written: JSON by the names of a catalog, so that nodes of different releases understand each other as
/// far as both know a message. What one of them does not know is refused by name.
/// </summary>
/// <param name="catalog">Everything that entities tell each other, and what they store. See <see cref="CreateCatalog"/>.</param>
public sealed class ClusterWire(EventCatalog catalog)
{
    /// <summary>
    /// A catalog to fill. Unlike stored events, a message may have members that only its sender's release knows: they are passed over.
    /// </summary>
    public static EventCatalog CreateCatalog(JsonSerializerOptions options) => new EventCatalog(
        new JsonSerializerOptions(options) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip })
        .Register<LeasesChanged>("leases-changed")
        .Register<ReliableReceived>("reliable-received")
        .Register<DeliveryForm>("reliable-delivery")
        .Register<FailureForm>("failure")
        .Register<Busy>("busy");

    /// <exception cref="EventCatalogException">The content is not in the catalog.</exception>
    public WireMessage Write(ClusterMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var form = catalog.Serialize(message.Content switch
        {
            ReliableDelivery delivery => DeliveryForm.Of(delivery, catalog),
            Failure failure => new FailureForm(failure.Cause.Message),
            var content => content,
        });
        return new WireMessage(
            message.From, message.Entity, message.AnswerTo, form.Name, form.Version, form.Payload, message.SenderEntity, message.SenderQuestion);
    }

    /// <exception cref="EventCatalogException">The content is not in the catalog, or not as it says there.</exception>
    public ClusterMessage Read(WireMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        object content = catalog.Deserialize(message.Name, message.Version, message.Payload) switch
        {
            DeliveryForm form => form.Read(catalog),
            FailureForm failure => new Failure(new RemoteFailureException(failure.Message)),
            var other => other,
        };
        return new ClusterMessage(message.From, message.Entity, message.AnswerTo, content, message.SenderEntity, message.SenderQuestion);
    }

    private sealed record FailureForm(string Message);

    private sealed record DeliveryForm(string Sender, long Sequence, string CorrelationId, string Name, int Version, string Payload)
    {
        public static DeliveryForm Of(ReliableDelivery delivery, EventCatalog catalog)
        {
            var payload = catalog.Serialize(delivery.Payload);
            return new DeliveryForm(delivery.Sender, delivery.Sequence, delivery.CorrelationId, payload.Name, payload.Version, payload.Payload);
        }

        public ReliableDelivery Read(EventCatalog catalog) => new(Sender, Sequence, CorrelationId, catalog.Deserialize(Name, Version, Payload));
    }
}

/// <summary>A <see cref="ClusterMessage"/> as it travels.</summary>
/// <param name="Payload">JSON of the content, by name and version of the catalog.</param>
public sealed record WireMessage(
    string From, string? Entity, long? AnswerTo, string Name, int Version, string Payload, string? SenderEntity, long? SenderQuestion);
