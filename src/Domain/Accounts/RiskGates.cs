using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Accounts;

/// <summary>A gate's answer.</summary>
public abstract record GateVerdict
{
    public static GateVerdict Pass { get; } = new Passed();

    /// <summary>The order may be armed as far as this gate goes.</summary>
    public sealed record Passed : GateVerdict;

    /// <summary>Not now; asking again later may pass.</summary>
    public sealed record Wait(string Reason) : GateVerdict;

    /// <summary>Never for this intent.</summary>
    public sealed record Deny(string Reason) : GateVerdict;
}

/// <summary>What a gate looks at. <see cref="Rules"/>, <see cref="Quote"/> and <see cref="Sized"/> are there once earlier gates made sure of them.</summary>
public sealed record GateInput(Account Account, Circumstances Circumstances, ExecutionPlan Plan, Order Order)
{
    public MarketRules? FoundRules { get; init; }

    public Quote? FoundQuote { get; init; }

    public SizedOrder? FoundSize { get; init; }

    public DateTimeOffset Now => Circumstances.Now;

    public OrderTimings Timings => Circumstances.Policy.Timings;

    public AccountReadings Readings => Circumstances.Readings;

    public MarketRules Rules => FoundRules ?? throw new InvalidOperationException("market rules were not established");

    public Quote Quote => FoundQuote ?? throw new InvalidOperationException("the quote was not established");

    public SizedOrder Sized => FoundSize ?? throw new InvalidOperationException("the order was not sized");
}

/// <param name="Name">As it appears in a denial.</param>
public sealed record RiskGate(string Name, Func<GateInput, GateVerdict> Check)
{
    /// <summary>A gate that errors fails closed.</summary>
    public GateVerdict Judge(GateInput input)
    {
        try
        {
            return Check(input);
        }
        catch (Exception error) when (error is InvalidOperationException or ArithmeticException or KeyNotFoundException or ArgumentException)
        {
            return new GateVerdict.Deny($"the gate failed: {error.Message}");
        }
    }
}

/// <summary>Gates before every permit, in the order they are asked: first those on the account, then on readings, last on the sized order.</summary>
public static class RiskGates
{
    /// <summary>Name of the gate that defers an order while balances are too old for it: reading them again helps.</summary>
    public const string BalancesAge = "balances";

    /// <summary>Name of the gate that defers an order while its quote is missing or too old: asking for quotes again helps.</summary>
    public const string PriceAge = "price";

    public static IReadOnlyList<RiskGate> BeforeSizing { get; } =
    [
        new("state", AccountGates.IntentIsPlanned),
        new("id", AccountGates.IdIsUnused),
        new("expiry", AccountGates.NotExpired),
        new("halt", AccountGates.AccountTrades),
        new("start-up", AccountGates.StartedLongEnough),
        new("slice", AccountGates.SliceIsDue),
        new("rate", AccountGates.WithinRateBudget),
        new("rejects", AccountGates.NotRejectedRepeatedly),
        new("unknown", AccountGates.SharesNoUnknownOrder),
        new("quarantine", AccountGates.MarketNotQuarantined),
        new("one-order", AccountGates.MarketHasNoOtherOrder),
        new("clock", ReadingGates.ClocksAgree),
        new(BalancesAge, ReadingGates.BalancesAreFresh),
        new("settlement", ReadingGates.BalancesAreSettled),
        new("books", ReadingGates.BalancesAgreeWithBooks),
        new("rules", ReadingGates.RulesAreFresh),
        new("session", ReadingGates.MarketIsOpen),
        new(PriceAge, ReadingGates.PriceIsFresh),
        new("collar", ReadingGates.PriceIsInsideCollar),
    ];

    public static IReadOnlyList<RiskGate> AfterSizing { get; } =
    [
        new("funds", SizeGates.FundsSuffice),
        new("market-rules", SizeGates.MarketTakesIt),
        new("order-notional", SizeGates.WithinOrderCap),
        new("limit-price", SizeGates.LimitInsideCollar),
        new("cash", SizeGates.CashStaysPositive),
        new("exposure", SizeGates.WithinAssetCap),
        new("holdings", SizeGates.WithinHoldingsCap),
        new("turnover", SizeGates.WithinDailyTurnover),
    ];
}
