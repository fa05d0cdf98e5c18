using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement;

/// <summary>
/// Placement without a solver: asset by asset, the largest relative gap first, as many lots as fit in the gap, in the cheapest account that
/// can. Sells come first. It never breaks a rule, but proves nothing about how good it is.
/// </summary>
internal static class SimplePlacement
{
    public static TradeSizes Place(Portfolio portfolio)
    {
        var sizes = new TradeSizes(portfolio.Options.Count);
        var limits = PlanLimit.Of(portfolio);
        var rows = portfolio.Rows.Index()
            .OrderByDescending(entry => Math.Abs(entry.Item.Gap) / (entry.Item.TargetValue > 0 ? entry.Item.TargetValue : portfolio.TotalValue / portfolio.Rows.Count))
            .ThenBy(entry => entry.Index).ToList();
        foreach (var isBuy in new[] { false, true })
        {
            foreach (var (index, row) in rows)
            {
                foreach (var option in CandidatesFor(portfolio, index, isBuy))
                {
                    var gap = row.TargetValue - new Evaluation(portfolio, sizes).RowValues[index];
                    Trade(portfolio, sizes, limits, option, isBuy ? gap : -gap, isBuy);
                }
            }
        }

        return sizes;
    }

    private static IEnumerable<TradeOption> CandidatesFor(Portfolio portfolio, int row, bool isBuy) =>
        portfolio.Options.Where(option => (isBuy ? option.CanBuy : option.CanSell) && !portfolio.IsCurrency(option.Asset))
            .Where(option => portfolio.ExposuresOf(option.Asset) is [{ Share: 1 } only] && only.Row == row)
            .OrderBy(option => option.CostRate).ThenBy(option => option.Index);

    private static void Trade(
        Portfolio portfolio, TradeSizes sizes, IReadOnlyList<PlanLimit> limits, TradeOption option, decimal gap, bool isBuy)
    {
        var side = isBuy ? sizes.Buys : sizes.Sells;
        var most = Math.Min(isBuy ? option.BuyMaxLots : option.SellMaxLots, Math.Floor(Math.Max(0, gap) / option.LotValue));
        if (most < option.MinLots || Contradicts(portfolio, sizes, option, isBuy))
        {
            return;
        }

        // What is allowed shrinks with the amount, so halving finds the largest that is.
        var before = new Books(portfolio, sizes);
        var (allowed, tooMuch) = (0m, most + 1);
        while (tooMuch - allowed > 1)
        {
            var tried = allowed == 0 && tooMuch == most + 1 ? most : Math.Floor((allowed + tooMuch) / 2);
            side[option.Index] = tried;
            var after = new Books(portfolio, sizes);
            var keepsAll = limits.All(limit => limit.Room(after) >= Math.Min(0, limit.Room(before))) && TaxLimits.Keep(portfolio, sizes);
            (allowed, tooMuch) = keepsAll ? (tried, tooMuch) : (allowed, tried);
        }

        side[option.Index] = allowed < option.MinLots ? 0 : allowed;
        if (!isBuy && FullClose.Of(portfolio, portfolio.Trades.Of(option.AccountIndex, option.Asset)) is { } close && !close.Allows(close.Sold(sizes)))
        {
            // What is wanted by nobody has the whole holding as its gap, so a rest is left only where a limit stops the sale.
            var less = allowed - Math.Ceiling((close.Smallest - close.Holding + close.Sold(sizes)) / option.Lot);
            side[option.Index] = less < option.MinLots ? 0 : less;
        }
    }

    private static bool Contradicts(Portfolio portfolio, TradeSizes sizes, TradeOption option, bool isBuy) =>
        portfolio.Options.Any(other => other.Asset == option.Asset
            && (other.AccountIndex == option.AccountIndex || portfolio.Problem.OneDirectionPerAsset || portfolio.Problem.Taxes is { WashSaleDays: > 0 })
            && (isBuy ? sizes.Sells : sizes.Buys)[other.Index] > 0);
}
