using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement;

/// <summary>What some trades come to, recomputed in decimal from the trades alone.</summary>
internal sealed class Evaluation
{
    public Evaluation(Portfolio portfolio, TradeSizes sizes)
    {
        Sizes = sizes;
        Books = new Books(portfolio, sizes);
        RowValues = RowValuesAfter(portfolio);
        Deviation = RowValues.Zip(portfolio.Rows, (value, row) => Math.Abs(value - row.TargetValue)).Sum();
        foreach (var option in portfolio.Options)
        {
            AddSide(portfolio, option, sizes.Buys[option.Index], LocationPreference.Of(portfolio, option));
            AddSide(portfolio, option, sizes.Sells[option.Index], -LocationPreference.Of(portfolio, option));
        }

        Tax = TaxOf(portfolio);
        Objective = (portfolio.Problem.DeviationWeight * Deviation) + Cost + Tax + (portfolio.Problem.OrderPenalty * sizes.Count);
    }

    public TradeSizes Sizes { get; }

    public Books Books { get; }

    /// <summary>Value after, by target row.</summary>
    public IReadOnlyList<decimal> RowValues { get; }

    public decimal Deviation { get; }

    /// <summary>Fees, half-spreads and tickets.</summary>
    public decimal Cost { get; private set; }

    public decimal Tax { get; }

    /// <summary>Preference cost of where things are bought; not part of the objective that is shown.</summary>
    public decimal Location { get; private set; }

    public decimal Objective { get; }

    /// <summary>Tax of all sells of an account's asset.</summary>
    public static decimal TaxOf(Portfolio portfolio, TradeSizes sizes, int account, string asset)
    {
        var sold = portfolio.Trades.Of(account, asset).Sum(option => sizes.Sells[option.Index] * option.Lot);
        return sold == 0 ? 0 : LotQueue.Sell(portfolio.LotsOf(account, asset), sold).Tax;
    }

    private List<decimal> RowValuesAfter(Portfolio portfolio)
    {
        var values = portfolio.Rows.Select(row => row.ValueBefore).ToList();
        foreach (var (index, account) in portfolio.Accounts.Index())
        {
            foreach (var asset in portfolio.AssetsOf(account))
            {
                foreach (var exposure in portfolio.ExposuresOf(asset))
                {
                    values[exposure.Row] += exposure.Share * Books.Change(index, asset);
                }
            }
        }

        return values;
    }

    private void AddSide(Portfolio portfolio, TradeOption option, decimal lots, decimal preference)
    {
        if (lots > 0)
        {
            Cost += (lots * option.LotValue * option.CostRate) + option.Market.TicketFee;
            Location += lots * option.LotValue * preference;
        }
    }

    private decimal TaxOf(Portfolio portfolio) =>
        portfolio.Trades.Pairs.Sum(pair => TaxOf(portfolio, Sizes, pair[0].AccountIndex, pair[0].Asset));
}
