namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// Makes a plan out of the values of a relaxation: sells rounded up to lots, so that they pay, then buys down, clipped by what cash and caps
/// leave, those of whole lots first, because a clipped one loses a lot; then the best response of every trade until none improves. The plan
/// obeys every rule that holds before it.
/// </summary>
internal sealed class StartingPlan(SearchState state)
{
    private const int MostPasses = 6;
    private const double ErrorInLots = 1e-6;
    private readonly SearchProblem _problem = state.Problem;
    private readonly BestResponse _response = new(state, RoomPrices.None(state.Problem));

    /// <param name="sideValues">Value by side.</param>
    public void Round(double[] sideValues)
    {
        var trades = Enumerable.Range(0, _problem.TradeCount).Where(trade => sideValues[2 * trade] != sideValues[(2 * trade) + 1])
            .OrderByDescending(trade => Math.Abs(sideValues[2 * trade] - sideValues[(2 * trade) + 1])).ThenBy(trade => trade).ToList();
        foreach (var (isBuy, isWhole) in new[] { (false, true), (false, false), (true, true), (true, false) })
        {
            foreach (var trade in trades.Where(trade => _problem.IsWhole[trade] == isWhole))
            {
                var net = sideValues[2 * trade] - sideValues[(2 * trade) + 1];
                if ((net > 0) == isBuy && Math.Abs(net) >= _problem.Least[trade] / 2)
                {
                    Place(trade, isWhole ? NearLots(trade, Math.Abs(net)) : isBuy ? net : -net + state.RoundingOfSale(trade), isBuy);
                }
            }
        }
    }

    /// <summary>Gives every trade its best response in turn, until none improves the plan.</summary>
    public void Improve()
    {
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var before = state.Objective;
            for (var trade = 0; trade < _problem.TradeCount; trade++)
            {
                if (_problem.Most[2 * trade] > 0 || _problem.Most[(2 * trade) + 1] > 0)
                {
                    Respond(trade);
                }
            }

            if (state.Objective > before * (1 - 1e-9))
            {
                return;
            }
        }
    }

    /// <summary>What a relaxation has as near to whole lots as its own arithmetic allows are whole lots.</summary>
    private double NearLots(int trade, double value)
    {
        var (lot, lots) = (_problem.Lot[trade], Math.Round(value / _problem.Lot[trade]));
        return Math.Abs(value - (lots * lot)) <= ErrorInLots * lot ? lots * lot : value;
    }

    private void Respond(int trade)
    {
        var old = state.Value[trade];
        var before = state.Objective;
        state.Set(trade, _response.Withdraw(trade, BestResponse.CashView.Ignored, mustTrade: false));
        if (state.Objective > before || !state.KeepsRules(trade))
        {
            state.Set(trade, old);
        }
    }

    private void Place(int trade, double value, bool isBuy)
    {
        var (side, old) = (isBuy ? 2 * trade : (2 * trade) + 1, state.Value[trade]);
        state.Set(trade, 0);
        if (isBuy ? _response.CanBuy(trade) : _response.CanSell(trade))
        {
            var (least, most) = _response.Range(side, isBuy ? double.PositiveInfinity : _response.LargestSale(trade));
            var rounded = isBuy ? _response.Floor(trade, value) : _response.Ceiling(trade, value);
            state.Set(trade, least <= most ? Math.Clamp(rounded, least, most) * (isBuy ? 1 : -1) : 0);
        }

        if (!state.KeepsRules(trade))
        {
            state.Set(trade, old);
        }
    }
}
