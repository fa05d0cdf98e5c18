using Rebalancer.Domain.Orders;

namespace Rebalancer.Venues.Simulated;

/// <param name="ExpiresAt">On the shared clock: an order that arrives later is refused, as by a receive window.</param>
internal sealed record PlaceMessage(OrderRequest Order, DateTimeOffset ExpiresAt);

internal sealed record TransferMessage(string Kind, string Asset, decimal Amount);

internal sealed record CancelAnswer(CancelOutcome Outcome);

/// <summary>A refusal or an error. Only the venue itself writes one, so that a reader can tell it from a stray answer of anything else.</summary>
internal sealed record ErrorAnswer(string Code, string Reason, decimal? RetryAfterSeconds = null);

/// <summary>Where the running venues are and what time it is there; also the content of <c>endpoint.json</c>.</summary>
/// <param name="Instance">Different at each start, to tell a running process from the file of a dead one.</param>
public sealed record SimulatedVenueEndpoint(Uri Address, int ProcessId, string Instance, ClockAnchor Clock);

/// <summary>Codes of <see cref="ErrorAnswer"/> beyond <see cref="RejectCodes"/>.</summary>
internal static class WireCodes
{
    public const string DeadlinePassed = "deadline-passed";
    public const string OrderNotFound = "order-not-found";
    public const string Unavailable = "unavailable";
    public const string Unauthorised = "unauthorised";
    public const string Unsupported = "unsupported";
    public const string Malformed = "malformed";
    public const string Conflict = "conflict";
}
