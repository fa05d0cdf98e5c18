namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>One row with the trades that belong to it: least cost under some prices, under each of the rules it may be solved with.</summary>
internal sealed class Block
{
    private readonly RowMode[] _modes;
    private readonly RowTrades[] _trades;
    private readonly RowMinimum[] _minima;
    private readonly bool[] _isPossible;
    private readonly RowCost _cost;
    private int _best;

    /// <param name="modes">The minimum is the least over these.</param>
    /// <param name="copied">What trades of other blocks may change the row by.</param>
    public Block(CurveBuilder curves, IReadOnlyList<int> trades, RowMode[] modes, RowCost cost, RowLayout.Range copied)
    {
        (_modes, _cost) = (modes, cost);
        _trades = [.. modes.Select(_ => new RowTrades(curves, trades, copied))];
        _minima = [.. _trades.Select(row => new RowMinimum(row))];
        _isPossible = new bool[modes.Length];
    }

    /// <summary>What the last <see cref="Solve"/> came to.</summary>
    public double Least { get; private set; }

    /// <param name="copyPrice">Of one unit that other blocks' trades change the row by.</param>
    /// <param name="nodes">Of branching; 1 solves the linear program only.</param>
    public double Solve(double copyPrice, int nodes)
    {
        var least = double.PositiveInfinity;
        for (var mode = 0; mode < _modes.Length; mode++)
        {
            _isPossible[mode] = _trades[mode].Build(_modes[mode], copyPrice);
            if (!_isPossible[mode])
            {
                continue;
            }

            var value = _minima[mode].Solve(_cost, nodes, least);
            if (value < least)
            {
                (least, _best) = (value, mode);
            }
        }

        Least = least;
        return least;
    }

    /// <summary>
    /// The least with one trade decided, under the prices of the last <see cref="Solve"/>; infinite where the trade cannot be in that state.
    /// Afterwards there is nothing to visit until the next <see cref="Solve"/>.
    /// </summary>
    /// <param name="member">Index of the trade in the block.</param>
    /// <param name="cutoff">No need to be better than this.</param>
    public double SolveWith(int member, TradeState state, int nodes, double cutoff)
    {
        var least = double.PositiveInfinity;
        for (var mode = 0; mode < _modes.Length; mode++)
        {
            if (_isPossible[mode])
            {
                least = Math.Min(least, _minima[mode].SolveWith(member, state, nodes, Math.Min(cutoff, least)));
            }
        }

        return least;
    }

    /// <summary>The trades of the last solution: trade (−1 stands for those of other blocks), point and weight.</summary>
    public void Visit(Action<int, CurvePoint, double> visit) => _minima[_best].Visit(visit);
}
