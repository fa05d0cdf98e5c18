using Rebalancer.Domain.Placement.Model;

namespace Rebalancer.Domain.Placement.Stages;

/// <summary>Fewest orders with every weight within the band; ties by turnover, then deviation.</summary>
internal static class FewestTrades
{
    private const int Nodes = 100_000;
    private const double Tolerance = 1e-7;

    // Orders are counted: a gap below one proves the count.
    private const double GapOfACount = 0.5;

    /// <returns>No values where no plan brings every weight into the band, or none was found within the limits.</returns>
    public static StageOutcome Minimise(PlacementModel model, SolverSession session, double gap)
    {
        AddBand(model);
        var fewest = session.Solve(model.Linear.ToProblem(model.Orders, null), Nodes, GapOfACount);
        if (fewest.Values.Length == 0)
        {
            return new StageOutcome(null, null, null, false, fewest.Stop);
        }

        var best = fewest.Values;
        model.Linear.AddAtMost(model.Orders, Math.Round(fewest.Objective));
        var turnover = session.Solve(model.Linear.ToProblem(model.Turnover, best), Nodes, gap);
        if (turnover.Values.Length > 0)
        {
            best = turnover.Values;
            model.Linear.AddAtMost(model.Turnover, turnover.Objective + Tolerance);
            var deviation = session.Solve(model.Linear.ToProblem(model.Deviation, best), Nodes, gap);
            best = deviation.Values.Length > 0 ? deviation.Values : best;
        }

        var bound = (int)Math.Ceiling(Math.Max(0, fewest.Bound) - GapOfACount / 10);
        return new StageOutcome(best, null, bound, fewest.Status == MilpStatus.Optimal, fewest.Stop);
    }

    /// <summary>The band is narrower in the model by what rounding to lots may move afterwards: fractions of a cent.</summary>
    public static void AddBand(PlacementModel model)
    {
        var portfolio = model.Portfolio;
        foreach (var (index, (over, under)) in model.DeviationColumns.Index())
        {
            var rounding = portfolio.Options
                .Where(option => !option.IsWhole && portfolio.ExposuresOf(option.Asset).Any(exposure => exposure.Row == index))
                .Sum(option => option.LotValue);
            var band = model.Scale.Scaled(Math.Max(0, (portfolio.Problem.Band * portfolio.TotalValue) - rounding));
            model.Linear.AddAtMost(new LinearSum().Add(over, 1), band);
            model.Linear.AddAtMost(new LinearSum().Add(under, 1), band);
        }
    }
}
