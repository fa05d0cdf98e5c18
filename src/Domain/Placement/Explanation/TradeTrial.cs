using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <param name="Lots">On top of what the option trades already; with lots lifted, of the finest step.</param>
/// <param name="Value">In base currency.</param>
/// <param name="Gain">By how much the objective falls; negative where it rises. Location preferences count.</param>
/// <param name="Nearer">By how much the deviation falls.</param>
/// <param name="Costs">What it costs, item by item; all zero where costs are lifted.</param>
internal readonly record struct Trial(TradeOption Option, decimal Lots, decimal Value, decimal Gain, decimal Nearer, TrialCosts Costs);

/// <param name="Charges">Fee, spread and the penalty of an order.</param>
/// <param name="Preference">Of the location; negative where this is the better one.</param>
internal readonly record struct TrialCosts(decimal Charges, decimal Ticket, decimal Tax, decimal Preference)
{
    public decimal Sum => Charges + Ticket + Tax + Preference;
}

/// <summary>
/// The best single trade on one side of one market on top of given trades, under all rules or with some lifted. The objective is convex in
/// the amount but for its lots, so that only the kinks need trying: targets reached, limits, ends of tax lots, each rounded to lots.
/// </summary>
internal sealed class TradeTrial(PlanState state)
{
    private readonly Portfolio _portfolio = state.Portfolio;
    private readonly List<decimal> _kinks = [];

    // More than any trade of this portfolio, and small enough to be counted in the finest steps of the cheapest asset.
    private readonly decimal _noLimit = 4 * state.Portfolio.TotalValue;

    /// <param name="mostValue">No more than this, in base currency, whatever the rules say.</param>
    /// <returns>Null where the rules that are not lifted allow no trade at all.</returns>
    public Trial? Best(TradeOption option, bool isBuy, Obstacle lifted, decimal mostValue = decimal.MaxValue)
    {
        if (Permitted(option, isBuy, lifted, mostValue) is not { } permitted)
        {
            return null;
        }

        var (least, most, step) = permitted;
        var isNew = state.LotsOf(option, isBuy) == 0;
        _kinks.Clear();
        _kinks.Add(least);
        _kinks.Add(most);
        AddKinks(_kinks, option, isBuy);
        Trial? best = null;
        foreach (var kink in _kinks)
        {
            var lower = Math.Clamp(Math.Floor(kink / step) * step, least, most);
            Consider(ref best, option, isBuy, isNew, lower, step, lifted);
            if (lower < kink && lower + step <= most)
            {
                Consider(ref best, option, isBuy, isNew, lower + step, step, lifted);
            }
        }

        return best;
    }

    /// <summary>What may be traded on top of what is: from least to most, in steps, all values; null where nothing may.</summary>
    public (decimal Least, decimal Most, decimal Step)? Permitted(TradeOption option, bool isBuy, Obstacle lifted, decimal mostValue)
    {
        if ((Closing.Of(state, option, isBuy) & ~lifted) != Obstacle.None)
        {
            return null;
        }

        var isNew = state.LotsOf(option, isBuy) == 0;
        var step = lifted.HasFlag(Obstacle.Lot) ? TradeOptions.FractionalStep * option.Price : option.LotValue;
        var least = isNew && !lifted.HasFlag(Obstacle.Least) ? Math.Max(step, RoundUp(MinimumValue(option), step)) : step;
        var most = Math.Floor(Math.Min(mostValue, Most(option, isBuy, isNew, lifted)) / step) * step;
        return most < least ? null : (least, most, step);
    }

    /// <summary>What a trade of the plan does for the objective: by how much it would rise without it.</summary>
    public Trial WorthOf(TradeOption option, bool isBuy)
    {
        var lots = state.LotsOf(option, isBuy);
        state.Set(option, isBuy, 0);
        Trial? made = null;
        Consider(ref made, option, isBuy, isNew: true, lots * option.LotValue, option.LotValue, Obstacle.None);
        state.Set(option, isBuy, lots);
        return made!.Value;
    }

    /// <summary>Minimum notional and quantity of a market, in base currency.</summary>
    public static decimal MinimumValue(TradeOption option) =>
        Math.Max(option.Market.MinQuantity * option.Price, option.Market.MinNotional * option.QuotePrice);

    private static decimal RoundUp(decimal value, decimal step) => Math.Ceiling(value / step) * step;

    private decimal Most(TradeOption option, bool isBuy, bool isNew, Obstacle lifted)
    {
        var most = lifted.HasFlag(Obstacle.Most) ? _noLimit : (TradeOptions.LargestOrder(option.Market, option.Price, option.QuotePrice) - (state.LotsOf(option, isBuy) * option.Lot)) * option.Price;
        var ticket = isNew ? option.Market.TicketFee : 0;
        if (!lifted.HasFlag(Obstacle.Fees))
        {
            most = Math.Min(most, MostPaidFor(option, isBuy, ticket));
        }

        if (!isBuy)
        {
            return MostSold(option, most, lifted);
        }

        if (!lifted.HasFlag(Obstacle.Cash))
        {
            most = Math.Min(most, (state.Spendable(option.AccountIndex, option.Quote) - ticket) / option.BuyOutflow);
        }

        if (!lifted.HasFlag(Obstacle.Cap))
        {
            foreach (var (_, room) in state.RoomUnderCaps(option.AccountIndex, option.Asset))
            {
                most = Math.Min(most, room);
            }
        }

        return Math.Min(most, _noLimit);
    }

    /// <summary>What the balance that the fee is taken from suffices for; where proceeds pay for nothing, a sale's ticket needs cash at hand.</summary>
    private decimal MostPaidFor(TradeOption option, bool isBuy, decimal ticket)
    {
        var isPaid = isBuy || ticket == 0 || _portfolio.Accounts[option.AccountIndex].UseProceeds || state.Spendable(option.AccountIndex, option.Quote) >= ticket;
        return !isPaid ? 0
            : option.FeeElsewhere && option.Market.FeeRate > 0 ? Math.Max(0, state.Spendable(option.AccountIndex, option.FeeAsset)) / option.Market.FeeRate
            : _noLimit;
    }

    private decimal MostSold(TradeOption option, decimal most, Obstacle lifted)
    {
        var held = _portfolio.Balance(_portfolio.Accounts[option.AccountIndex], option.Asset);
        var sold = state.Sold(option.AccountIndex, option.Asset);
        most = Math.Min(most, (held - sold) * option.Price);
        if (lifted.HasFlag(Obstacle.Gains) && lifted.HasFlag(Obstacle.WashSale))
        {
            return most;
        }

        var mayNotLose = !lifted.HasFlag(Obstacle.WashSale) && _portfolio.Problem.Taxes is { WashSaleDays: > 0 }
            && (WashSaleWindow.ForbidsLosses(_portfolio.Problem, option.Asset) || state.IsBoughtAnywhere(option.Asset));
        var (passed, gainsLeft, allowed) = (0m, lifted.HasFlag(Obstacle.Gains) ? _noLimit : Math.Min(_noLimit, state.GainsLeft), 0m);
        foreach (var lot in _portfolio.LotsOf(option.AccountIndex, option.Asset))
        {
            var left = lot.Quantity - Math.Clamp(sold - passed, 0, lot.Quantity);
            passed += lot.Quantity;
            if (left > 0 && mayNotLose && lot.Gain < 0)
            {
                return Math.Min(most, allowed * option.Price);
            }

            var fits = lot.Gain <= 0 ? left : Math.Min(left, Math.Max(0, gainsLeft) / lot.Gain);
            allowed += fits;
            gainsLeft -= fits * lot.Gain;
            if (fits < left)
            {
                return Math.Min(most, allowed * option.Price);
            }
        }

        return most;
    }

    private void AddKinks(List<decimal> kinks, TradeOption option, bool isBuy)
    {
        foreach (var exposure in _portfolio.ExposuresOf(option.Asset))
        {
            var missing = exposure.Share == 0 ? 0 : (isBuy ? 1 : -1) * state.Missing(exposure.Row) / exposure.Share;
            if (missing > 0)
            {
                kinks.Add(missing);
            }
        }

        if (isBuy)
        {
            return;
        }

        var (end, sold) = (0m, state.Sold(option.AccountIndex, option.Asset));
        foreach (var lot in _portfolio.LotsOf(option.AccountIndex, option.Asset))
        {
            end += lot.Quantity;
            if (end > sold)
            {
                kinks.Add((end - sold) * option.Price);
            }
        }
    }

    private void Consider(ref Trial? best, TradeOption option, bool isBuy, bool isNew, decimal value, decimal step, Obstacle lifted)
    {
        var nearer = 0m;
        foreach (var exposure in _portfolio.ExposuresOf(option.Asset))
        {
            var missing = state.Missing(exposure.Row);
            nearer += Math.Abs(missing) - Math.Abs(missing - (exposure.Share * (isBuy ? value : -value)));
        }

        var costs = lifted.HasFlag(Obstacle.Cost) ? default : Costs(option, isBuy, isNew, value);
        var gain = (_portfolio.Problem.DeviationWeight * nearer) - costs.Sum;
        if (best is null || gain > best.Value.Gain)
        {
            best = new Trial(option, value / step, value, gain, nearer, costs);
        }
    }

    private TrialCosts Costs(TradeOption option, bool isBuy, bool isNew, decimal value)
    {
        var preference = LocationPreference.Of(_portfolio, option);
        return new TrialCosts(
            (value * option.CostRate) + (isNew ? _portfolio.Problem.OrderPenalty : 0), isNew ? option.Market.TicketFee : 0,
            isBuy ? 0 : Tax(option, value), value * (isBuy ? preference : -preference));
    }

    private decimal Tax(TradeOption option, decimal value)
    {
        var lots = _portfolio.LotsOf(option.AccountIndex, option.Asset);
        if (lots.Count == 0)
        {
            return 0;
        }

        var sold = state.Sold(option.AccountIndex, option.Asset);
        return LotQueue.Sell(lots, sold + (value / option.Price)).Tax - LotQueue.Sell(lots, sold).Tax;
    }
}
