using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>Trades as much of a wanted value as the rules allow, rounded down to lots; changes cash first where a market is paid in another currency.</summary>
internal sealed class BaselineTrader(PlanState state)
{
    private readonly TradeTrial _trial = new(state);

    // Fewest trades and floor division are this program's own objectives, no rules of the account.
    private readonly Obstacle _lifted = state.Portfolio.Problem.Objective is PlacementObjective.FewestTrades or PlacementObjective.Simple ? Obstacle.Mode : Obstacle.None;

    /// <returns>The value traded; 0 where the rules or the smallest order allow nothing.</returns>
    public decimal Trade(TradeOption option, bool isBuy, decimal value)
    {
        if (isBuy)
        {
            ChangeCash(option, value);
        }

        if (value <= 0 || _trial.Permitted(option, isBuy, _lifted, value) is not { } permitted)
        {
            return 0;
        }

        state.Set(option, isBuy, state.LotsOf(option, isBuy) + (permitted.Most / option.LotValue));
        return permitted.Most;
    }

    private void ChangeCash(TradeOption option, decimal value)
    {
        var missing = (value * option.BuyOutflow) + option.Market.TicketFee - state.Spendable(option.AccountIndex, option.Quote);
        foreach (var change in state.Portfolio.Trades.Of(option.AccountIndex, option.Quote).Where(_ => missing > 0 && state.Portfolio.IsFreeCash(option.Quote)))
        {
            var rounded = Math.Ceiling(missing / change.LotValue) * change.LotValue;
            if (_trial.Permitted(change, isBuy: true, _lifted | Obstacle.Mode, rounded) is { } permitted)
            {
                state.Set(change, isBuy: true, state.LotsOf(change, isBuy: true) + (permitted.Most / change.LotValue));
                missing -= permitted.Most;
            }
        }
    }
}
