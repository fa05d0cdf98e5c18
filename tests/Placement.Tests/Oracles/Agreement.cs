using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>What it means that a plan agrees with an oracle: within the gap that was asked for, never below it, and its bound never above it.</summary>
internal static class Agreement
{
    /// <summary>A hundred-millionth of the portfolio: what the solver's tolerances leave.</summary>
    public const decimal SolverError = 1e-8m;

    /// <param name="solverError">What either side's arithmetic may be off by, as a share of value.</param>
    /// <returns>How the plan and the best that there is disagree; null where they do not.</returns>
    public static string? Fault(PlacementProblem problem, Plan plan, Verdict verdict, Verdict best, decimal solverError)
    {
        var error = solverError * plan.TotalValue;
        var slack = Slack(problem, plan);
        return Math.Abs(verdict.CashShortfall - best.CashShortfall) > error ? $"cash short of {verdict.CashShortfall}, at best {best.CashShortfall}"
            : Math.Abs(verdict.CapExcess - best.CapExcess) > error ? $"{verdict.CapExcess} above caps, at best {best.CapExcess}"
            : Math.Abs(verdict.Objective - plan.Objective) > 1e-12m ? $"objective {plan.Objective}, by the oracle {verdict.Objective}"
            : verdict.Value > best.Value + slack + error ? $"{verdict.Value}, at best {best.Value}, slack {slack}"
            : verdict.Value < best.Value - error ? $"{verdict.Value} beats the best, {best.Value}"
            : plan.Bound > best.Value - (verdict.Value - verdict.Objective) + error ? $"bound {plan.Bound} above the best {best.Value}"
            : null;
    }

    private static decimal Slack(PlacementProblem problem, Plan plan)
    {
        // The second stage may give up another gap's worth to spread money better, and in contributions and withdrawals one share's.
        var gap = 2 * (decimal)problem.GapBasisPoints * 0.0001m * plan.TotalValue;
        var ledger = new Ledger(problem);
        decimal OneShare(PlacementMarket market) => ledger.Price(market.Asset) * (market.LotSize > 0 ? market.LotSize : AccountMoves.Smallest(ledger, market));
        var isFlow = problem.Objective is PlacementObjective.BuyOnly or PlacementObjective.SellOnly;
        return isFlow ? gap + (problem.DeviationWeight * problem.Accounts.SelectMany(account => account.Markets).Max(OneShare)) : gap;
    }
}
