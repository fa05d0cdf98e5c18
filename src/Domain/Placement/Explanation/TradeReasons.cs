using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>Why a trade is made, and why in this account, in plain words.</summary>
internal static class TradeReasons
{
    private const decimal Percent = 100;

    public static string ForBuy(Portfolio portfolio, TradeOption option, Evaluation evaluation) =>
        portfolio.IsFreeCash(option.Asset) ? $"{option.Account} needs {option.Asset} to pay with and has {option.Quote}"
        : $"{Distance(portfolio, option)}; {WhyHere(portfolio, option, isBuy: true)}{Remaining(portfolio, option, evaluation)}";

    public static string ForSell(Portfolio portfolio, TradeOption option, Evaluation evaluation)
    {
        if (portfolio.IsFreeCash(option.Asset))
        {
            return $"{option.Account} needs {option.Quote} to pay with and has {option.Asset}";
        }

        var missing = portfolio.CashToKeep(portfolio.Accounts[option.AccountIndex]) - portfolio.Cash(portfolio.Accounts[option.AccountIndex]);
        var why = missing > 0
            ? $"{option.Account} lacks {Money(portfolio, missing)} of the cash it must keep; {Distance(portfolio, option)}"
            : Distance(portfolio, option);
        return $"{why}; {WhyHere(portfolio, option, isBuy: false)}{Remaining(portfolio, option, evaluation)}";
    }

    /// <summary>An amount as one reads it: two decimals, or four digits of something small.</summary>
    public static string Money(Portfolio portfolio, decimal amount)
    {
        var rounded = Math.Round(amount, 2);
        return $"{DecimalText.Format(rounded != 0 || amount == 0 ? rounded : Math.Round(amount, 8))} {portfolio.Problem.BaseCurrency}";
    }

    private static string Distance(Portfolio portfolio, TradeOption option)
    {
        var rows = portfolio.ExposuresOf(option.Asset);
        if (rows.Count == 0)
        {
            return $"{option.Asset} is not targeted";
        }

        var row = portfolio.Rows[rows[0].Row];
        var name = row.Name == option.Asset ? option.Asset : $"{row.Name}, which {option.Asset} counts for,";
        return row.Gap > 0 ? $"{name} is {Money(portfolio, row.Gap)} below its target over all accounts"
            : row.Gap < 0 ? $"{name} is {Money(portfolio, -row.Gap)} above its target over all accounts"
            : $"{name} is at its target, and this makes room for other trades";
    }

    private static string WhyHere(Portfolio portfolio, TradeOption option, bool isBuy)
    {
        var others = portfolio.Options
            .Where(other => other.Asset == option.Asset && other.AccountIndex != option.AccountIndex && (isBuy ? other.CanBuy : other.CanSell))
            .ToList();
        var cost = $"{DecimalText.Format(decimal.Round(option.CostRate * Percent, 3))} % of fee and spread";
        return others.Count == 0 ? $"{option.Account} is the only account that can {(isBuy ? "buy" : "sell")} it"
            : others.TrueForAll(other => other.CostRate > option.CostRate) ? $"{option.Account} {(isBuy ? "buys" : "sells")} it cheapest, at {cost}"
            : isBuy ? $"{option.Account} has the cash, at {cost}"
            : $"{option.Account} holds it, at {cost}";
    }

    private static string Remaining(Portfolio portfolio, TradeOption option, Evaluation evaluation)
    {
        if (portfolio.ExposuresOf(option.Asset) is not [var exposure, ..])
        {
            return "";
        }

        var left = evaluation.RowValues[exposure.Row] - portfolio.Rows[exposure.Row].TargetValue;
        return Math.Abs(left) < portfolio.TotalValue / 1_000_000 ? "; this closes the gap"
            : $"; afterwards {Money(portfolio, Math.Abs(left))} {(left > 0 ? "above" : "below")}";
    }
}
