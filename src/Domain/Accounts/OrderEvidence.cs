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
    IReadOnlyList<VenueOrder>? Closed, IReadOnlyList<VenueFill>? Fills);

/// <summary>Rounds in which every supported source denied an Unknown order. Not journaled: after a restart counting starts again.</summary>
public sealed record DenialTally(int Rounds, DateTimeOffset FirstAt, DateTimeOffset LastAt)
{
    public DenialTally Again(DateTimeOffset at) => this with { Rounds = Rounds + 1, LastAt = at };
}

/// <param name="Denials">Tallies by intent id, to be handed in with the next round.</param>
public sealed record EvidenceRound(IReadOnlyList<AccountEvent> Events, ImmutableSortedDictionary<string, DenialTally> Denials);
