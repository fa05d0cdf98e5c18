using Rebalancer.Domain.Orders;
using static Rebalancer.Domain.Accounts.GateVerdict;

namespace Rebalancer.Domain.Accounts;

/// <summary>Gates on how fresh and how consistent the readings are.</summary>
internal static class ReadingGates
{
    public static GateVerdict ClocksAgree(GateInput input) => input.Readings.ClockSkew switch
    {
        null => new Wait("the venue's clock has not been read"),
        { } skew when skew.Duration() > input.Timings.MaxClockSkew => new Wait($"the venue's clock differs by {skew.TotalSeconds:0.###} s"),
        _ => Pass,
    };

    public static GateVerdict BalancesAreFresh(GateInput input)
    {
        if (input.Readings.BalancesReadAt is not { } readAt)
        {
            return new Wait("balances have not been read since the start");
        }

        var age = input.Now - readAt;
        return age < TimeSpan.Zero ? new Wait("balances were read later than now: the clock was set back")
            : age <= input.Timings.MaxBalanceAge ? Pass
            : new Wait($"balances are {age.TotalSeconds:0.###} s old");
    }

    public static GateVerdict BalancesAreSettled(GateInput input)
    {
        var market = input.Order.Market;
        foreach (var asset in (string[])[market.Asset, market.Quote])
        {
            if (input.Account.LastMoves.TryGetValue(asset, out var moved)
                && input.Readings.BalancesReadAt < moved + input.Timings.SettleDelay)
            {
                return new Wait($"{asset} moved at {moved:O} and balances were not read {input.Timings.SettleDelay.TotalSeconds:0.###} s later");
            }
        }

        return Pass;
    }

    public static GateVerdict BalancesAgreeWithBooks(GateInput input)
    {
        var market = input.Order.Market;
        foreach (var asset in (string[])[market.Asset, market.Quote])
        {
            if (input.Readings.Unexplained.TryGetValue(asset, out var difference))
            {
                return new Wait(difference.Amount == 0
                    ? $"more {asset} was read a moment ago than now, and nothing explains it"
                    : $"the balance of {asset} differs from the books by {difference.Amount}");
            }
        }

        return Pass;
    }

    public static GateVerdict RulesAreFresh(GateInput input) =>
        input.Readings.MarketsReadAt is not { } readAt ? new Wait("market rules have not been read since the start")
        : readAt > input.Now ? new Wait("market rules were read later than now: the clock was set back")
        : input.Now - readAt > input.Timings.MaxRulesAge ? new Wait($"market rules are {(input.Now - readAt).TotalMinutes:0} min old")
        : input.FoundRules is null ? new Deny($"the venue does not list {input.Order.Market}")
        : Pass;

    public static GateVerdict MarketIsOpen(GateInput input)
    {
        var rules = input.Rules;
        return rules.SessionAt(input.Now) switch
        {
            TradingSession.Open => Pass,
            TradingSession.Closed when rules.Session == TradingSession.Open => new Wait($"{rules.Market} has closed at {rules.NextClose:O}, after its rules were read"),
            TradingSession.Closed when rules.NextOpen < input.Plan.ExpiresAt => new Wait($"{rules.Market} is closed until {rules.NextOpen:O}"),
            TradingSession.Closed => new Deny($"{rules.Market} is closed until {rules.NextOpen:O}, after the decision expires"),
            TradingSession.Halted => new Wait($"trading in {rules.Market} is halted"),
            _ => new Deny($"{rules.Market} is delisted"),
        };
    }

    public static GateVerdict PriceIsFresh(GateInput input)
    {
        if (input.FoundQuote is not { } quote)
        {
            return new Wait($"{input.Order.Market} has no quote");
        }

        var age = input.Now - quote.At;
        return age < -input.Timings.MaxClockSkew ? new Wait($"the quote of {quote.Market} is dated {-age.TotalSeconds:0.###} s in the future")
            : age <= (input.Account.Kind == "broker" ? input.Timings.MaxBrokerPriceAge : input.Timings.MaxPriceAge) ? Pass
            : new Wait($"the quote of {quote.Market} is {age.TotalSeconds:0.###} s old");
    }

    public static GateVerdict PriceIsInsideCollar(GateInput input) =>
        LimitPrice.Problem(input.Rules, input.Order.Side, input.Quote, input.Order.ReferencePrice, input.Plan.Terms.PriceCollar) is { } problem
            ? new Wait(problem)
            : Pass;
}
