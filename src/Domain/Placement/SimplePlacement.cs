using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Domain.Placement;

/// <summary>
/// Placement without a solver or a search: asset by asset, the largest relative gap first, as many lots as fit in the gap, in the cheapest
/// account that can. Missing cash is restored first, and sells come before buys. It never breaks a rule, but proves nothing about how good it is.
/// </summary>
internal sealed class SimplePlacement
{
    private readonly SearchProblem _problem;
    private readonly SearchState _state;
    private readonly BestResponse _response;

    // What was sold down to its target is not bought back in another account where fees then took a little of it.
    private readonly bool[] _isSold;

    private SimplePlacement(SearchProblem problem, double[] restored)
    {
        (_problem, _state) = (problem, new SearchState(problem));
        _state.Load(restored);
        _response = new BestResponse(_state, RoomPrices.None(problem));
        _isSold = new bool[problem.Gap.Length];
    }

    public static TradeSizes Place(Portfolio portfolio)
    {
        var state = new SearchState(SearchProblem.Of(portfolio));
        var problem = new Restoration(state).RestoreByCheapest().Problem;
        var placement = new SimplePlacement(problem, state.Value);
        placement.Fill();
        return Rounding.Round(portfolio, placement._state.Value);
    }

    private void Fill()
    {
        var portfolio = _problem.Portfolio;
        var rows = portfolio.Rows.Index()
            .OrderByDescending(entry => Math.Abs(entry.Item.Gap) / (entry.Item.TargetValue > 0 ? entry.Item.TargetValue : portfolio.TotalValue / portfolio.Rows.Count))
            .ThenBy(entry => entry.Index).Select(entry => entry.Index).ToList();
        var trades = TradesOfRows();
        foreach (var isBuy in new[] { false, true })
        {
            foreach (var row in rows)
            {
                foreach (var trade in trades[row])
                {
                    Trade(row, trade, isBuy);
                }
            }
        }
    }

    /// <summary>By row, cheapest first: what counts in this row alone, and whole.</summary>
    private List<int>[] TradesOfRows()
    {
        var trades = _problem.Gap.Select(_ => new List<int>()).ToArray();
        foreach (var option in _problem.Portfolio.Options.OrderBy(option => option.CostRate).ThenBy(option => option.Index))
        {
            if (!_problem.Portfolio.IsCurrency(option.Asset) && _problem.Portfolio.ExposuresOf(option.Asset) is [{ Share: 1 } only])
            {
                trades[only.Row].Add(option.Index);
            }
        }

        return trades;
    }

    private void Trade(int row, int trade, bool isBuy)
    {
        var gap = isBuy ? _state.Residual[row] : -_state.Residual[row];
        if (gap <= 0 || _state.Value[trade] != 0 || !(isBuy ? !_isSold[row] && _response.CanBuy(trade) : _response.CanSell(trade)))
        {
            return;
        }

        var side = isBuy ? SearchProblem.BuySide(trade) : SearchProblem.SellSide(trade);
        var (least, most) = _response.Range(side, isBuy ? double.PositiveInfinity : _response.LargestSale(trade));
        var value = Math.Min(_response.Floor(trade, gap), most);
        var (pair, sold) = (_problem.Pair[trade], _state.PairSold[_problem.Pair[trade]]);
        value = !isBuy && _state.IsStranded(pair, sold + value) ? _response.Floor(trade, _problem.Stranding[pair].From - sold) : value;
        if (value >= least)
        {
            _state.Set(trade, isBuy ? value : -value);
            _isSold[row] |= !isBuy;
        }
    }
}
