using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>
/// What each rule leaves of one side of one market, on top of the plan as it stands now: worked out once, so that asking what would be permitted
/// without some of them is a few comparisons. All amounts are values in base currency.
/// </summary>
internal sealed class SideLimits
{
    private readonly PlanState _state;
    private readonly TradeOption _option;
    private readonly decimal _noLimit;
    private readonly decimal _least;
    private readonly decimal _order;
    private readonly decimal _paidFor;
    private readonly decimal _cash;
    private readonly decimal _caps;
    private readonly decimal?[] _sales = new decimal?[4];

    /// <param name="noLimit">More than any trade of the portfolio.</param>
    public SideLimits(PlanState state, TradeOption option, bool isBuy, decimal noLimit)
    {
        (_state, _option, _noLimit, IsBuy) = (state, option, noLimit, isBuy);
        IsNew = state.LotsOf(option, isBuy) == 0;
        Closed = Closing.Of(state, option, isBuy);
        var ticket = IsNew ? option.Market.TicketFee : 0;
        _least = IsNew ? Math.Max(option.Market.MinQuantity * option.Price, option.Market.MinNotional * option.QuotePrice) : 0;
        _order = (TradeOptions.LargestOrder(option.Market, option.Price, option.QuotePrice) - (state.LotsOf(option, isBuy) * option.Lot)) * option.Price;
        _paidFor = MostPaidFor(ticket);
        _cash = isBuy ? (state.Spendable(option.AccountIndex, option.Quote) - ticket) / option.BuyOutflow : 0;
        _caps = isBuy && state.Caps.Count > 0 ? state.RoomUnderCaps(option.AccountIndex, option.Asset).Select(cap => cap.Room).DefaultIfEmpty(noLimit).Min() : noLimit;
    }

    public bool IsBuy { get; }

    /// <summary>The plan does not trade here yet.</summary>
    public bool IsNew { get; }

    /// <summary>What closes the side altogether.</summary>
    public Obstacle Closed { get; }

    /// <param name="mostValue">No more than this, whatever the rules say.</param>
    /// <returns>From least to most, in steps; null where nothing may be traded.</returns>
    public (decimal Least, decimal Most, decimal Step)? Permitted(Obstacle lifted, decimal mostValue)
    {
        if ((Closed & ~lifted) != Obstacle.None)
        {
            return null;
        }

        var step = Has(lifted, Obstacle.Lot) ? TradeOptions.FractionalStep * _option.Price : _option.LotValue;
        var least = _least <= step || Has(lifted, Obstacle.Least) ? step : Math.Ceiling(_least / step) * step;
        var most = Math.Floor(Math.Min(mostValue, Most(lifted)) / step) * step;
        return most < least ? null : (least, most, step);
    }

    private static bool Has(Obstacle set, Obstacle one) => (set & one) != Obstacle.None;

    private decimal Most(Obstacle lifted)
    {
        var most = Math.Min(Has(lifted, Obstacle.Most) ? _noLimit : _order, Has(lifted, Obstacle.Fees) ? _noLimit : _paidFor);
        return Math.Min(most, !IsBuy ? MostSold(lifted) : Math.Min(Has(lifted, Obstacle.Cash) ? _noLimit : _cash, Has(lifted, Obstacle.Cap) ? _noLimit : _caps));
    }

    /// <summary>What the balance that the fee is taken from suffices for; where proceeds pay for nothing, a sale's ticket needs cash at hand.</summary>
    private decimal MostPaidFor(decimal ticket)
    {
        var isPaid = IsBuy || ticket == 0 || _state.Portfolio.Accounts[_option.AccountIndex].UseProceeds || _state.Spendable(_option.AccountIndex, _option.Quote) >= ticket;
        return !isPaid ? 0
            : _option.FeeElsewhere && _option.Market.FeeRate > 0 ? Math.Max(0, _state.Spendable(_option.AccountIndex, _option.FeeAsset)) / _option.Market.FeeRate
            : _noLimit;
    }

    private decimal MostSold(Obstacle lifted)
    {
        var (anyGain, anyLoss) = (Has(lifted, Obstacle.Gains) || !_state.HasGainBudget, Has(lifted, Obstacle.WashSale));
        return _sales[(anyGain ? 1 : 0) + (anyLoss ? 2 : 0)] ??= FindMostSold(hasBudget: !anyGain, hasWindow: !anyLoss);
    }

    private decimal FindMostSold(bool hasBudget, bool hasWindow)
    {
        var portfolio = _state.Portfolio;
        var sold = _state.Sold(_option.AccountIndex, _option.Asset);
        var most = (portfolio.Balance(portfolio.Accounts[_option.AccountIndex], _option.Asset) - sold) * _option.Price;
        var mayNotLose = hasWindow && portfolio.Problem.Taxes is { WashSaleDays: > 0 }
            && (WashSaleWindow.ForbidsLosses(portfolio.Problem, _option.Asset) || _state.IsBoughtAnywhere(_option.Asset));
        return mayNotLose || hasBudget ? Math.Min(most, AllowedByLots(sold, mayNotLose, hasBudget ? Math.Min(_noLimit, _state.GainsLeft) : _noLimit)) : most;
    }

    /// <summary>Lot after lot in the order of their sale, up to the first that may not be sold in full.</summary>
    private decimal AllowedByLots(decimal sold, bool mayNotLose, decimal gainsLeft)
    {
        var (passed, allowed) = (0m, 0m);
        foreach (var lot in _state.Portfolio.LotsOf(_option.AccountIndex, _option.Asset))
        {
            var left = lot.Quantity - Math.Clamp(sold - passed, 0, lot.Quantity);
            passed += lot.Quantity;
            var fits = left > 0 && mayNotLose && lot.Gain < 0 ? 0
                : lot.Gain <= 0 ? left
                : Math.Min(left, Math.Max(0, gainsLeft) / lot.Gain);
            allowed += fits;
            gainsLeft -= fits * lot.Gain;
            if (fits < left)
            {
                return allowed * _option.Price;
            }
        }

        return _noLimit;
    }
}
