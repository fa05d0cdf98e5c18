using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>The least more money in an account that makes another purchase possible, and worth what it costs.</summary>
internal sealed class NextPurchases(PlanState state)
{
    private const decimal Cent = 0.01m;

    // Smaller reductions are rounding of the last lot.
    private const decimal SmallestShareOfValue = 0.000001m;

    // Less than this is change.
    private const decimal SmallestShareTrapped = 0.001m;

    private readonly TradeTrial _trial = new(state);

    public NextPurchase? Of(int account)
    {
        (decimal Needed, Trial Trial)? best = null;
        foreach (var option in state.Portfolio.Trades.Of(account).Where(option => !state.Portfolio.IsCurrency(option.Asset)))
        {
            var isNew = state.LotsOf(option, isBuy: true) == 0;
            foreach (var trial in Sizes(option))
            {
                var needed = (trial.Value * option.BuyOutflow) + (isNew ? option.Market.TicketFee : 0) - state.Spendable(account, option.Quote);
                if (needed > 0 && (best is null || needed < best.Value.Needed))
                {
                    best = (needed, trial);
                }
            }
        }

        return best is not { } next ? null : new NextPurchase(
            DecimalText.Normalise(Math.Ceiling(next.Needed / Cent) * Cent), next.Trial.Option.Asset,
            DecimalText.Normalise(next.Trial.Value / next.Trial.Option.Price), DecimalText.Normalise(next.Trial.Nearer));
    }

    /// <summary>Cash that targets which miss money would need, in an account where nothing that is missing can be bought with any amount.</summary>
    public decimal Trapped(int account)
    {
        var missing = Enumerable.Range(0, state.Portfolio.Rows.Count).Sum(row => Math.Max(0, state.Missing(row)));
        var amount = Math.Min(missing, state.FreeCash(account));
        return amount <= state.Portfolio.TotalValue * SmallestShareTrapped
            || state.Portfolio.Trades.Of(account).Any(option => !state.Portfolio.IsCurrency(option.Asset) && _trial.Best(option, isBuy: true, Obstacle.All & ~Obstacle.Cost) is { Gain: > 0 })
            ? 0 : amount;
    }

    /// <summary>The smallest order that is worth it and, where that one is not, the best.</summary>
    private IEnumerable<Trial> Sizes(TradeOption option)
    {
        if (_trial.Best(option, isBuy: true, Obstacle.Cash) is not { } best || !IsWorthIt(best))
        {
            yield break;
        }

        var least = state.LotsOf(option, isBuy: true) > 0 ? option.LotValue : Math.Max(option.MinLots * option.LotValue, option.LotValue);
        yield return option.IsWhole && _trial.Best(option, isBuy: true, Obstacle.Cash, least) is { } smallest && IsWorthIt(smallest) ? smallest : best;
    }

    private bool IsWorthIt(Trial trial) =>
        trial.Gain > 0 && trial.Nearer > state.Portfolio.TotalValue * SmallestShareOfValue;
}
