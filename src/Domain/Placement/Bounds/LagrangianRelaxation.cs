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
internal sealed partial class LagrangianRelaxation
{
    /// <summary>Nodes of a block's branching while prices are sought: most blocks are closed by a few.</summary>
    public const int UsualNodes = 100;

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
    /// Every broken resource row can be and is restored (what stage 0 leaves short is in the rooms); otherwise such rows may stay as they are.
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

    /// <summary>By shared row, what may be used; infinite where there is no such rule, or one that the ranges of the trades keep.</summary>
    public double[] Room =>
    [
        .. _room.Zip(SingleTradeRows.Of(_problem), (room, isKept) => isKept ? double.PositiveInfinity : room), .. new double[_assets.Length], _gainBudget,
    ];

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
}
