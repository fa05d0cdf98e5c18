namespace Rebalancer.Domain.Placement.Search;

/// <summary>
/// Takes back what conversions of money bring beyond what is spent of it. Where a conversion is free, any amount is as good to the search, but an
/// owner asks what it was for.
/// </summary>
internal sealed class Trimming(SearchState state)
{
    // What is freed in one currency may free what was converted into it.
    private const int MostPasses = 4;
    private readonly SearchProblem _problem = state.Problem;
    private readonly BestResponse _response = new(state, RoomPrices.None(state.Problem));

    public void Trim()
    {
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var trimmed = false;
            for (var trade = 0; trade < _problem.TradeCount; trade++)
            {
                trimmed |= state.Value[trade] != 0 && Trim(trade);
            }

            if (!trimmed)
            {
                return;
            }
        }
    }

    private bool Trim(int trade)
    {
        var (value, objective) = (state.Value[trade], state.Objective);
        var side = value > 0 ? SearchProblem.BuySide(trade) : SearchProblem.SellSide(trade);
        if (_problem.Deviation.Start[side] < _problem.Deviation.Start[side + 1])
        {
            return false;
        }

        var kept = Math.Max(0, Math.Abs(value) - Excess(side));
        var size = kept == 0 ? 0 : _response.Ceiling(trade, Math.Max(kept, _problem.Least[trade]));
        if (size >= Math.Abs(value))
        {
            return false;
        }

        state.Set(trade, Math.Sign(value) * size);
        if (state.Objective <= objective && state.KeepsRules(trade))
        {
            return true;
        }

        state.Set(trade, value);
        return false;
    }

    /// <summary>How much less the side could trade before some room that it brings is used up.</summary>
    private double Excess(int side)
    {
        var least = double.PositiveInfinity;
        for (var entry = _problem.Resource.Start[side]; entry < _problem.Resource.Start[side + 1]; entry++)
        {
            if (_problem.Resource.PerValue[entry] > 0)
            {
                least = Math.Min(least, Math.Max(0, state.Room[_problem.Resource.Row[entry]]) / _problem.Resource.PerValue[entry]);
            }
        }

        return least;
    }
}
