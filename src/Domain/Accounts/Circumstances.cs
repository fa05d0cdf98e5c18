using System.Collections.Immutable;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

/// <summary>What is known at the moment of a decision besides the journaled state: time, settings, and the latest readings.</summary>
/// <param name="OwnedFor">Since ownership was taken, on the machine's monotonic clock: setting the wall clock does not shorten it.</param>
public sealed record Circumstances(DateTimeOffset Now, AccountPolicy Policy, AccountReadings Readings, TimeSpan OwnedFor);

/// <summary>What the owner allows and the venue can do.</summary>
public sealed record AccountPolicy
{
    public OrderTimings Timings { get; init; } = OrderTimings.Default;

    /// <summary>Cash that buys leave untouched, in <see cref="ReserveCurrency"/>.</summary>
    public decimal Reserve { get; init; }

    public string? ReserveCurrency { get; init; }

    /// <summary>Rate budget for new orders.</summary>
    public decimal SubmitsPerSecond { get; init; } = 5;

    public bool SupportsMarketOrders { get; init; }

    public bool SupportsImmediateOrCancel { get; init; }

    public bool SupportsGoodTilDate { get; init; }

    public bool Supports(TimeInForce timeInForce) => timeInForce switch
    {
        TimeInForce.ImmediateOrCancel => SupportsImmediateOrCancel,
        TimeInForce.GoodTilDate => SupportsGoodTilDate,
        _ => true,
    };

    /// <summary>Whether asking for a client id is good as evidence.</summary>
    public bool FindsByClientId { get; init; }

    /// <summary>Whether the owner writes the balances by hand, so that a reading needs no explanation.</summary>
    public bool ReadingsAreTheBooks { get; init; }
}

/// <summary>The latest readings of the venue. Never journaled: after a restart nothing is known until it is read again.</summary>
public sealed record AccountReadings
{
    /// <summary>When the request for the latest balances began; null: not since the start.</summary>
    public DateTimeOffset? BalancesReadAt { get; init; }

    /// <summary>Of an account whose books have not begun: the reading that another must confirm.</summary>
    public FirstReading? FirstReading { get; init; }

    /// <summary>Venue's clock less ours, at the latest balances.</summary>
    public TimeSpan? ClockSkew { get; init; }

    public DateTimeOffset? MarketsReadAt { get; init; }

    public ImmutableSortedDictionary<string, MarketRules> Markets { get; init; } = ImmutableSortedDictionary<string, MarketRules>.Empty;

    public ImmutableSortedDictionary<string, Quote> Quotes { get; init; } = ImmutableSortedDictionary<string, Quote>.Empty;

    /// <summary>When the latest complete reading of open orders began.</summary>
    public DateTimeOffset? OrdersReadAt { get; init; }

    /// <summary>When the latest complete reading of fills began.</summary>
    public DateTimeOffset? FillsReadAt { get; init; }

    /// <summary>Differences between reading and books that nothing explains yet, by asset.</summary>
    public ImmutableSortedDictionary<string, UnexplainedBalance> Unexplained { get; init; } =
        ImmutableSortedDictionary<string, UnexplainedBalance>.Empty;

    /// <summary>Assets that the books do not have, a reading showed, and the one after it did not.</summary>
    public IEnumerable<string> TakenBack => Unexplained.Where(difference => difference.Value.Amount == 0).Select(difference => difference.Key);

    /// <summary>What open orders that are not ours lock at worst, by asset, as of the latest listing.</summary>
    public ImmutableSortedDictionary<string, decimal> LockedByOthers { get; init; } = ImmutableSortedDictionary<string, decimal>.Empty;

    /// <summary>Transfers of the venue's history that no difference shows yet, by id, with the start of the reading that saw them first.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> PendingTransfers { get; init; } =
        ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    public MarketRules? RulesOf(MarketId market) => Markets.GetValueOrDefault(market.ToString());

    public Quote? QuoteOf(MarketId market) => Quotes.GetValueOrDefault(market.ToString());

    /// <summary>
    /// Venue's clock less ours; zero while the venue's time lies between question and answer. An answer that was long under way, or was read late
    /// because the process was paused, can hide a skew as large as its delay: what a quicker one has shown stays.
    /// </summary>
    /// <param name="most">The skew that is tolerated.</param>
    public TimeSpan SkewBy(DateTimeOffset venueAt, DateTimeOffset askedAt, DateTimeOffset answeredAt, TimeSpan most)
    {
        var skew = venueAt < askedAt ? venueAt - askedAt : venueAt > answeredAt ? venueAt - answeredAt : TimeSpan.Zero;
        return skew == TimeSpan.Zero && answeredAt - askedAt > 2 * most ? ClockSkew ?? skew : skew;
    }

    public AccountReadings WithMarkets(DateTimeOffset readAt, IEnumerable<MarketRules> markets) => this with
    {
        MarketsReadAt = readAt, Markets = markets.ToImmutableSortedDictionary(rules => rules.Market.ToString(), rules => rules),
    };

    /// <summary>Newer quotes replace older ones; a market left out keeps its old quote, which ages.</summary>
    public AccountReadings WithQuotes(IEnumerable<Quote> quotes) => this with
    {
        Quotes = Quotes.SetItems(quotes.Select(quote => KeyValuePair.Create(quote.Market.ToString(), quote))
            .Where(quote => !Quotes.TryGetValue(quote.Key, out var known) || known.At <= quote.Value.At)),
    };
}

/// <param name="Amount">Reading less books; 0 for what the books do not have, one reading showed and the next does not, until a later one agrees.</param>
/// <param name="FirstReadAt">Start of the reading that showed it first.</param>
public sealed record UnexplainedBalance(decimal Amount, DateTimeOffset FirstReadAt);

/// <param name="ReadAt">When its request began.</param>
/// <param name="Totals">What it shows as held, by asset.</param>
public sealed record FirstReading(DateTimeOffset ReadAt, ImmutableSortedDictionary<string, decimal> Totals);
