using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>Why a trade is made, and why in this account, in one sentence.</summary>
internal sealed class TradeReasons(PlanState state)
{
    private const decimal Percent = 100;

    private readonly Portfolio _portfolio = state.Portfolio;
    private readonly MoneyText _money = MoneyText.Of(state.Portfolio);

    public string Of(TradeOption option, bool isBuy)
    {
        if (_portfolio.IsFreeCash(option.Asset))
        {
            return isBuy
                ? $"{option.Account} needs {option.Asset} to pay with and has {option.Quote}"
                : $"{option.Account} needs {option.Quote} to pay with and has {option.Asset}";
        }

        var account = _portfolio.Accounts[option.AccountIndex];
        var lacking = isBuy ? 0 : _portfolio.CashToKeep(account) - _portfolio.Cash(account);
        var why = lacking > 0 ? $"{option.Account} lacks {_money.Of(lacking)} of the cash it must keep; {Distance(option, isBuy)}" : Distance(option, isBuy);
        return $"{why}; {WhyHere(option, isBuy)}{Remaining(option)}";
    }

    /// <summary>How far the target that the trade serves was off before any trade.</summary>
    public string Distance(TradeOption option, bool isBuy)
    {
        if (_portfolio.ExposuresOf(option.Asset) is not [var exposure, ..])
        {
            return $"{option.Asset} is not targeted";
        }

        var row = _portfolio.Rows[exposure.Row];
        var name = row.Name == option.Asset ? option.Asset : $"{row.Name}, which {option.Asset} counts for,";
        return row.Gap > 0 && !isBuy ? $"{name} is {_money.Of(row.Gap)} below its target over all accounts, but {option.Account} needs the money, and others buy it"
            : row.Gap < 0 && isBuy ? $"{name} is {_money.Of(-row.Gap)} above its target over all accounts, and another account sells more than that"
            : row.Gap > 0 ? $"{name} is {_money.Of(row.Gap)} below its target over all accounts"
            : row.Gap < 0 ? $"{name} is {_money.Of(-row.Gap)} above its target over all accounts"
            : $"{name} is at its target, and this makes room for other trades";
    }

    private string WhyHere(TradeOption option, bool isBuy)
    {
        var others = _portfolio.Trades.Of(option.Asset)
            .Where(other => other.AccountIndex != option.AccountIndex && (isBuy ? other.CanBuy : other.CanSell)).ToList();
        var cost = $"{DecimalText.Format(decimal.Round(option.CostRate * Percent, 3))} % of fee and spread";
        return others.Count == 0 ? $"{option.Account} is the only account that can {(isBuy ? "buy" : "sell")} it"
            : others.TrueForAll(other => other.CostRate > option.CostRate) ? $"{option.Account} {(isBuy ? "buys" : "sells")} it cheapest, at {cost}"
            : isBuy ? $"{option.Account} has the cash, at {cost}"
            : $"{option.Account} holds it, at {cost}";
    }

    private string Remaining(TradeOption option)
    {
        if (_portfolio.ExposuresOf(option.Asset) is not [var exposure, ..])
        {
            return "";
        }

        var missing = state.Missing(exposure.Row);
        return _money.IsNothing(missing) ? "; this closes the gap" : $"; afterwards {_money.Of(Math.Abs(missing))} {(missing < 0 ? "above" : "below")}";
    }
}
