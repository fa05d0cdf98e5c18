using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>One deviation row with the trades that belong to it: least cost under some multipliers.</summary>
internal sealed class RowRelaxation
{
    private readonly SearchProblem _problem;
    private readonly int _row;
    private readonly RowMode[] _modes;
    private readonly RowTrades[] _trades;
    private readonly RowMinimum[] _minima;
    private readonly DeviationCost _deviation;
    private int _best;

    public RowRelaxation(SearchProblem problem, RowLayout layout, CurveBuilder curves, int row)
    {
        (_problem, _row) = (problem, row);
        _modes = Modes(problem, layout.Trades[row]);
        _trades = [.. _modes.Select(_ => new RowTrades(curves, layout.Trades[row], layout.Copied[row]))];
        _minima = [.. _trades.Select(trades => new RowMinimum(trades))];
        _deviation = new DeviationCost(problem.Gap[row], problem.DeviationWeight, layout.Grid[row]);
    }

    /// <param name="nodes">Of branching; 1 solves the linear program only.</param>
    public double Solve(Multipliers multipliers, int nodes)
    {
        var least = double.PositiveInfinity;
        for (var mode = 0; mode < _modes.Length; mode++)
        {
            _trades[mode].Build(_modes[mode], multipliers.Copies[_row]);
            var value = _minima[mode].Solve(_deviation, nodes, least);
            if (value < least)
            {
                (least, _best) = (value, mode);
            }
        }

        return least;
    }

    /// <summary>The trades of the last solution: trade (−1 is the copy of other rows' trades), point and weight.</summary>
    public void Visit(Action<int, CurvePoint, double> visit) => _minima[_best].Visit(visit);

    /// <summary>Rules on a whole asset can be enforced where the row has no other asset's trades.</summary>
    private static RowMode[] Modes(SearchProblem problem, IReadOnlyList<int> trades)
    {
        if (trades.Count == 0 || trades.Any(trade => problem.Asset[trade] != problem.Asset[trades[0]]))
        {
            return [RowMode.Any];
        }

        var hasLosses = trades.Any(trade => double.IsFinite(problem.Taxes.LossFree[problem.Pair[trade]]));
        return problem.OneDirectionPerAsset ? [RowMode.NoBuys, RowMode.NoSells]
            : problem.ForbidsWashSales && hasLosses ? [RowMode.NoBuys, RowMode.NoLosses]
            : [RowMode.Any];
    }
}
