using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>What the trades do in the last bound.</summary>
internal sealed partial class LagrangianRelaxation
{
    /// <summary>What a step uphill from the last bound's multipliers looks like: by how much its trades break each priced wish.</summary>
    public Multipliers Gradient()
    {
        var (resources, copies, gain) = (new double[_room.Length], new double[_assets.Length], HasGainBudget ? -_gainBudget : 0.0);
        var (value, order) = (new double[_problem.Most.Length], new double[_problem.Most.Length]);
        for (var row = 0; row < _room.Length; row++)
        {
            resources[row] = -_room[row];
        }

        void Count(int trade, CurvePoint point, double weight)
        {
            if (point.Side >= 0)
            {
                Used[trade] = true;
                value[point.Side] -= weight * point.Value;
                order[point.Side] -= weight;
                AddEntries(resources, _problem.Resource, point, -weight, skip: -1);
                AddEntries(copies, _problem.Deviation, point, -weight, skip: _layout.Row[trade]);
                gain += HasGainBudget && point.Side == SearchProblem.SellSide(trade) ? weight * GainOf(trade, point.Value) : 0;
            }
        }

        for (var row = 0; row < _assets.Length; row++)
        {
            var index = row;
            _assets[row].Visit((trade, point, weight) =>
            {
                copies[index] += trade < 0 ? weight * point.Change : 0;
                Count(trade, point, weight);
            });
        }

        foreach (var trade in _layout.Loose)
        {
            Count(trade, Cheapest(trade, TradeState.Free), 1);
        }

        foreach (var account in _accounts)
        {
            account.Visit((trade, point, weight) =>
            {
                if (point.Side >= 0)
                {
                    Used[trade] = true;
                    value[point.Side] += weight * point.Value;
                    order[point.Side] += weight;
                }
            });
        }

        return new Multipliers(resources, copies, gain, value, order);
    }

    /// <summary>
    /// By trade, what it does in the last bound; <see cref="TradeState.Free"/> where that is not one thing for sure: between two points of its curve,
    /// or left alone by a decision of its block.
    /// </summary>
    /// <param name="states">Written to.</param>
    public void States(TradeState[] states)
    {
        static TradeState Of(CurvePoint point) =>
            point.Side < 0 ? TradeState.Off : point.Side % 2 == 0 ? TradeState.Buy : TradeState.Sell;

        Array.Clear(states);
        for (var row = 0; row < _assets.Length; row++)
        {
            _assets[row].Visit((trade, point, weight) =>
            {
                if (trade >= 0)
                {
                    states[trade] = weight < 1 ? TradeState.Free : Of(point);
                }
            });
        }

        foreach (var trade in _layout.Loose)
        {
            states[trade] = Of(Cheapest(trade, TradeState.Free));
        }
    }

    /// <summary>What every block does in the last bound; blocks in which nothing is open are left out.</summary>
    /// <param name="at">The multipliers of the last bound.</param>
    public IEnumerable<BlockSolution> Solutions(Multipliers at)
    {
        for (var row = 0; row < _assets.Length; row++)
        {
            if (_layout.Trades[row].Count > 0 || !_layout.Copied[row].IsEmpty)
            {
                var points = new List<(int Trade, CurvePoint Point, double Weight)>();
                _assets[row].Visit((trade, point, weight) => points.Add((trade, point, weight)));
                yield return Solution(row, _assets[row].Least, row, points, at);
            }
        }

        foreach (var (index, trade) in _layout.Loose.Index())
        {
            var point = Cheapest(trade, TradeState.Free);
            yield return Solution(_assets.Length + index, point.Cost, -1, [(trade, point, 1)], at);
        }
    }

    private BlockSolution Solution(int block, double least, int row, List<(int Trade, CurvePoint Point, double Weight)> points, Multipliers at)
    {
        var (resources, copies, gain) = (new double[_room.Length], new double[_assets.Length], 0.0);
        var sides = new List<BlockTrade>(points.Count);
        foreach (var (trade, point, weight) in points)
        {
            if (trade < 0)
            {
                copies[row] += weight * point.Change;
            }
            else if (point.Side >= 0)
            {
                sides.Add(new BlockTrade(point.Side, point.Value, weight));
                AddEntries(resources, _problem.Resource, point, -weight, skip: -1);
                AddEntries(copies, _problem.Deviation, point, -weight, skip: _layout.Row[trade]);
                gain += HasGainBudget && point.Side == SearchProblem.SellSide(trade) ? weight * GainOf(trade, point.Value) : 0;
            }
        }

        var (used, cost) = (new List<(int Row, double Use)>(), least);
        void Add(int shared, double use, double price)
        {
            if (use != 0)
            {
                used.Add((shared, use));
                cost -= use * price;
            }
        }

        for (var resource = 0; resource < resources.Length; resource++)
        {
            Add(resource, resources[resource], at.Resources[resource]);
        }

        for (var copy = 0; copy < copies.Length; copy++)
        {
            Add(resources.Length + copy, copies[copy], at.Copies[copy]);
        }

        Add(Shared.Gain, gain, at.Gain);
        return new BlockSolution(block, cost, sides, used);
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
