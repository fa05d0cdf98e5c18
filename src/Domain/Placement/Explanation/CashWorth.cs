using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Model;
using Rebalancer.Domain.Placement.Stages;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>
/// What more cash in an account would be worth. The plan's orders and whole lots stay as they are; what is left is a linear program of the
/// amounts that can be divided, and the dual of an account's cash rows is what the next unit there would do for the objective. Its part of
/// the deviation is split off by weighing deviations a little more: the duals are linear in the weights as long as the basis is the same.
/// </summary>
internal static class CashWorth
{
    private const int Nodes = 1;
    private const double WeightStep = 0.01;

    // In units of the model, of which a portfolio has some ten thousand: it makes what comes next unique where cash ends just as a target is met.
    private const double Step = 1e-4;
    private const double SmallestWorth = 1e-6;
    private const int Decimals = 6;
    private const double MostPerUnit = 2;

    /// <returns>By account; null where no solver answered in time.</returns>
    public static decimal[]? PerUnit(PlanState state, SolverSession session)
    {
        var portfolio = state.Portfolio;
        var worth = new decimal[portfolio.Accounts.Count];
        if (!portfolio.Options.Any(option => !option.IsWhole && state.LotsOf(option, isBuy: true) + state.LotsOf(option, isBuy: false) > 0))
        {
            return worth;
        }

        try
        {
            var model = new PlacementModel(new Portfolio(WithTradesOnly(state)));
            Fix(model, state);
            var weight = (double)portfolio.Problem.DeviationWeight;
            var plain = Duals(model, session, 0);
            var weighted = Duals(model, session, weight * WeightStep);
            foreach (var account in Enumerable.Range(0, worth.Length))
            {
                worth[account] = PerUnit(plain[account], weighted[account], weight);
            }

            return worth;
        }
        catch (Exception unsolved) when (unsolved is SolverUnavailableException or UnsolvedException)
        {
            return null;
        }
    }

    private static decimal PerUnit(double plain, double weighted, double weight)
    {
        if (weight <= 0 || plain < weight * SmallestWorth)
        {
            return 0;
        }

        // What cash does for the deviation is never less than what it does for the objective, which pays for the trade besides.
        var perUnit = Math.Clamp((weighted - plain) / (weight * WeightStep), Math.Min(plain / weight, MostPerUnit), MostPerUnit);
        return DecimalText.Normalise(Math.Round((decimal)perUnit, Decimals));
    }

    /// <summary>The problem with the markets that the plan trades in, each on the side it trades.</summary>
    private static PlacementProblem WithTradesOnly(PlanState state) => state.Portfolio.Problem with
    {
        Objective = PlacementObjective.Tracking,
        Accounts =
        [
            .. state.Portfolio.Accounts.Index().Select(entry => entry.Item with
            {
                Markets = [.. state.Portfolio.Trades.Of(entry.Index).Select(option => (option.Market, Side: SideOf(state, option)))
                    .Where(traded => traded.Side != AllowedSides.None).Select(traded => traded.Market with { Allow = traded.Side })],
            }),
        ],
    };

    private static AllowedSides SideOf(PlanState state, TradeOption option) =>
        state.LotsOf(option, isBuy: true) > 0 ? AllowedSides.Buy : state.LotsOf(option, isBuy: false) > 0 ? AllowedSides.Sell : AllowedSides.None;

    private static void Fix(PlacementModel model, PlanState state)
    {
        var planned = state.Portfolio.Options.ToDictionary(option => (option.AccountIndex, option.Market.Asset, option.Market.Quote));
        foreach (var option in model.Portfolio.Options)
        {
            var original = planned[(option.AccountIndex, option.Market.Asset, option.Market.Quote)];
            foreach (var (side, isBuy) in new[] { (model.Columns.Buys[option.Index], true), (model.Columns.Sells[option.Index], false) })
            {
                if (side.IsOpen)
                {
                    FixSide(model, side, option, state.LotsOf(original, isBuy));
                }
            }
        }
    }

    private static void FixSide(PlacementModel model, SideColumns side, TradeOption option, decimal lots)
    {
        model.Linear.Fix(side.Order, lots > 0 ? 1 : 0);
        if (option.IsWhole)
        {
            model.Linear.Fix(side.Amount, (double)lots);
        }
    }

    private static double[] Duals(PlacementModel model, SolverSession session, double moreWeight)
    {
        var objective = new LinearSum().Add(model.Objective).Add(model.Deviation, moreWeight);
        foreach (var (column, _, _) in model.Shortfalls)
        {
            objective.Add(column, 1);
        }

        var answer = session.Solve(Loosened(model, objective), Nodes, 0);
        var byAccount = new double[model.Portfolio.Accounts.Count];
        if (answer.Stop != MilpStop.Gap)
        {
            throw new UnsolvedException();
        }

        if (answer.RowDuals.Length == 0)
        {
            return byAccount;
        }

        foreach (var account in model.CashFloors.GroupBy(floor => floor.Account))
        {
            // Money comes in one currency: the one that is worth most here. It fills the floor over all currencies besides.
            var overAll = account.Where(floor => floor.Currency is null).Sum(floor => Math.Abs(answer.RowDuals[floor.Row]));
            var byCurrency = account.Where(floor => floor.Currency is not null).GroupBy(floor => floor.Currency, StringComparer.Ordinal)
                .Select(currency => currency.Sum(floor => Math.Abs(answer.RowDuals[floor.Row])));
            byAccount[account.Key] = overAll + byCurrency.DefaultIfEmpty(0).Max();
        }

        return byAccount;
    }

    /// <summary>
    /// The linear program a step beyond the cash there is. The largest amounts that the cash of before allows would otherwise stand in for it.
    /// </summary>
    private static MilpProblem Loosened(PlacementModel model, LinearSum objective)
    {
        var problem = model.Linear.ToProblem(objective, null);
        double[] lower = [.. problem.RowLower];
        double[] most = [.. problem.RowUpper];
        double[] upper = [.. problem.Upper];
        foreach (var (index, floor) in model.CashFloors.Index())
        {
            lower[floor.Row] -= Step * (1 + ((double)index / model.CashFloors.Count));
        }

        foreach (var option in model.Portfolio.Options.Where(option => !option.IsWhole && model.Columns.Buys[option.Index].IsOpen))
        {
            var buy = model.Columns.Buys[option.Index];
            most[buy.MostRow] = double.PositiveInfinity;
            upper[buy.Amount] = model.Scale.Scaled(TradeOptions.LargestOrder(option.Market, option.Price, option.QuotePrice) * option.Price);
        }

        return problem with { RowLower = lower, RowUpper = most, Upper = upper, IsInteger = new bool[problem.IsInteger.Length] };
    }
}
