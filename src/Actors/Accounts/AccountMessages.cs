using Rebalancer.Actors.MarketData;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Orders;
using Rebalancer.Runtime.Actors;
using Rebalancer.Venues;

namespace Rebalancer.Actors.Accounts;

/// <summary>Messages of an account actor to itself.</summary>
internal abstract record AccountMessage
{
    public sealed record Poll(Reading Reading) : AccountMessage;

    /// <summary>Balances are to be read once more: a reading begun from now on can show what one begun before could not.</summary>
    public sealed record PollAfresh : AccountMessage;

    /// <summary>Waits, deadlines and releases are due.</summary>
    public sealed record Tick : AccountMessage;

    public sealed record BalancesRead(BalanceReading Result) : AccountMessage;

    public sealed record MarketsRead(DateTimeOffset AskedAt, IReadOnlyList<MarketRules> Markets) : AccountMessage;

    public sealed record QuotesRead(IReadOnlyList<Quote> Quotes) : AccountMessage;

    public sealed record EvidenceRead(OrderEvidence Evidence) : AccountMessage;

    public sealed record ReadFailed(Reading Reading, Exception Error) : AccountMessage;

    public sealed record HistoryRead(IActorRef Asker, HistoryAnswer Answer, HistoryCache Cache) : AccountMessage;

    public sealed record HistoryFailed(IActorRef Asker, GetHistory Get, Exception Error) : AccountMessage;

    public sealed record CancelAnswered(string IntentId, CancelOutcome Outcome) : AccountMessage;
}

internal enum Reading
{
    Markets,
    Balances,
    Quotes,
    Evidence,
}

/// <summary>One complete reading; each part with the time its request began.</summary>
internal sealed record BalanceReading(
    DateTimeOffset BalancesAskedAt, DateTimeOffset BalancesAnsweredAt, BalanceReport Balances, DateTimeOffset FillsAskedAt, FillPage Fills,
    DateTimeOffset OrdersAskedAt, IReadOnlyList<VenueOrder> Open, IReadOnlyList<VenueTransfer> Transfers);
