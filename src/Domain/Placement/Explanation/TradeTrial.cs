using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <param name="Lots">On top of what the option trades already; with lots lifted, of the finest step.</param>
/// <param name="Value">In base currency.</param>
/// <param name="Gain">By how much the objective falls; negative where it rises. Location preferences count.</param>
/// <param name="Nearer">By how much the deviation falls.</param>
/// <param name="Costs">What it costs, item by item; all zero where costs are lifted.</param>
internal readonly record struct Trial(TradeOption Option, decimal Lots, decimal Value, decimal Gain, decimal Nearer, TrialCosts Costs);

/// <param name="Charges">Fee, spread and the penalty of an order.</param>
/// <param name="Preference">Of the location; negative where this is the better one.</param>
internal readonly record struct TrialCosts(decimal Charges, decimal Ticket, decimal Tax, decimal Preference)
{
    public decimal Sum => Charges + Ticket + Tax + Preference;
}

/// <summary>The best single trade on one side of one market on top of given trades, under all rules or with some lifted.</summary>
internal sealed class TradeTrial(PlanState state)
{
    // More than any trade of this portfolio, and small enough to be counted in the finest steps of the cheapest asset.
    private readonly decimal _noLimit = 4 * state.Portfolio.TotalValue;

    /// <summary>One side of a market, to try it more than once; good until a trade of the plan is changed.</summary>
    public TrialSide Side(TradeOption option, bool isBuy) => new(state, option, new SideLimits(state, option, isBuy, _noLimit));

    /// <summary>The same side of several markets.</summary>
    public IReadOnlyList<TrialSide> Sides(IReadOnlyList<TradeOption> options, bool isBuy) => [.. options.Select(option => Side(option, isBuy))];

    /// <param name="mostValue">No more than this, in base currency, whatever the rules say.</param>
    /// <returns>Null where the rules that are not lifted allow no trade at all.</returns>
    public Trial? Best(TradeOption option, bool isBuy, Obstacle lifted, decimal mostValue = decimal.MaxValue) => Side(option, isBuy).Best(lifted, mostValue);

    /// <summary>What may be traded on top of what is: from least to most, in steps, all values; null where nothing may.</summary>
    public (decimal Least, decimal Most, decimal Step)? Permitted(TradeOption option, bool isBuy, Obstacle lifted, decimal mostValue) =>
        new SideLimits(state, option, isBuy, _noLimit).Permitted(lifted, mostValue);

    /// <summary>What a trade of the plan does for the objective: by how much it would rise without it.</summary>
    public Trial WorthOf(TradeOption option, bool isBuy)
    {
        var lots = state.LotsOf(option, isBuy);
        state.Set(option, isBuy, 0);
        var made = Side(option, isBuy).At(lots * option.LotValue);
        state.Set(option, isBuy, lots);
        return made;
    }
}
