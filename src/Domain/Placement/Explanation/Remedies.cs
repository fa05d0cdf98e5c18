using System.Globalization;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>What the owner could change so that a rule no longer stands in the way; nothing where only money or prices can.</summary>
internal static class Remedies
{
    private const decimal Percent = 100;

    public static string? Of(PlanState state, Hindrance hindrance, bool isBuy)
    {
        var (problem, option) = (state.Portfolio.Problem, hindrance.Trial.Option);
        return hindrance.Set switch
        {
            Obstacle.Frozen => $"resume {option.Account}",
            Obstacle.Side => $"allow {(isBuy ? "buying" : "selling")} {option.Asset} in {option.Account} (its market's allow)",
            Obstacle.Mode when problem.Objective is not PlacementObjective.Simple => "plan with the objective tracking, which may buy and sell",
            Obstacle.WashSale => WashSale(problem, option, isBuy),
            Obstacle.Cap => Cap(state, option),
            Obstacle.Least => $"nothing now: {option.Asset} is traded when more of it is missing or too much, or with a smaller minimum in {option.Account}",
            Obstacle.Fees when option.FeeElsewhere => $"bring more {option.FeeAsset} to {option.Account}, or have its fees taken in {option.Quote}",
            Obstacle.Fees => $"bring {MoneyText.Of(state.Portfolio).Of(option.Market.TicketFee - Math.Max(0, state.Spendable(option.AccountIndex, option.Quote)))} to {option.Account}",
            Obstacle.Gains => $"raise the gain budget of {MoneyText.Of(state.Portfolio).Of(problem.Taxes?.GainBudget ?? 0)}",
            Obstacle.Opposite when problem.OneDirectionPerAsset => "allow both directions (oneDirectionPerAsset: false)",
            _ => null,
        };
    }

    private static string Cap(PlanState state, TradeOption option)
    {
        var (cap, _) = state.RoomUnderCaps(option.AccountIndex, option.Asset).MinBy(entry => entry.Room);
        var money = MoneyText.Of(state.Portfolio);
        var missing = Missing(state, cap);
        return missing <= 0 ? $"raise {ObstacleWords.CapName(state, cap).TrimEnd(',')}"
            : $"raise {ObstacleWords.CapName(state, cap)} by {money.Of(missing)}{Shares(state, cap, missing)}";
    }

    /// <summary>What the targets of all that the cap covers miss together.</summary>
    private static decimal Missing(PlanState state, ValueCap cap)
    {
        var rows = cap.Accounts.SelectMany(account => state.Portfolio.AssetsOf(state.Portfolio.Accounts[account]).Where(asset => cap.Covers(account, asset)))
            .Select(state.Portfolio.ExposuresOf).Where(exposures => exposures is [{ Share: 1 }]).Select(exposures => exposures[0].Row).Distinct();
        return rows.Sum(row => Math.Max(0, state.Missing(row)));
    }

    private static string Shares(PlanState state, ValueCap cap, decimal missing)
    {
        string Of(decimal value) => (value / state.Portfolio.TotalValue * Percent).ToString("0.##", CultureInfo.InvariantCulture) + " %";
        return cap.IsShare ? $", from {Of(cap.Largest)} to {Of(cap.Largest + missing)} of the portfolio" : "";
    }

    private static string? WashSale(PlacementProblem problem, TradeOption option, bool isBuy)
    {
        var cause = problem.RecentTrades
            .Where(trade => trade.Asset == option.Asset && (isBuy ? trade.Side == TradeSide.Sell && trade.Gain < 0 : trade.Side == TradeSide.Buy))
            .MaxBy(trade => trade.Date);
        return cause is null || problem.Taxes is not { } taxes ? null
            : $"wait until {cause.Date.AddDays(taxes.WashSaleDays + 1):yyyy-MM-dd}, when the wash-sale window of the {(isBuy ? "sale" : "purchase")} on {cause.Date:yyyy-MM-dd} has passed";
    }
}
