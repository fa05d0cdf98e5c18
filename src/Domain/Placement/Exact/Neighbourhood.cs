using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement.Exact;

/// <summary>
/// All plans that differ from one plan in a few trades only, as a placement problem of its own: the rows have what the other trades leave of them,
/// and rules over whole assets are narrowed to what the other trades allow.
/// </summary>
internal sealed class Neighbourhood
{
    // Less is rounding of the running sum.
    private const double LeastImprovement = 1e-9;

    private readonly SearchState _plan;
    private readonly IReadOnlyList<int> _trades;
    private readonly double[] _values;
    private readonly int[] _resourceRows;

    /// <param name="plan">Obeys all rules; the same again afterwards.</param>
    /// <param name="trades">The trades that may change: whole pairs of account and asset, in ascending order.</param>
    public Neighbourhood(SearchState plan, IReadOnlyList<int> trades)
    {
        (_plan, _trades) = (plan, trades);
        _values = [.. trades.Select(trade => plan.Value[trade])];
        foreach (var trade in trades)
        {
            plan.Set(trade, 0);
        }

        (Problem, _resourceRows) = Restrict();
        Put(_values);
    }

    public SearchProblem Problem { get; }

    /// <summary>What the plan does here.</summary>
    public SearchState Plan()
    {
        var part = new SearchState(Problem);
        part.Load(_values);
        return part;
    }

    /// <summary>The prices of the whole problem that matter here.</summary>
    public Multipliers PricesOf(RoomPrices whole) => Multipliers.At(Problem, new RoomPrices([.. _resourceRows.Select(row => whole.Resources[row])], whole.Gain));

    /// <summary>Takes other values over into the plan where that keeps its rules and makes it better.</summary>
    public bool TryTake(double[] values)
    {
        var before = _plan.Objective;
        Put(values);
        if (_plan.Objective < before - LeastImprovement && _trades.All(_plan.KeepsRules))
        {
            return true;
        }

        Put(_values);
        return false;
    }

    private void Put(double[] values)
    {
        foreach (var (index, trade) in _trades.Index())
        {
            _plan.Set(trade, values[index]);
        }
    }

    private (SearchProblem Problem, int[] ResourceRows) Restrict()
    {
        var whole = _plan.Problem;
        var (accounts, assets, pairs) = (new Numbering(), new Numbering(), new Numbering());
        var (deviationRows, resourceRows) = (new Numbering(), new Numbering());
        int[] account = [.. _trades.Select(trade => accounts.Of(whole.Account[trade]))];
        int[] asset = [.. _trades.Select(trade => assets.Of(whole.Asset[trade]))];
        int[] pair = [.. _trades.Select(trade => pairs.Of(whole.Pair[trade]))];
        var (deviation, resource) = (EntriesOf(whole.Deviation, deviationRows), EntriesOf(whole.Resource, resourceRows));
        double[] usable = [.. resourceRows.All.Select(row => _plan.Room[row])];
        return (whole with
        {
            AccountCount = accounts.All.Count,
            Assets = [.. assets.All.Select(index => whole.Assets[index])],
            Lot = Select(whole.Lot),
            IsWhole = Select(whole.IsWhole),
            Least = Select(whole.Least),
            Most = [.. _trades.SelectMany(Most)],
            Rate = [.. _trades.SelectMany(trade => new[] { whole.Rate[2 * trade], whole.Rate[(2 * trade) + 1] })],
            Ticket = Select(whole.Ticket),
            Account = account,
            Asset = asset,
            Pair = pair,
            Deviation = deviation,
            Resource = resource,
            Gap = [.. deviationRows.All.Select(row => _plan.Residual[row])],
            Band = [.. deviationRows.All.Select(row => whole.Band[row])],
            Room = WithRounding(usable, resource),
            UsableRoom = usable,
            RowAccount = [.. resourceRows.All.Select(row => accounts.IndexOf(whole.RowAccount[row]))],
            Stranding = [.. pairs.All.Select(index => whole.Stranding[index])],
            Taxes = TaxesOf(pairs.All),
            LossForbidden = [.. assets.All.Select(index => whole.LossForbidden[index] || (whole.ForbidsWashSales && _plan.AssetBuys[index] > 0))],
            GainBudget = whole.GainBudget - _plan.Gain,
            FullGainBudget = whole.FullGainBudget - _plan.Gain,
        }, [.. resourceRows.All]);
    }

    private T[] Select<T>(T[] byTrade) => [.. _trades.Select(trade => byTrade[trade])];

    /// <summary>Largest values of both sides; 0 where a trade that stays forbids the side.</summary>
    private double[] Most(int trade)
    {
        var whole = _plan.Problem;
        var asset = whole.Asset[trade];
        var mayBuy = !(whole.OneDirectionPerAsset && _plan.AssetSells[asset] > 0) && !(whole.ForbidsWashSales && _plan.AssetLosses[asset] > 0);
        var maySell = !(whole.OneDirectionPerAsset && _plan.AssetBuys[asset] > 0);
        return [mayBuy ? whole.Most[2 * trade] : 0, maySell ? whole.Most[(2 * trade) + 1] : 0];
    }

    private SideEntries EntriesOf(SideEntries whole, Numbering rows)
    {
        var entries = new SideEntriesBuilder();
        foreach (var side in _trades.SelectMany(trade => new[] { 2 * trade, (2 * trade) + 1 }))
        {
            for (var entry = whole.Start[side]; entry < whole.Start[side + 1]; entry++)
            {
                entries.Add(rows.Of(whole.Row[entry]), whole.PerValue[entry], whole.PerOrder[entry]);
            }

            entries.EndSide();
        }

        return entries.Build();
    }

    /// <summary>The usable rooms with what rounding these trades may take, which is set aside in them already.</summary>
    private double[] WithRounding(double[] usable, SideEntries entries)
    {
        var room = usable.ToArray();
        foreach (var (index, trade) in _trades.Index().Where(entry => !_plan.Problem.IsWhole[entry.Item]))
        {
            for (var entry = entries.Start[(2 * index) + 1]; entry < entries.Start[(2 * index) + 2]; entry++)
            {
                room[entries.Row[entry]] += Math.Max(0, entries.PerValue[entry]) * _plan.Problem.Lot[trade];
            }
        }

        return room;
    }

    private TaxSchedule TaxesOf(IReadOnlyList<int> pairs)
    {
        var whole = _plan.Problem.Taxes;
        int[] lots = [.. pairs.SelectMany(pair => Enumerable.Range(whole.Start[pair], whole.Start[pair + 1] - whole.Start[pair]))];
        var starts = new int[pairs.Count + 1];
        foreach (var (index, pair) in pairs.Index())
        {
            starts[index + 1] = starts[index] + whole.Start[pair + 1] - whole.Start[pair];
        }

        return new TaxSchedule(
            starts, [.. lots.Select(lot => whole.End[lot])], [.. lots.Select(lot => whole.Tax[lot])], [.. lots.Select(lot => whole.Gain[lot])],
            [.. pairs.Select(pair => whole.LossFree[pair])]);
    }

    /// <summary>New numbers, from 0 on, in the order of asking.</summary>
    private sealed class Numbering
    {
        private readonly Dictionary<int, int> _index = [];
        private readonly List<int> _all = [];

        /// <summary>Old numbers by new ones.</summary>
        public IReadOnlyList<int> All => _all;

        public int Of(int old)
        {
            if (!_index.TryGetValue(old, out var index))
            {
                _index[old] = index = _all.Count;
                _all.Add(old);
            }

            return index;
        }

        /// <summary>−1 where it was not asked for.</summary>
        public int IndexOf(int old) => _index.GetValueOrDefault(old, -1);
    }
}
