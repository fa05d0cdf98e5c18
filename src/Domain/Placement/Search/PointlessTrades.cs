namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// Takes out of a plan what improves nothing. Where orders and turnover cost nothing a plan with idle trades is as good as one without, and the
/// search does not care which it meets; the owner does.
/// </summary>
internal sealed class PointlessTrades(SearchState state)
{
    // A plan that is worse by less than this share of its objective is worse by rounding.
    private const double RelativeError = 1e-12;

    private const double LotTolerance = 1e-9;

    private readonly SearchProblem _problem = state.Problem;

    /// <summary>Drops single trades, then what buys and sells of an asset in different accounts have in common.</summary>
    public void Drop()
    {
        var most = state.Objective + (RelativeError * Math.Abs(state.Objective));
        foreach (var trade in Traded())
        {
            TryDrop(trade, most);
        }

        foreach (var sell in Traded().Where(trade => state.Value[trade] < 0))
        {
            foreach (var buy in state.Traded.OfAsset(_problem.Asset[sell]).ToArray().Order())
            {
                if (state.Value[sell] < 0 && state.Value[buy] > 0)
                {
                    TryOffset(sell, buy, most);
                }
            }
        }

        state.Recompute();
    }

    private List<int> Traded() => [.. Enumerable.Range(0, _problem.TradeCount).Where(trade => state.Value[trade] != 0)];

    private void TryDrop(int trade, double most)
    {
        var old = state.Value[trade];
        state.Set(trade, 0);
        if (state.Objective > most || !state.KeepsRules(trade))
        {
            state.Set(trade, old);
        }
    }

    private void TryOffset(int sell, int buy, double most)
    {
        var (sold, bought) = (state.Value[sell], state.Value[buy]);
        var common = Math.Min(-sold, bought);
        state.Set(sell, sold + common);
        state.Set(buy, bought - common);
        if (!IsOrder(sell) || !IsOrder(buy) || state.Objective > most || !state.KeepsRules(sell) || !state.KeepsRules(buy))
        {
            state.Set(sell, sold);
            state.Set(buy, bought);
        }
    }

    /// <summary>Nothing, or enough for an order and in lots.</summary>
    private bool IsOrder(int trade)
    {
        var size = Math.Abs(state.Value[trade]);
        var lots = size / _problem.Lot[trade];
        return size == 0 || (size >= Math.Max(_problem.Least[trade], _problem.Lot[trade]) && (!_problem.IsWhole[trade] || Math.Abs(lots - Math.Round(lots)) < LotTolerance));
    }
}
