using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>
/// Finds the best prices of the shared rows: a linear program mixes what the blocks were seen to do so that the rows are kept, and its duals are
/// the next prices to ask the blocks with. Where nothing new comes, the mixture is the solution of the relaxation and the prices are the best
/// there are. Whatever the prices, the bound they give is the relaxation's own: rounding here can only make it lower.
/// </summary>
/// <remarks>Dantzig and Wolfe (1960), Decomposition principle for linear programs.</remarks>
internal sealed class PriceMaster
{
    private const double RelativeError = 1e-9;
    private const int Pivots = 400;

    // Every column costs each pivot a look. What has not been mixed for long is found again when it is wanted.
    private const int MostSeenOfBlock = 25;

    private readonly LinearProgram _program;
    private readonly LagrangianRelaxation _relaxation;
    private readonly SearchProblem _problem;
    private readonly TradeRanges _ranges;
    private readonly List<SeenSolution> _columns = [];
    private readonly int _slacks;
    private readonly int[] _rowOf;
    private readonly double[] _sign;
    private readonly int _firstBlock;
    private readonly double _unit;
    private readonly double _error;
    private readonly double _forbidden;
    private readonly SharedRows _shared;
    private int _mixes;

    /// <param name="objective">Of a plan: what is to cost more than any plan costs a multiple of this.</param>
    public PriceMaster(LagrangianRelaxation relaxation, SearchProblem problem, TradeRanges ranges, double objective)
    {
        (_relaxation, _problem, _ranges, _shared) = (relaxation, problem, ranges, relaxation.Shared);
        _unit = Math.Max(1e-9, problem.AccountValue);
        (_error, _forbidden) = (RelativeError * (1 + Math.Abs(objective)), 10 * (1 + Math.Abs(objective)));
        var room = relaxation.Room;
        _rowOf = [.. Enumerable.Repeat(-1, _shared.Count)];
        var kept = Enumerable.Range(0, _shared.Count).Where(row => double.IsFinite(room[row])).ToList();
        foreach (var (index, row) in kept.Index())
        {
            _rowOf[row] = index;
        }

        _sign = [.. kept.Select(row => room[row] < 0 ? -1.0 : 1.0)];
        _firstBlock = kept.Count;
        double[] right = [.. kept.Select(row => Math.Abs(room[row]) / _unit), .. Enumerable.Repeat(1.0, relaxation.Blocks)];
        _program = new LinearProgram(right);
        foreach (var row in kept)
        {
            AddSlacks(row, room[row]);
        }

        for (var block = 0; block < relaxation.Blocks; block++)
        {
            _program.AddToBasis(_firstBlock + block, _forbidden);
        }

        _slacks = (2 * kept.Count) + relaxation.Blocks;

        Values = new double[problem.Most.Length];
        Orders = new double[problem.Most.Length];
        Least = new double[problem.Most.Length];
        Largest = new double[problem.Most.Length];
    }

    /// <param name="Solution">What a block did.</param>
    private sealed record SeenSolution(BlockSolution Solution)
    {
        /// <summary>Which mixture it was last part of, or when it was seen.</summary>
        public int LastMixed { get; set; }
    }

    /// <summary>By side: the mean value in the mixture.</summary>
    public double[] Values { get; }

    /// <summary>By side: the share of the mixture that trades.</summary>
    public double[] Orders { get; }

    /// <summary>By side: the smallest and the largest value in the mixture where it trades.</summary>
    public double[] Least { get; }

    public double[] Largest { get; }

    /// <summary>What the mixture costs: the bound will not pass this while nothing else is seen.</summary>
    public double Objective => _program.Objective;

    /// <summary>Lets what the ranges rule out cost too much to be mixed, and forgets what has not been mixed for long.</summary>
    public void Restrict()
    {
        if (_columns.Count > MostSeenOfBlock * _relaxation.Blocks)
        {
            Forget();
        }

        for (var index = 0; index < _columns.Count; index++)
        {
            var isPossible = IsPossible(_columns[index].Solution);
            _program.SetCost(_slacks + index, isPossible ? _columns[index].Solution.Cost : _forbidden);
            _program.Close(_slacks + index, !isPossible);
        }
    }

    public Multipliers Solve()
    {
        _program.Solve(_error, Pivots);
        var prices = _program.Prices;
        var at = Multipliers.None(_problem);
        for (var row = 0; row < _shared.Resources; row++)
        {
            at.Resources[row] = Math.Max(0, PriceOf(prices, row));
        }

        for (var row = 0; row < _shared.Copies; row++)
        {
            at.Copies[row] = Math.Clamp(PriceOf(prices, _shared.Resources + row), -_problem.DeviationWeight, _problem.DeviationWeight);
        }

        return at with { Gain = Math.Max(0, PriceOf(prices, _shared.Gain)) };
    }

    /// <summary>Lets what the blocks did be mixed from now on.</summary>
    /// <returns>Whether any of it would improve the mixture.</returns>
    public bool Add(IEnumerable<BlockSolution> solutions)
    {
        var isNew = false;
        foreach (var solution in solutions)
        {
            var column = AddColumn(solution);
            if (_program.ReducedCost(column) < -_error)
            {
                _columns.Add(new SeenSolution(solution) { LastMixed = _mixes });
                isNew = true;
            }
            else
            {
                _program.RemoveLast();
            }
        }

        return isNew;
    }

    /// <summary>Works out the means of the last mixture.</summary>
    public void Mix()
    {
        Array.Clear(Values);
        Array.Clear(Orders);
        Least.AsSpan().Fill(double.PositiveInfinity);
        Array.Clear(Largest);
        _mixes++;
        for (var index = 0; index < _columns.Count; index++)
        {
            var share = _program.Value(_slacks + index);
            if (share <= RelativeError)
            {
                continue;
            }

            _columns[index].LastMixed = _mixes;
            foreach (var (side, value, weight) in _columns[index].Solution.Sides)
            {
                Values[side] += share * weight * value;
                Orders[side] += share * weight;
                Least[side] = Math.Min(Least[side], value);
                Largest[side] = Math.Max(Largest[side], value);
            }
        }
    }

    /// <summary>How undecided the mixture leaves a trade: 0 where it always or never trades, and always to one side.</summary>
    public double Doubt(int trade)
    {
        var (buys, sells) = (Orders[2 * trade], Orders[(2 * trade) + 1]);
        var trades = Math.Min(1, buys + sells);
        return Math.Min(trades, 1 - trades) + Math.Min(buys, sells);
    }

    /// <summary>Share of the mixture in which the trade is in the state.</summary>
    public double Share(int trade, TradeState state)
    {
        var (buys, sells) = (Orders[2 * trade], Orders[(2 * trade) + 1]);
        return state switch
        {
            TradeState.Off => 1 - Math.Min(1, buys + sells),
            TradeState.Buy => Math.Min(1, buys),
            _ => Math.Min(1, sells),
        };
    }

    private double PriceOf(ReadOnlySpan<double> prices, int row) => _rowOf[row] < 0 ? 0 : -_sign[_rowOf[row]] * prices[_rowOf[row]] / _unit;

    /// <summary>What is left over of a row costs nothing and what lacks costs much; of copies, either costs what deviation costs at most.</summary>
    private void AddSlacks(int row, double room)
    {
        var index = _rowOf[row];
        var isCopy = row >= _shared.Resources && row < _shared.Gain;
        var (left, lacks) = isCopy ? (_problem.DeviationWeight * _unit, _problem.DeviationWeight * _unit) : (0, RoomPrices.Largest(_problem) * _unit);
        _program.AddToBasis(index, room < 0 ? lacks : left);
        _program.Add([index], [-1], room < 0 ? left : lacks);
    }

    private void Forget()
    {
        var oldest = _columns.Select(seen => seen.LastMixed).Order().ElementAt(_columns.Count / 2);
        bool[] isKept = [.. Enumerable.Repeat(true, _slacks), .. _columns.Select((seen, index) => seen.LastMixed > oldest || _program.IsInBasis(_slacks + index))];
        _program.Keep(isKept);
        var kept = _columns.Where((_, index) => isKept[_slacks + index]).ToList();
        _columns.Clear();
        _columns.AddRange(kept);
    }

    private int AddColumn(BlockSolution solution)
    {
        var (rows, entries, count) = (new int[solution.Rows.Count + 1], new double[solution.Rows.Count + 1], 0);
        foreach (var (row, use) in solution.Rows)
        {
            if (_rowOf[row] >= 0)
            {
                (rows[count], entries[count]) = (_rowOf[row], _sign[_rowOf[row]] * use / _unit);
                count++;
            }
        }

        (rows[count], entries[count]) = (_firstBlock + solution.Block, 1);
        return _program.Add(rows[..(count + 1)], entries[..(count + 1)], solution.Cost);
    }

    private bool IsPossible(BlockSolution solution)
    {
        foreach (var (side, value, _) in solution.Sides)
        {
            if (value > _ranges.Most[side] * (1 + RelativeError) || value < _ranges.Least[side] * (1 - RelativeError))
            {
                return false;
            }
        }

        foreach (var trade in _relaxation.TradesOf(solution.Block))
        {
            if (_ranges.MustTrade[trade] && !Trades(solution, trade))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Trades(BlockSolution solution, int trade)
    {
        foreach (var side in solution.Sides)
        {
            if (side.Side / 2 == trade)
            {
                return true;
            }
        }

        return false;
    }
}
