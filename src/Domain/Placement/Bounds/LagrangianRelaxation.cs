using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// The placement with every resource row (cash, holdings over several markets, caps, reserves) and the gain budget priced instead of
/// enforced: it falls apart into one small problem a deviation row, and the sum of their minima is a lower bound for any prices ≥ 0.
/// What else is relaxed: lots within a trade (kept where the whole row is on one grid), the ban on buying and selling one asset in an
/// account through different markets, the order of tax lots across markets, and rules on an asset that shares its row with others.
/// Kept: minimums, fixed costs, tax in the order of the lots, wash sales and one direction an asset.
/// </summary>
/// <remarks>Geoffrion (1974), Lagrangean relaxation for integer programming; Guignard and Kim (1987), Lagrangean decomposition.</remarks>
internal sealed class LagrangianRelaxation
{
    // Fewer than 2^12 operations lead to each of the numbers that are added up, and each is off by 2^-53 at most.
    private const double RelativeError = 1.0 / (1L << 40);

    private readonly SearchProblem _problem;
    private readonly double[] _room;
    private readonly double _gainBudget;
    private readonly RowLayout _layout;
    private readonly CurveBuilder _curves;
    private readonly RowRelaxation[] _rows;

    /// <param name="isRestored">
    /// Every broken resource row can be and is restored (stage 0 left no shortfall); otherwise such rows may stay as they are.
    /// </param>
    public LagrangianRelaxation(SearchProblem problem, TradeRanges ranges, bool isRestored)
    {
        _problem = problem;
        _room = [.. problem.Room.Select(room => isRestored ? room : Math.Max(0, room))];
        _gainBudget = problem.Portfolio.Problem.Taxes?.GainBudget is { } budget ? (double)budget : double.PositiveInfinity;
        _layout = new RowLayout(problem);
        _curves = new CurveBuilder(problem, ranges, _layout);
        _rows = [.. problem.Gap.Select((_, row) => new RowRelaxation(problem, _layout, _curves, row))];
    }

    public bool HasGainBudget => double.IsFinite(_gainBudget);

    /// <returns>A lower bound in base currency of the whole objective, location preferences included, rounded outward.</returns>
    public double Bound(Multipliers multipliers, int nodes)
    {
        _curves.Price(multipliers);
        var (bound, magnitude) = (0.0, _curves.Magnitude);
        foreach (var row in _rows)
        {
            bound += row.Solve(multipliers, nodes);
        }

        foreach (var trade in _layout.Loose)
        {
            bound += Cheapest(trade).Cost;
        }

        for (var row = 0; row < _room.Length; row++)
        {
            bound -= multipliers.Resources[row] * _room[row];
            magnitude += multipliers.Resources[row] * Math.Abs(_room[row]);
        }

        magnitude += _problem.Gap.Sum(Math.Abs) * _problem.DeviationWeight;
        bound -= multipliers.Gain > 0 ? multipliers.Gain * _gainBudget : 0;
        return bound - (magnitude * RelativeError);
    }

    /// <summary>What a step uphill from the last bound's multipliers looks like: by how much its trades break each priced row.</summary>
    public Multipliers Gradient()
    {
        var (resources, copies, gain) = (new double[_room.Length], new double[_rows.Length], HasGainBudget ? -_gainBudget : 0.0);
        for (var row = 0; row < _room.Length; row++)
        {
            resources[row] = -_room[row];
        }

        void Count(int trade, CurvePoint point, double weight)
        {
            if (point.Side >= 0)
            {
                AddEntries(resources, _problem.Resource, point, -weight, skip: -1);
                AddEntries(copies, _problem.Deviation, point, -weight, skip: _layout.Row[trade]);
                gain += HasGainBudget && point.Side == SearchProblem.SellSide(trade) ? weight * GainOf(trade, point.Value) : 0;
            }
        }

        for (var row = 0; row < _rows.Length; row++)
        {
            var index = row;
            _rows[row].Visit((trade, point, weight) =>
            {
                copies[index] += trade < 0 ? weight * point.Change : 0;
                Count(trade, point, weight);
            });
        }

        foreach (var trade in _layout.Loose)
        {
            Count(trade, Cheapest(trade), 1);
        }

        return new Multipliers(resources, copies, gain);
    }

    private static void AddEntries(double[] sums, SideEntries entries, CurvePoint point, double weight, int skip)
    {
        for (var entry = entries.Start[point.Side]; entry < entries.Start[point.Side + 1]; entry++)
        {
            if (entries.Row[entry] != skip)
            {
                sums[entries.Row[entry]] += weight * ((entries.PerValue[entry] * point.Value) + entries.PerOrder[entry]);
            }
        }
    }

    private CurvePoint Cheapest(int trade)
    {
        var cheapest = new CurvePoint(0, double.PositiveInfinity, -1, 0);
        foreach (var point in _curves.Points(trade, TradeState.Free, RowMode.Any))
        {
            cheapest = point.Cost < cheapest.Cost ? point : cheapest;
        }

        return cheapest;
    }

    private double GainOf(int trade, double value)
    {
        var (gain, sold) = (0.0, 0.0);
        for (var lot = _problem.Taxes.Start[_problem.Pair[trade]]; lot < _problem.Taxes.Start[_problem.Pair[trade] + 1] && sold < value; lot++)
        {
            var until = Math.Min(value, _problem.Taxes.End[lot]);
            gain += _problem.Taxes.Gain[lot] * (until - sold);
            sold = until;
        }

        return gain;
    }
}
