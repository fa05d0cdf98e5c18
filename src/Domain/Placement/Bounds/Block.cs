namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>One row with the trades that belong to it: least cost under some prices, under each of the rules it may be solved with.</summary>
internal sealed class Block
{
    private readonly RowMode[] _modes;
    private readonly RowTrades[] _trades;
    private readonly RowMinimum[] _minima;
    private readonly RowCost _cost;
    private int _best;

    /// <param name="modes">The minimum is the least over these.</param>
    /// <param name="copied">What trades of other blocks may change the row by.</param>
    public Block(CurveBuilder curves, IReadOnlyList<int> trades, RowMode[] modes, RowCost cost, RowLayout.Range copied)
    {
        (_modes, _cost) = (modes, cost);
        _trades = [.. modes.Select(_ => new RowTrades(curves, trades, copied))];
        _minima = [.. _trades.Select(row => new RowMinimum(row))];
    }

    /// <param name="copyPrice">Of one unit that other blocks' trades change the row by.</param>
    /// <param name="nodes">Of branching; 1 solves the linear program only.</param>
    public double Solve(double copyPrice, int nodes)
    {
        var least = double.PositiveInfinity;
        for (var mode = 0; mode < _modes.Length; mode++)
        {
            _trades[mode].Build(_modes[mode], copyPrice);
            var value = _minima[mode].Solve(_cost, nodes, least);
            if (value < least)
            {
                (least, _best) = (value, mode);
            }
        }

        return least;
    }

    /// <summary>The trades of the last solution: trade (−1 stands for those of other blocks), point and weight.</summary>
    public void Visit(Action<int, CurvePoint, double> visit) => _minima[_best].Visit(visit);
}
