namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// The best value of one trade when everything else stays: the deviation is piecewise linear in it, so only the values where a row reaches its
/// target or a tax lot ends, in lots to both sides, and the smallest and largest allowed ones are looked at.
/// </summary>
/// <param name="prices">What room is worth; nothing where nothing is known.</param>
internal sealed class BestResponse(SearchState state, RoomPrices prices)
{
    private readonly SearchProblem _problem = state.Problem;
    private readonly int[] _deviationStart = state.Problem.Deviation.Start;
    private readonly int[] _resourceStart = state.Problem.Resource.Start;
    private readonly RowEntry[] _deviation = state.DeviationEntries;
    private readonly RowEntry[] _resource = state.ResourceEntries;

    private int _trade;
    private double _bestCost;
    private double _bestValue;
    private bool _usesPrices;

    /// <summary>Whether to count the worth of cash that a trade takes or brings.</summary>
    public enum CashView
    {
        Ignored,
        Priced,
    }

    /// <summary>Takes the trade out of the state and finds its best value.</summary>
    /// <param name="mustTrade">Trading nothing is no answer, unless nothing else is allowed.</param>
    /// <returns>The signed value; the trade is left out of the state.</returns>
    public double Withdraw(int trade, CashView view, bool mustTrade)
    {
        state.Set(trade, 0);
        (_trade, _usesPrices) = (trade, view == CashView.Priced);
        (_bestValue, _bestCost) = (0, mustTrade ? double.PositiveInfinity : 0);
        if (CanBuy(trade))
        {
            TrySide(SearchProblem.BuySide(trade), 1, double.PositiveInfinity);
        }

        if (CanSell(trade))
        {
            TrySide(SearchProblem.SellSide(trade), -1, LargestSale(trade));
        }

        return _bestValue;
    }

    /// <summary>What the exclusions allow, apart from amounts; the trade itself is out of the state.</summary>
    public bool CanBuy(int trade)
    {
        var asset = _problem.Asset[trade];
        return _problem.Most[2 * trade] > 0 && state.PairSells[_problem.Pair[trade]] == 0
            && !(_problem.OneDirectionPerAsset && state.AssetSells[asset] > 0)
            && !(_problem.ForbidsWashSales && state.AssetLosses[asset] > 0);
    }

    public bool CanSell(int trade) =>
        _problem.Most[(2 * trade) + 1] > 0 && state.PairBuys[_problem.Pair[trade]] == 0
        && !(_problem.OneDirectionPerAsset && state.AssetBuys[_problem.Asset[trade]] > 0);

    /// <summary>Largest sale that takes no loss where none may be taken and keeps the gain budget; infinite elsewhere.</summary>
    public double LargestSale(int trade) => double.IsPositiveInfinity(_problem.GainBudget)
        ? LossFreeSale(trade)
        : Math.Min(LossFreeSale(trade), state.SaleWithGain(_problem.Pair[trade], _problem.GainBudget - state.Gain));

    /// <summary>Largest sale that takes no loss where none may be taken; infinite elsewhere.</summary>
    public double LossFreeSale(int trade)
    {
        var (asset, pair) = (_problem.Asset[trade], _problem.Pair[trade]);
        return _problem.ForbidsWashSales && (state.AssetBuys[asset] > 0 || _problem.LossForbidden[asset])
            ? _problem.Taxes.LossFree[pair] - state.PairSold[pair]
            : double.PositiveInfinity;
    }

    /// <summary>The allowed values of a side, lots counted; none where least exceeds most.</summary>
    public (double Least, double Most) Range(int side, double most)
    {
        var trade = side >> 1;
        var (least, largest) = (_problem.Least[trade], Math.Min(most, _problem.Most[side]));
        for (var index = _resourceStart[side]; index < _resourceStart[side + 1]; index++)
        {
            ref readonly var entry = ref _resource[index];
            var room = state.Room[entry.Row] + entry.PerOrder;
            if (entry.PerValue < 0)
            {
                largest = Math.Min(largest, room / -entry.PerValue);
            }
            else if (room < 0)
            {
                // A ticket that nothing may pay for closes the side; what more of the trade brings must at least cover what is missing.
                (least, largest) = entry.PerValue == 0 ? (least, 0) : (Math.Max(least, room / -entry.PerValue), largest);
            }
        }

        return (Ceiling(trade, Math.Min(least, Math.Max(largest, _problem.Least[trade]))), Floor(trade, largest));
    }

    /// <summary>The largest multiple of the lot that is at most the value; a multiple up to rounding counts as one.</summary>
    public double Floor(int trade, double value)
    {
        if (!_problem.IsWhole[trade])
        {
            return value;
        }

        var lot = _problem.Lot[trade];
        return Math.Floor((value / lot) + LotTolerance) * lot;
    }

    public double Ceiling(int trade, double value)
    {
        if (!_problem.IsWhole[trade])
        {
            return value;
        }

        var lot = _problem.Lot[trade];
        return Math.Ceiling((value / lot) - LotTolerance) * lot;
    }

    private const double LotTolerance = 1e-9;

    private void TrySide(int side, double sign, double most)
    {
        var (least, largest) = Range(side, most);
        if (largest < least)
        {
            return;
        }

        for (var index = _deviationStart[side]; index < _deviationStart[side + 1]; index++)
        {
            ref readonly var entry = ref _deviation[index];
            if (entry.PerValue != 0)
            {
                var (residual, band) = (state.Residual[entry.Row] - entry.PerOrder, _problem.Band[entry.Row]);
                TryAround(side, sign, (residual - band) / entry.PerValue, least, largest);
                if (band > 0)
                {
                    TryAround(side, sign, (residual + band) / entry.PerValue, least, largest);
                }
            }
        }

        if (_deviationStart[side] == _deviationStart[side + 1] || _usesPrices)
        {
            Try(side, sign, least);
            Try(side, sign, largest);
        }

        if (sign < 0)
        {
            TryLotEnds(side, sign, least, largest);
            TryAroundStranding(side, sign, least, largest);
        }
    }

    private void TryLotEnds(int side, double sign, double least, double largest)
    {
        var (pair, taxes) = (_problem.Pair[_trade], _problem.Taxes);
        for (var lot = taxes.Start[pair]; lot < taxes.Start[pair + 1]; lot++)
        {
            var value = taxes.End[lot] - state.PairSold[pair];
            if (value > least && value < largest)
            {
                TryAround(side, sign, value, least, largest);
            }
        }
    }

    private void TryAroundStranding(int side, double sign, double least, double largest)
    {
        var pair = _problem.Pair[_trade];
        var (from, to) = _problem.Stranding[pair];
        if (from < to)
        {
            foreach (var value in (ReadOnlySpan<double>)[from - state.PairSold[pair], to - state.PairSold[pair]])
            {
                if (value >= least && value <= largest * (1 + LotTolerance))
                {
                    Try(side, sign, Math.Min(Floor(_trade, value), largest));
                }
            }
        }
    }

    private void TryAround(int side, double sign, double value, double least, double largest)
    {
        if (value <= least)
        {
            Try(side, sign, least);
        }
        else if (value >= largest)
        {
            Try(side, sign, largest);
        }
        else
        {
            var below = Floor(_trade, value);
            Try(side, sign, Math.Max(least, below));
            if (_problem.IsWhole[_trade])
            {
                Try(side, sign, Math.Min(largest, below + _problem.Lot[_trade]));
            }
        }
    }

    private void Try(int side, double sign, double value)
    {
        if (sign < 0 && state.IsStranded(_problem.Pair[_trade], state.PairSold[_problem.Pair[_trade]] + value))
        {
            return;
        }

        var cost = (_problem.Rate[side] * value) + _problem.Ticket[_trade];
        for (var index = _deviationStart[side]; index < _deviationStart[side + 1]; index++)
        {
            ref readonly var entry = ref _deviation[index];
            var residual = state.Residual[entry.Row];
            cost += state.Deviation(entry.Row, residual - (entry.PerValue * value) - entry.PerOrder) - state.Deviation(entry.Row, residual);
        }

        if (_usesPrices)
        {
            for (var index = _resourceStart[side]; index < _resourceStart[side + 1]; index++)
            {
                ref readonly var entry = ref _resource[index];
                cost -= prices.Resources[entry.Row] * ((entry.PerValue * value) + entry.PerOrder);
            }
        }

        if (sign < 0)
        {
            cost += state.TaxOfMore(_problem.Pair[_trade], value);
            cost += _usesPrices && prices.Gain > 0 ? prices.Gain * state.GainOfMore(_problem.Pair[_trade], value) : 0;
        }

        if (cost < _bestCost)
        {
            (_bestCost, _bestValue) = (cost, sign * value);
        }
    }
}
