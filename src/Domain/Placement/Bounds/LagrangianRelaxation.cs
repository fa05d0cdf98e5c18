using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Bounds;

/// <summary>
/// The placement with every trade copied: one copy belongs to its asset's deviation row, the other to its account's cash row, and the wish that
/// they be equal is priced instead of enforced. So are all other resource rows (holdings over several markets, caps, reserves) and the gain
/// budget. It falls apart into one small problem a row, and the sum of their minima is a lower bound whatever the prices.
/// What else is relaxed: lots within a trade (kept where the whole row is on one grid), the ban on buying and selling one asset in an
/// account through different markets, the order of tax lots across markets, and rules on an asset that shares its row with others.
/// Kept: minimums, fixed costs, tax in the order of the lots, wash sales and one direction an asset.
/// </summary>
/// <remarks>Guignard and Kim (1987), Lagrangean decomposition: a model yielding stronger Lagrangean bounds.</remarks>
internal sealed class LagrangianRelaxation
{
    // Fewer than 2^12 operations lead to each of the numbers that are added up, and each is off by 2^-53 at most.
    private const double RelativeError = 1.0 / (1L << 40);

    /// <summary>Of one unit that an account overspends: finite, so that the block needs no special case, and far above what cash is worth.</summary>
    private const double OverspendingPrice = 1;

    /// <summary>Nodes of a block's branching with one trade decided.</summary>
    private const int DecidedNodes = 60;

    private static readonly RowMode[] AnyMode = [RowMode.Any];

    private readonly SearchProblem _problem;
    private readonly double[] _room;
    private readonly double _gainBudget;
    private readonly RowLayout _layout;
    private readonly PriceSplit _split;
    private readonly Block[] _assets;
    private readonly Block[] _accounts;
    private readonly CurveBuilder _assetCurves;

    /// <param name="ranges">What trades may do. It may become narrower later on; a trade that is closed by now stays so.</param>
    /// <param name="isRestored">
    /// Every broken resource row can be and is restored (stage 0 left no shortfall); otherwise such rows may stay as they are.
    /// </param>
    /// <param name="isSplit">Without the accounts' copies only the prices of the rows may differ from 0: the bound is a little lower and takes half the time.</param>
    public LagrangianRelaxation(SearchProblem problem, TradeRanges ranges, bool isRestored, bool isSplit = true)
    {
        _problem = problem;
        _room = [.. problem.Room.Select(room => isRestored ? room : Math.Max(0, room))];
        _gainBudget = problem.FullGainBudget;
        _layout = new RowLayout(problem, ranges);
        Used = new bool[problem.TradeCount];
        _split = new PriceSplit(problem, ranges, _layout);
        _assetCurves = new CurveBuilder(problem, ranges, _split.Assets, _split.Lots);
        var weight = problem.DeviationWeight;
        _assets = [.. problem.Gap.Select((gap, row) => new Block(
            _assetCurves, _layout.Trades[row], Modes(row), new RowCost(gap, weight, weight, _layout.Grid[row]), _layout.Copied[row]))];
        var accountCurves = new CurveBuilder(problem, ranges, _split.Accounts, null);
        _accounts = !isSplit ? [] : [.. _layout.CashRows.Select(row => new Block(
            accountCurves, row.Trades, AnyMode, new RowCost(-_room[row.Row], OverspendingPrice, 0, 0), default))];
    }

    /// <summary>By trade: it had a part in any of the solutions so far.</summary>
    public bool[] Used { get; }

    public SharedRows Shared => new(_room.Length, _assets.Length);

    /// <summary>Numbers of the blocks are below this.</summary>
    public int Blocks => _assets.Length + _layout.Loose.Count;

    /// <summary>By shared row, what may be used; infinite where there is no such rule.</summary>
    public double[] Room => [.. _room, .. new double[_assets.Length], _gainBudget];

    public IReadOnlyList<int> TradesOf(int block) => block < _assets.Length ? _layout.Trades[block] : [_layout.Loose[block - _assets.Length]];

    /// <summary>What the accounts' copies of the trades cost in the last <see cref="Bound"/>.</summary>
    public double LeastOfAccounts { get; private set; }

    public bool HasGainBudget => double.IsFinite(_gainBudget);

    /// <summary>By side: the trade has a copy in an account's block.</summary>
    public bool IsSplit(int side) => _layout.CashRow[side / 2] >= 0 && _problem.Most[side] > 0;

    /// <returns>A lower bound in base currency of the whole objective, location preferences included, rounded outward.</returns>
    public double Bound(Multipliers multipliers, int nodes)
    {
        var magnitude = _split.Price(multipliers);
        LeastOfAccounts = _accounts.Sum(account => account.Solve(0, nodes));
        return Sum(multipliers, nodes, magnitude);
    }

    /// <summary>The same where nothing but the prices of the rows has changed since the last <see cref="Bound"/>.</summary>
    public double BoundOfPrices(Multipliers multipliers, int nodes) => Sum(multipliers, nodes, _split.Price(multipliers));

    private double Sum(Multipliers multipliers, int nodes, double magnitude)
    {
        var bound = LeastOfAccounts;
        for (var row = 0; row < _assets.Length; row++)
        {
            bound += _assets[row].Solve(multipliers.Copies[row], nodes);
        }

        foreach (var trade in _layout.Loose)
        {
            bound += Cheapest(trade, TradeState.Free).Cost;
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

    /// <summary>
    /// By how much the last bound rises, at the same multipliers, when one trade is decided: infinite where it cannot be in that state. The sum
    /// is as safe as the bound itself.
    /// </summary>
    /// <param name="enough">No need to know of more than this.</param>
    public double Rise(int trade, TradeState state, double enough) =>
        _layout.Row[trade] >= 0
            ? Rise(_assets[_layout.Row[trade]], _layout.AssetMember[trade], state, enough)
            : Cheapest(trade, state).Cost - Cheapest(trade, TradeState.Free).Cost;

    private static double Rise(Block block, int member, TradeState state, double enough) =>
        block.SolveWith(member, state, DecidedNodes, block.Least + enough) - block.Least;

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

    /// <summary>By trade, what it does in the last bound; <see cref="TradeState.Free"/> where that is not one thing alone.</summary>
    public void States(Span<TradeState> states)
    {
        static TradeState Of(CurvePoint point) =>
            point.Side < 0 ? TradeState.Off : point.Side % 2 == 0 ? TradeState.Buy : TradeState.Sell;

        var seen = new TradeState[states.Length];
        for (var row = 0; row < _assets.Length; row++)
        {
            _assets[row].Visit((trade, point, weight) =>
            {
                if (trade >= 0)
                {
                    seen[trade] = weight < 1 ? TradeState.Free : Of(point);
                }
            });
        }

        foreach (var trade in _layout.Loose)
        {
            seen[trade] = Of(Cheapest(trade, TradeState.Free));
        }

        seen.CopyTo(states);
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

    /// <summary>Rules on a whole asset can be enforced where the row has no other asset's trades.</summary>
    private RowMode[] Modes(int row)
    {
        var trades = _layout.Trades[row];
        if (trades.Count == 0 || trades.Any(trade => _problem.Asset[trade] != _problem.Asset[trades[0]]))
        {
            return AnyMode;
        }

        var hasLosses = trades.Any(trade => double.IsFinite(_problem.Taxes.LossFree[_problem.Pair[trade]]));
        return _problem.OneDirectionPerAsset ? [RowMode.NoBuys, RowMode.NoSells]
            : _problem.ForbidsWashSales && hasLosses ? [RowMode.NoBuys, RowMode.NoLosses]
            : AnyMode;
    }

    private CurvePoint Cheapest(int trade, TradeState state)
    {
        var cheapest = new CurvePoint(0, double.PositiveInfinity, -1, 0);
        foreach (var point in _assetCurves.Points(trade, state, RowMode.Any))
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
