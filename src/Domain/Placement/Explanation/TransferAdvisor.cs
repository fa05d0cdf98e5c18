using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <summary>
/// Cash trapped in an account that cannot use it: what moving it to another account, which could buy what is missing, would do for the
/// deviation. Only the user can move money between a broker and an exchange.
/// </summary>
internal static class TransferAdvisor
{
    private const int MostAdvice = 5;
    private const decimal Cent = 0.01m;

    public static IReadOnlyList<TransferAdvice> Advise(Portfolio portfolio, Evaluation evaluation)
    {
        if (portfolio.Problem.Objective == PlacementObjective.SellOnly)
        {
            return [];
        }

        return
        [
            .. (from source in portfolio.Accounts.Index()
                from currency in portfolio.AssetsOf(source.Item).Where(portfolio.IsFreeCash)
                from target in portfolio.Accounts.Index()
                where source.Index != target.Index && !source.Item.Frozen && !target.Item.Frozen
                let advice = Try(portfolio, evaluation, source.Index, target.Index, currency)
                where advice is not null
                orderby advice.WouldReduceDeviationBy descending, advice.From, advice.To
                select advice).Take(MostAdvice),
        ];
    }

    private static TransferAdvice? Try(Portfolio portfolio, Evaluation evaluation, int from, int to, string currency)
    {
        var source = portfolio.Accounts[from];
        var all = portfolio.AssetsOf(source).Where(portfolio.IsFreeCash).Sum(cash => evaluation.Books.ValueAfter(from, cash)) - portfolio.CashToKeep(source);
        var free = Math.Min(all, evaluation.Books.ValueAfter(from, currency));
        var (spent, reduced) = (0m, 0m);
        var bought = new decimal[portfolio.Rows.Count];
        var usable = portfolio.Options.Where(option => option.AccountIndex == to && option.Quote == currency && option.CanBuy);
        foreach (var option in usable.Where(option => !portfolio.IsCurrency(option.Asset)))
        {
            if (portfolio.ExposuresOf(option.Asset) is not [{ Share: 1 } exposure])
            {
                continue;
            }

            var missing = portfolio.Rows[exposure.Row].TargetValue - evaluation.RowValues[exposure.Row] - bought[exposure.Row];
            var lots = Math.Floor(Math.Min(missing, Math.Max(0, free - spent - option.Market.TicketFee) / option.BuyOutflow) / option.LotValue);
            if (lots >= option.MinLots)
            {
                spent += (lots * option.LotValue * option.BuyOutflow) + option.Market.TicketFee;
                bought[exposure.Row] += lots * option.LotValue;
                reduced += lots * option.LotValue;
            }
        }

        var amount = Math.Ceiling(spent / portfolio.Price(currency) / Cent) * Cent;
        return reduced > 0 ? new TransferAdvice(source.Id, portfolio.Accounts[to].Id, DecimalText.Normalise(amount), currency, DecimalText.Normalise(reduced)) : null;
    }
}
