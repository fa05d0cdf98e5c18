using System.Collections.Immutable;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

/// <summary>
/// One round of questions about orders. A question that failed is absent (null, or no entry), which is no evidence; an empty answer is.
/// </summary>
/// <param name="AskedAt">When the first question began.</param>
/// <param name="Found">Answers by intent id to asking for the client id; a null value is "none".</param>
/// <param name="Fills">Fills since before the oldest of the orders, read to the end.</param>
public sealed record OrderEvidence(
    DateTimeOffset AskedAt, ImmutableSortedDictionary<string, VenueOrder?> Found, IReadOnlyList<VenueOrder>? Open,
    IReadOnlyList<VenueOrder>? Closed, IReadOnlyList<VenueFill>? Fills)
{
    /// <summary>Closed orders and fills were asked for from here on.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The questions that failed, in words.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>True when the time asked about includes the order's send: an answer that begins later says nothing about it.</summary>
    public bool Covers(Order order) => Since <= (order.ArmedAt ?? order.PlannedAt);
}

/// <summary>What one round of answers shows of each order, found by either of its ids.</summary>
internal sealed class Sightings
{
    private readonly SortedDictionary<string, VenueOrder> _byClientId = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, VenueOrder> _byVenueId = new(StringComparer.Ordinal);

    /// <summary>An end is believed over a listing as open, which may come from a lagging replica.</summary>
    public Sightings(OrderEvidence evidence)
    {
        var seen = evidence.Found.Values.OfType<VenueOrder>().Concat(evidence.Closed ?? []).Concat(evidence.Open ?? [])
            .OrderBy(order => order.Status == VenueOrderStatus.Open);
        foreach (var order in seen)
        {
            _byVenueId.TryAdd(order.VenueOrderId, order);
            if (order.ClientOrderId is { } id)
            {
                _byClientId.TryAdd(id, order);
            }
        }
    }

    public bool IsEmpty => _byVenueId.Count == 0;

    public VenueOrder? Of(Order order)
    {
        var byClientId = _byClientId.GetValueOrDefault(order.ClientOrderId);
        var byVenueId = order.VenueOrderId is { } id ? _byVenueId.GetValueOrDefault(id) : null;
        return byClientId is { Status: VenueOrderStatus.Open } ? byVenueId ?? byClientId : byClientId ?? byVenueId;
    }
}

/// <summary>Rounds in which every supported source denied an Unknown order. Not journaled: after a restart counting starts again.</summary>
public sealed record DenialTally(int Rounds, DateTimeOffset FirstAt, DateTimeOffset LastAt)
{
    public DenialTally Again(DateTimeOffset at) => this with { Rounds = Rounds + 1, LastAt = at };
}

/// <param name="Denials">Tallies by intent id, to be handed in with the next round.</param>
public sealed record EvidenceRound(IReadOnlyList<AccountEvent> Events, ImmutableSortedDictionary<string, DenialTally> Denials);
