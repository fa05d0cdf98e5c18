using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement;

/// <summary>
/// Why a plan is as it is: the part of <c>plan --explain</c> that costs work, and that the service journals with every decision. All money is
/// in the base currency.
/// </summary>
public sealed record PlanExplanation
{
    /// <summary>One for every trade of the plan, in its order.</summary>
    public required IReadOnlyList<TradeExplanation> Trades { get; init; }

    /// <summary>Why trades that are made do not meet their target exactly, by pair.</summary>
    public required IReadOnlyList<SkippedPair> Limits { get; init; }

    /// <summary>What more cash would be worth, by account that is not frozen.</summary>
    public required IReadOnlyList<CashExplanation> Cash { get; init; }

    /// <summary>This plan first, then the same portfolio done account by account, and every trade spread over the accounts in proportion.</summary>
    public required IReadOnlyList<PlanComparison> Comparison { get; init; }

    /// <summary>What cannot all be kept; empty where everything could be.</summary>
    public IReadOnlyList<RuleConflict> Conflicts { get; init; } = [];
}

/// <param name="Target">Name of the target that the trade serves; null for a conversion of cash or an asset without one.</param>
/// <param name="BelowTargetBefore">What the target misses before any trade; negative where there is too much. 0 without a target.</param>
/// <param name="BelowTargetAfter">The same after all trades.</param>
/// <param name="Fee">Without the ticket.</param>
/// <param name="Tax">Of the gains that the sale realises; negative where a loss is credited.</param>
/// <param name="Alternatives">Why not in each of the other accounts, those with the same reason together.</param>
public sealed record TradeExplanation(
    string Account, string Asset, string Quote, TradeSide Side, string? Target, decimal BelowTargetBefore, decimal BelowTargetAfter,
    decimal Fee, decimal Spread, decimal Ticket, decimal Tax, IReadOnlyList<TradeAlternative> Alternatives);

/// <param name="Kind">The rule in one word, for programs.</param>
/// <param name="Reason">In words.</param>
/// <param name="Dearer">By how much the plan would be worse with the trade in the nearest of these accounts; null where it is not possible there.</param>
public sealed record TradeAlternative(AlternativeKind Kind, string Reason, decimal? Dearer, IReadOnlyList<string> Accounts);

/// <summary>Why a trade is not made in another account.</summary>
public enum AlternativeKind
{
    /// <summary>It would do as well.</summary>
    Equal,

    /// <summary>It is possible there, but costs more: fees, spread, ticket, tax, a location that is liked less, or lots that fit worse.</summary>
    Dearer,

    /// <summary>It would do as well but for its proceeds, which are needed where the trade is made.</summary>
    ProceedsNeeded,
    Frozen,
    NoMarket,
    NothingHeld,
    NotAllowed,
    WashSale,
    TradedTheOtherWay,
    Cap,
    NoCash,
    TooLarge,
    BelowMinimum,
    LotTooLarge,
    GainBudget,

    /// <summary>What the fee is taken in does not suffice.</summary>
    NoFee,

    /// <summary>Several rules together.</summary>
    Several,
}

/// <param name="Left">Spendable after the plan: over all currencies, less the reserve and what is to be withdrawn; negative where that is not there.</param>
/// <param name="DeviationPerUnit">
/// By how much another unit of base currency in this account would reduce the deviation, targets unchanged and with lots taken as divisible, if
/// the plan's orders stay the only ones; 0 where cash is left over. Null where no solver answered.
/// </param>
/// <param name="Next">The least more money that makes another purchase possible and worth it; null where no money does.</param>
/// <param name="Trapped">What is left although targets still miss money, because nothing that is missing can be bought here with any amount.</param>
public sealed record CashExplanation(string Account, decimal Left, decimal? DeviationPerUnit, NextPurchase? Next, decimal Trapped);

/// <param name="Needed">In base currency, on top of what is left.</param>
/// <param name="WouldReduceDeviationBy">Of the whole purchase.</param>
public sealed record NextPurchase(decimal Needed, string Asset, decimal Quantity, decimal WouldReduceDeviationBy);

/// <param name="Turnover">Value traded.</param>
/// <param name="Deviation">After the trades.</param>
public sealed record PlanComparison(ComparedPlan Plan, int Trades, decimal Turnover, decimal Cost, decimal Tax, decimal Deviation, decimal Objective);

/// <summary>What a plan is compared with.</summary>
public enum ComparedPlan
{
    This,

    /// <summary>Every account brought to the targets alone, as far as its own markets and cash allow.</summary>
    AccountByAccount,

    /// <summary>Every trade spread over the accounts that can make it, in proportion to what they hold.</summary>
    InProportion,
}

/// <param name="Goal">What cannot be reached.</param>
/// <param name="Rules">
/// Rules that cannot all be kept with it, each needed: with any one of them changed the goal can be reached as far as these are concerned.
/// </param>
/// <param name="IsProven">False where the search was cut short, so that a rule too many may be named.</param>
public sealed record RuleConflict(string Goal, IReadOnlyList<ConflictingRule> Rules, bool IsProven);

/// <param name="Rule">As its owner wrote it, with its value.</param>
/// <param name="Change">What to change.</param>
public sealed record ConflictingRule(string Rule, string Change);
