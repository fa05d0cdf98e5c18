using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>
/// One side of one market, tried on top of the plan as it stands now. The objective is convex in the amount but for its lots, so that only the
/// kinks need trying: targets reached, limits, ends of tax lots, each rounded to lots. Many sets of rules permit the same amounts, and what was
/// best among those is tried once.
/// </summary>
internal sealed class TrialSide
{
    private readonly PlanState _state;
    private readonly SideLimits _limits;
    private readonly IReadOnlyList<Exposure> _exposures;
    private readonly IReadOnlyList<LotForSale> _lots;
    private readonly List<decimal> _kinks = [];
    private readonly List<(decimal Least, decimal Most, decimal Step, bool IsFree, Trial Best)> _tried = [];
    private readonly decimal _sold;
    private readonly decimal _taxBefore;
    private readonly decimal _preference;

    public TrialSide(PlanState state, TradeOption option, SideLimits limits)
    {
        (_state, Option, _limits) = (state, option, limits);
        _exposures = state.Portfolio.ExposuresOf(option.Asset);
        _lots = limits.IsBuy ? [] : state.Portfolio.LotsOf(option.AccountIndex, option.Asset);
        _sold = _lots.Count > 0 ? state.Sold(option.AccountIndex, option.Asset) : 0;
        _taxBefore = LotQueue.Sell(_lots, _sold).Tax;
        _preference = LocationPreference.Of(state.Portfolio, option) * (limits.IsBuy ? 1 : -1);
        AddKinks();
    }

    public TradeOption Option { get; }

    public bool IsBuy => _limits.IsBuy;

    /// <summary>What closes the side altogether.</summary>
    public Obstacle Closed => _limits.Closed;

    /// <param name="mostValue">No more than this, in base currency, whatever the rules say.</param>
    /// <returns>Null where the rules that are not lifted allow no trade at all.</returns>
    public Trial? Best(Obstacle lifted, decimal mostValue = decimal.MaxValue)
    {
        if (_limits.Permitted(lifted, mostValue) is not var (least, most, step))
        {
            return null;
        }

        var isFree = (lifted & Obstacle.Cost) != Obstacle.None;
        foreach (var tried in _tried)
        {
            if (tried.Least == least && tried.Most == most && tried.Step == step && tried.IsFree == isFree)
            {
                return tried.Best;
            }
        }

        var best = Among(least, most, step, isFree);
        _tried.Add((least, most, step, isFree, best));
        return best;
    }

    /// <summary>A trade of just this value, whatever the rules say.</summary>
    public Trial At(decimal value) => Try(value, Option.LotValue, isFree: false);

    private Trial Among(decimal least, decimal most, decimal step, bool isFree)
    {
        var best = Try(least, step, isFree);
        void Consider(decimal value)
        {
            var next = Try(value, step, isFree);
            best = next.Gain > best.Gain ? next : best;
        }

        Consider(most);
        foreach (var kink in _kinks)
        {
            if (kink > least && kink < most)
            {
                var lower = Math.Floor(kink / step) * step;
                Consider(lower);
                if (lower < kink)
                {
                    Consider(lower + step);
                }
            }
        }

        return best;
    }

    private Trial Try(decimal value, decimal step, bool isFree)
    {
        var nearer = 0m;
        foreach (var exposure in _exposures)
        {
            var missing = _state.Missing(exposure.Row);
            nearer += Math.Abs(missing) - Math.Abs(missing - (exposure.Share * (_limits.IsBuy ? value : -value)));
        }

        var costs = isFree ? default : Costs(value);
        return new Trial(Option, value / step, value, (_state.Portfolio.Problem.DeviationWeight * nearer) - costs.Sum, nearer, costs);
    }

    private void AddKinks()
    {
        foreach (var exposure in _exposures)
        {
            var missing = exposure.Share == 0 ? 0 : (_limits.IsBuy ? 1 : -1) * _state.Missing(exposure.Row) / exposure.Share;
            if (missing > 0)
            {
                _kinks.Add(missing);
            }
        }

        var end = 0m;
        foreach (var lot in _lots)
        {
            end += lot.Quantity;
            if (end > _sold)
            {
                _kinks.Add((end - _sold) * Option.Price);
            }
        }
    }

    private TrialCosts Costs(decimal value) => new(
        (value * Option.CostRate) + (_limits.IsNew ? _state.Portfolio.Problem.OrderPenalty : 0), _limits.IsNew ? Option.Market.TicketFee : 0,
        _lots.Count == 0 ? 0 : LotQueue.Sell(_lots, _sold + (value / Option.Price)).Tax - _taxBefore, value * _preference);
}
