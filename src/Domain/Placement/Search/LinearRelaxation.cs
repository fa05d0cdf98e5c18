using Rebalancer.Domain.Placement.Bounds;

namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// The linear relaxation of the placement, solved to a few digits by the primal-dual hybrid gradient method with diagonal steps. It needs no solver, a
/// millisecond gives a useful answer, and what it is wanted for, a start and what cash is worth in each account, needs no more digits. Orders are paid
/// for in proportion to their value, as if each were as large as it may be.
/// </summary>
/// <remarks>
/// Chambolle and Pock (2011), A first-order primal-dual algorithm; Applegate et al. (2021), Practical large-scale linear programming using primal-dual
/// hybrid gradient, for when to restart and for the weight of values against prices.
/// </remarks>
internal sealed partial class LinearRelaxation
{
    // How far values move beside prices at first; found by trying on portfolios of 10 to 100 accounts.
    private const double StepScale = 3;
    private const double LeastWeight = 1e-6;

    private readonly SearchProblem _problem;
    private readonly RelaxationColumns _columns;
    private readonly int _deviationRows;
    private readonly double _largestPrice;
    private readonly double[] _room;
    private readonly double[] _rowMove;
    private readonly double[] _rowStep;
    private readonly double[] _columnStep;
    private double _weight;

    /// <summary>Value by column and price by row: those of now, their sums since the last restart, and the best of all.</summary>
    private double[] _value;
    private double[] _price;
    private readonly double[] _valueSum;
    private readonly double[] _priceSum;
    private readonly double[] _bestValue;
    private readonly double[] _bestPrice;

    public LinearRelaxation(SearchProblem problem)
    {
        _problem = problem;
        _columns = new RelaxationColumns(problem, TradeRanges.Of(problem, isRestored: true));
        (_deviationRows, _largestPrice) = (problem.Gap.Length, RoomPrices.Largest(problem));
        _room = [.. problem.Room.Zip(SingleTradeRows.Of(problem), (room, isKept) => isKept ? double.PositiveInfinity : room)];
        _room = double.IsFinite(problem.GainBudget) ? [.. _room, problem.GainBudget] : _room;
        var rows = _deviationRows + _room.Length;
        (_value, _valueSum, _bestValue, _columnStep) = (new double[_columns.Count], new double[_columns.Count], new double[_columns.Count], new double[_columns.Count]);
        (_price, _priceSum, _bestPrice, _rowMove, _rowStep) = (new double[rows], new double[rows], new double[rows], new double[rows], new double[rows]);
        (_valueAtRestart, _priceAtRestart) = (new double[_columns.Count], new double[rows]);
        SetSteps();
        _weight = StepScale * (double)problem.Portfolio.TotalValue / Math.Max(1, problem.AccountCount) / Math.Max(problem.DeviationWeight, LeastWeight);
    }

    public RoomPrices Prices() => new(
        _bestPrice[_deviationRows..(_deviationRows + _problem.Room.Length)], double.IsFinite(_problem.GainBudget) ? _bestPrice[^1] : 0);

    /// <summary>Value by side.</summary>
    public double[] SideValues()
    {
        var values = new double[2 * _problem.TradeCount];
        for (var column = 0; column < _columns.Count; column++)
        {
            values[_columns.Side[column]] += _bestValue[column];
        }

        return values;
    }

    /// <summary>By trade: what one more unit of value costs at the prices, on its cheaper side; infinite where it is closed.</summary>
    public double[] ReducedCosts()
    {
        var costs = new double[_problem.TradeCount];
        costs.AsSpan().Fill(double.PositiveInfinity);
        for (var column = 0; column < _columns.Count; column++)
        {
            ref var least = ref costs[_columns.Side[column] / 2];
            least = Math.Min(least, _columns.ReducedCost(column, _bestPrice));
        }

        return costs;
    }

    private void SetSteps()
    {
        for (var column = 0; column < _columns.Count; column++)
        {
            for (var entry = _columns.Start[column]; entry < _columns.Start[column + 1]; entry++)
            {
                _columnStep[column] += Math.Abs(_columns.Coefficient[entry]);
                _rowStep[_columns.Row[entry]] += Math.Abs(_columns.Coefficient[entry]);
            }

            _columnStep[column] = 1 / Math.Max(_columnStep[column], 1e-9);
        }

        for (var row = 0; row < _rowStep.Length; row++)
        {
            _rowStep[row] = 1 / Math.Max(_rowStep[row], 1e-9);
        }
    }

    private void Iterate()
    {
        Array.Clear(_rowMove);
        for (var column = 0; column < _columns.Count; column++)
        {
            var old = _value[column];
            var value = Math.Clamp(old - (_weight * _columnStep[column] * _columns.ReducedCost(column, _price)), _columns.Least[column], _columns.Most[column]);
            _value[column] = value;
            _valueSum[column] += value;
            _columns.AddMoves(column, (2 * value) - old, _rowMove);
        }

        for (var row = 0; row < _price.Length; row++)
        {
            var step = _rowStep[row] / _weight;
            _price[row] = row < _deviationRows
                ? Math.Clamp(Shrunk(_price[row] + (step * (_problem.Gap[row] - _rowMove[row])), step * _problem.Band[row]), -_problem.DeviationWeight, _problem.DeviationWeight)
                : Math.Clamp(_price[row] - (step * (_room[row - _deviationRows] + _rowMove[row])), 0, _largestPrice);
            _priceSum[row] += _price[row];
        }
    }

    /// <summary>Nearer to 0 by so much: deviation within the band has no price.</summary>
    private static double Shrunk(double price, double by) => Math.Sign(price) * Math.Max(0, Math.Abs(price) - by);
}
