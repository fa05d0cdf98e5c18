using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>Puts the figures of the plan beside those of what people do without it.</summary>
internal static class Comparison
{
    public static IReadOnlyList<PlanComparison> Of(PlanState plan) =>
    [
        Figures(ComparedPlan.This, plan),
        Figures(ComparedPlan.AccountByAccount, Baselines.AccountByAccount(plan.Portfolio)),
        Figures(ComparedPlan.InProportion, Baselines.InProportion(plan.Portfolio)),
    ];

    private static PlanComparison Figures(ComparedPlan which, PlanState state)
    {
        var portfolio = state.Portfolio;
        var (trades, turnover, cost, tax) = (0, 0m, 0m, 0m);
        foreach (var option in portfolio.Options)
        {
            foreach (var isBuy in new[] { true, false }.Where(side => state.LotsOf(option, side) > 0))
            {
                var costs = TradeCosts.Of(state, option, isBuy);
                trades++;
                turnover += state.LotsOf(option, isBuy) * option.LotValue;
                cost += costs.Fee + costs.Spread + costs.Ticket;
                tax += costs.Tax;
            }
        }

        var deviation = Enumerable.Range(0, portfolio.Rows.Count).Sum(row => Math.Abs(state.Missing(row)));
        var objective = (portfolio.Problem.DeviationWeight * deviation) + cost + tax + (portfolio.Problem.OrderPenalty * trades);
        return new PlanComparison(
            which, trades, DecimalText.Normalise(turnover), DecimalText.Normalise(cost), DecimalText.Normalise(tax),
            DecimalText.Normalise(deviation), DecimalText.Normalise(objective));
    }
}
