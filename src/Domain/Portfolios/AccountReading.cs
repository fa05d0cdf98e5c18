using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Domain.Portfolios;

/// <summary>What the portfolio knows of one account at the moment it decides.</summary>
public sealed record AccountReading
{
    public required string Id { get; init; }

    public required string Venue { get; init; }

    /// <summary>exchange or broker.</summary>
    public required string Kind { get; init; }

    public bool Taxable { get; init; } = true;

    /// <summary>In base currency.</summary>
    public decimal Reserve { get; init; }

    /// <summary>When the portfolio got this report; quotes were as old then as they count.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Null: never read, and the balances mean nothing.</summary>
    public required DateTimeOffset? BalancesAt { get; init; }

    public IReadOnlyList<Balance> Balances { get; init; } = [];

    /// <summary>Assets of which <see cref="Balances"/> hold less than the account's books or the reading before say, unexplained: their value is not known.</summary>
    public IReadOnlyList<string> Disputed { get; init; } = [];

    /// <summary>Markets frozen by an order nobody knows the outcome of.</summary>
    public IReadOnlyList<FrozenMarket> Quarantined { get; init; } = [];

    /// <summary>Sides of markets on which the venue refuses orders: none is sent for a while.</summary>
    public IReadOnlyList<RefusedSide> Refused { get; init; } = [];

    public IReadOnlyList<MarketRules> Markets { get; init; } = [];

    public IReadOnlyList<Quote> Quotes { get; init; } = [];

    public TradingState TradingState { get; init; } = TradingState.Active;

    public bool StaleAccepted { get; init; }

    /// <summary>Why the account says it cannot trade; null when it can.</summary>
    public string? Frozen { get; init; }

    /// <summary>Orders of earlier decisions that have not ended.</summary>
    public int OpenIntents { get; init; }

    public SortedDictionary<string, IReadOnlyList<TaxLot>> Lots { get; init; } = [];
}

/// <param name="Reserved">What its order may still take at worst, of <paramref name="Asset"/>.</param>
public sealed record FrozenMarket(MarketId Market, string IntentId, string Asset, decimal Reserved);

/// <summary>How an account enters a decision.</summary>
public abstract record AccountUse
{
    /// <summary>Counts, and may be traded in.</summary>
    public sealed record Trades : AccountUse;

    /// <summary>Counts with its last known balances, trades nothing.</summary>
    public sealed record Frozen(string Reason) : AccountUse;

    /// <summary>The portfolio cannot decide before this is cleared.</summary>
    public sealed record WaitedFor(string Reason) : AccountUse;

    /// <summary>
    /// A frozen account counts, since dropping it would buy its assets again elsewhere; one never read, or read too long ago, makes
    /// the portfolio wait, since its value is a guess. So does one read short of its books: an asset that a reading left out would count
    /// as zero and be bought elsewhere.
    /// </summary>
    public static AccountUse Of(string accountId, AccountReading? reading, LimitSettings limits, DateTimeOffset now)
    {
        if (reading?.BalancesAt is not { } at)
        {
            return new WaitedFor($"{accountId} has not been read yet, or its first reading still waits for one ten seconds later that agrees; wait, or remove it");
        }

        var age = now - at;
        if (age > TimeSpan.FromSeconds(limits.MaxFrozenAgeSeconds) && !reading.StaleAccepted)
        {
            return new WaitedFor(
                $"balances of {accountId} are {Words.Age(age)} old; bring it back, remove it, or accept them with: account pause {accountId} --accept-stale");
        }

        if (reading.Disputed.Count > 0)
        {
            var assets = string.Join(", ", reading.Disputed);
            return new WaitedFor(
                $"less {assets} at {accountId} was read than its books or the reading before say, and nothing explains it yet; the next reading that agrees ends this; " +
                $"if it really left, book that once the account only reduces, with: account resume {accountId}");
        }

        if (reading.Frozen is { } reason)
        {
            return new Frozen(reason);
        }

        if (reading.TradingState == TradingState.Halted)
        {
            return new Frozen("halted");
        }

        if (age > TimeSpan.FromSeconds(limits.MaxBalanceAgeSeconds))
        {
            return new Frozen($"its balances are {Words.Age(age)} old, more than {limits.MaxBalanceAgeSeconds} s");
        }

        return reading.OpenIntents > 0
            ? new Frozen($"{reading.OpenIntents} of its earlier orders have not ended")
            : new Trades();
    }
}
