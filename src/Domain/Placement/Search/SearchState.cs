namespace Rebalancer.Domain.Placement.Search;

/// <summary>One row that a side moves.</summary>
internal readonly record struct RowEntry(int Row, double PerValue, double PerOrder);

/// <summary>
/// A plan under way: the signed value of every trade (bought above zero, sold below), and all that follows from it, kept up to date one trade
/// at a time. Rooms may be below zero in the middle of a move.
/// </summary>
internal sealed partial class SearchState
{
    // Rooms are sums of doubles; less than this share of the portfolio below nothing is rounding.
    private const double RoomError = 1e-12;
    private const double StrandingError = 1e-10;

    // Gains too, but they are fewer.
    private const double GainError = 1e-14;

    private readonly SearchProblem _problem;
    private readonly int[] _deviationStart;
    private readonly RowEntry[] _deviation;
    private readonly int[] _resourceStart;
    private readonly RowEntry[] _resource;
    private readonly double _weight;
    private readonly double[] _startingRoom;
    private readonly double[] _band;

    public SearchState(SearchProblem problem)
    {
        _problem = problem;
        (_weight, _band) = (problem.DeviationWeight, problem.Band);
        (_deviationStart, _deviation) = (problem.Deviation.Start, Interleave(problem.Deviation));
        (_resourceStart, _resource) = (problem.Resource.Start, Interleave(problem.Resource));
        _startingRoom = problem.UsableRoom ?? LessRounding();
        LeastRoomAllowed = -RoomError * (double)problem.Portfolio.TotalValue;
        MostGainAllowed = problem.GainBudget + (GainError * (double)problem.Portfolio.TotalValue);
        Value = new double[problem.TradeCount];
        Residual = new double[problem.Gap.Length];
        Room = new double[problem.Room.Length];
        PairSold = new double[problem.Taxes.LossFree.Length];
        PairBuys = new int[PairSold.Length];
        PairSells = new int[PairSold.Length];
        AssetBuys = new int[problem.Assets.Count];
        AssetSells = new int[problem.Assets.Count];
        AssetLosses = new int[problem.Assets.Count];
        Traded = new TradedLists(problem);
        Recompute();
    }

    public SearchProblem Problem => _problem;

    /// <summary>Entries of the sides in the deviation rows, by <see cref="SideEntries.Start"/>.</summary>
    public RowEntry[] DeviationEntries => _deviation;

    public RowEntry[] ResourceEntries => _resource;

    /// <summary>Signed value by trade.</summary>
    public double[] Value { get; }

    /// <summary>Gap less what the trades add, by deviation row.</summary>
    public double[] Residual { get; }

    public double[] Room { get; }

    public double[] PairSold { get; }

    public int[] PairBuys { get; }

    public int[] PairSells { get; }

    public int[] AssetBuys { get; }

    public int[] AssetSells { get; }

    /// <summary>Pairs of the asset that sell at a loss.</summary>
    public int[] AssetLosses { get; }

    public TradedLists Traded { get; }

    /// <summary>Sum of gains less losses of all sells.</summary>
    public double Gain { get; private set; }

    /// <summary>μ·deviation + cost + tax + location + λ·orders.</summary>
    public double Objective { get; private set; }

    /// <summary>A room below this is a broken rule.</summary>
    public double LeastRoomAllowed { get; }

    /// <summary>A gain above this breaks the gain budget.</summary>
    public double MostGainAllowed { get; }

    /// <summary>What a row's residual costs.</summary>
    public double Deviation(int row, double residual) => _weight * Math.Max(0, Math.Abs(residual) - _band[row]);

    /// <summary>Changes a trade to a new signed value.</summary>
    public void Set(int trade, double value)
    {
        var old = Value[trade];
        if (old == value)
        {
            return;
        }

        if (old != 0)
        {
            Move(trade, old, -1);
        }

        Value[trade] = value;
        if (value != 0)
        {
            Move(trade, value, 1);
            Traded.Add(trade);
        }
        else
        {
            Traded.Remove(trade);
        }
    }

    /// <summary>Works everything out anew from the values, so that rounding does not pile up over millions of moves.</summary>
    public void Recompute()
    {
        _problem.Gap.CopyTo(Residual, 0);
        _startingRoom.CopyTo(Room, 0);
        foreach (var counts in new[] { PairBuys, PairSells, AssetBuys, AssetSells, AssetLosses })
        {
            Array.Clear(counts);
        }

        Array.Clear(PairSold);
        (Objective, Gain) = (0, 0);
        for (var row = 0; row < Residual.Length; row++)
        {
            Objective += Deviation(row, Residual[row]);
        }

        for (var trade = 0; trade < Value.Length; trade++)
        {
            if (Value[trade] != 0)
            {
                Move(trade, Value[trade], 1);
            }
        }
    }

    /// <summary>Takes over the values of another plan.</summary>
    public void Load(double[] values)
    {
        for (var trade = 0; trade < values.Length; trade++)
        {
            Set(trade, values[trade]);
        }

        Recompute();
    }

    /// <summary>Whether the rules that a trade touches hold: every room, the gain budget, and no stranded rest.</summary>
    public bool KeepsRules(int trade) => LeastRoom(trade) >= LeastRoomAllowed && Gain <= MostGainAllowed && !IsStranded(_problem.Pair[trade], PairSold[_problem.Pair[trade]]);

    public bool KeepsAllRules() => Enumerable.Range(0, _problem.TradeCount).All(KeepsRules);

    /// <summary>Whether selling so much in all leaves a rest that nobody takes.</summary>
    public bool IsStranded(int pair, double sold)
    {
        var (from, to) = _problem.Stranding[pair];
        return sold > from * (1 + StrandingError) && sold < to * (1 - StrandingError) && sold > 0;
    }

    /// <summary>The least room of the rows that a trade touches.</summary>
    public double LeastRoom(int trade)
    {
        var least = double.PositiveInfinity;
        for (var side = 2 * trade; side <= (2 * trade) + 1; side++)
        {
            for (var entry = _resourceStart[side]; entry < _resourceStart[side + 1]; entry++)
            {
                least = Math.Min(least, Room[_resource[entry].Row]);
            }
        }

        return least;
    }

    /// <summary>What the rows that a trade touches are below nothing, together.</summary>
    public double Shortfall(int trade)
    {
        var sum = 0.0;
        for (var side = 2 * trade; side <= (2 * trade) + 1; side++)
        {
            for (var entry = _resourceStart[side]; entry < _resourceStart[side + 1]; entry++)
            {
                // Both sides of a trade touch the same rows; what counts twice before counts twice after.
                sum -= Math.Min(0, Room[_resource[entry].Row]);
            }
        }

        return sum;
    }

    /// <summary>What a sale must bring more than a plan without rounding needs, so that the rooms left for rounding are not what it pays with.</summary>
    public double RoundingOfSale(int trade)
    {
        var most = 0.0;
        for (var entry = _resourceStart[(2 * trade) + 1]; entry < _resourceStart[(2 * trade) + 2]; entry++)
        {
            var row = _resource[entry].Row;
            most = _resource[entry].PerValue > 0 ? Math.Max(most, (_problem.Room[row] - _startingRoom[row]) / _resource[entry].PerValue) : most;
        }

        return most;
    }

    private static RowEntry[] Interleave(SideEntries entries) =>
        [.. entries.Row.Select((row, index) => new RowEntry(row, entries.PerValue[index], entries.PerOrder[index]))];

    /// <summary>
    /// The rooms less what rounding every fractional sell down to its last decimal may take, so that a plan keeps the rules in decimal too. A row
    /// that has no more than that is left at nothing.
    /// </summary>
    private double[] LessRounding()
    {
        var room = _problem.Room.ToArray();
        for (var trade = 0; trade < _problem.TradeCount; trade++)
        {
            for (var entry = _resourceStart[(2 * trade) + 1]; entry < _resourceStart[(2 * trade) + 2] && !_problem.IsWhole[trade]; entry++)
            {
                room[_resource[entry].Row] -= Math.Max(0, _resource[entry].PerValue) * _problem.Lot[trade];
            }
        }

        for (var row = 0; row < room.Length; row++)
        {
            room[row] = Math.Max(room[row], Math.Min(0, _problem.Room[row]));
        }

        return room;
    }

    private void Move(int trade, double signedValue, double sign)
    {
        var isBuy = signedValue > 0;
        var side = isBuy ? 2 * trade : (2 * trade) + 1;
        var value = Math.Abs(signedValue);
        var delta = sign * ((_problem.Rate[side] * value) + _problem.Ticket[trade]);
        for (var index = _deviationStart[side]; index < _deviationStart[side + 1]; index++)
        {
            ref readonly var entry = ref _deviation[index];
            ref var residual = ref Residual[entry.Row];
            var after = residual - (sign * ((entry.PerValue * value) + entry.PerOrder));
            delta += Deviation(entry.Row, after) - Deviation(entry.Row, residual);
            residual = after;
        }

        for (var index = _resourceStart[side]; index < _resourceStart[side + 1]; index++)
        {
            ref readonly var entry = ref _resource[index];
            Room[entry.Row] += sign * ((entry.PerValue * value) + entry.PerOrder);
        }

        var (pair, asset, step) = (_problem.Pair[trade], _problem.Asset[trade], sign > 0 ? 1 : -1);
        if (isBuy)
        {
            PairBuys[pair] += step;
            AssetBuys[asset] += step;
        }
        else
        {
            PairSells[pair] += step;
            AssetSells[asset] += step;
            delta += MoveSold(pair, asset, sign * value);
        }

        Objective += delta;
    }

    /// <summary>Books a sale in the pair's lots.</summary>
    /// <returns>The change of tax.</returns>
    private double MoveSold(int pair, int asset, double change)
    {
        var taxes = _problem.Taxes;
        var before = PairSold[pair];
        var after = PairSells[pair] == 0 ? 0 : before + change;
        PairSold[pair] = after;
        if (taxes.Start[pair] == taxes.Start[pair + 1])
        {
            return 0;
        }

        AssetLosses[asset] += (IsLoss(pair, after) ? 1 : 0) - (IsLoss(pair, before) ? 1 : 0);
        Gain += GainOf(pair, after) - GainOf(pair, before);
        return TaxOf(pair, after) - TaxOf(pair, before);
    }
}
