using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Model;

/// <summary>How the trades change an account's balance of an asset or currency, in scaled base currency.</summary>
internal sealed class BalanceChanges(Portfolio portfolio, TradeColumns columns, Scale scale)
{
    /// <summary>Everything that goes out and comes in.</summary>
    public LinearSum Of(int account, string asset) => Sum(account, asset, withInflows: true);

    /// <summary>What goes out only: the account may not count on what comes in.</summary>
    public LinearSum OutflowsOf(int account, string asset) => Sum(account, asset, withInflows: false);

    private LinearSum Sum(int account, string asset, bool withInflows)
    {
        var sum = new LinearSum();
        foreach (var option in portfolio.Options.Where(option => option.AccountIndex == account))
        {
            AddBase(sum, option, asset, withInflows);
            AddQuote(sum, option, asset, withInflows);
            AddFee(sum, option, asset);
        }

        return sum;
    }

    private void AddBase(LinearSum sum, TradeOption option, string asset, bool withInflows)
    {
        if (!string.Equals(option.Asset, asset, StringComparison.Ordinal))
        {
            return;
        }

        var unit = columns.UnitValue(option);
        if (withInflows && columns.Buys[option.Index] is { IsOpen: true } buy)
        {
            sum.Add(buy.Amount, unit * (double)option.BuyInflow);
        }

        if (columns.Sells[option.Index] is { IsOpen: true } sell)
        {
            sum.Add(sell.Amount, -unit * (double)option.SellOutflow);
        }
    }

    private void AddQuote(LinearSum sum, TradeOption option, string asset, bool withInflows)
    {
        if (!string.Equals(option.Quote, asset, StringComparison.Ordinal))
        {
            return;
        }

        var unit = columns.UnitValue(option);
        var ticket = scale.Scaled(option.Market.TicketFee);
        if (columns.Buys[option.Index] is { IsOpen: true } buy)
        {
            sum.Add(buy.Amount, -unit * (double)option.BuyOutflow).Add(buy.Order, -ticket);
        }

        if (columns.Sells[option.Index] is { IsOpen: true } sell)
        {
            sum.Add(sell.Amount, withInflows ? unit * (double)option.SellInflow : 0).Add(sell.Order, -ticket);
        }
    }

    private void AddFee(LinearSum sum, TradeOption option, string asset)
    {
        if (!option.FeeElsewhere || !string.Equals(option.FeeAsset, asset, StringComparison.Ordinal))
        {
            return;
        }

        var fee = columns.UnitValue(option) * (double)option.Market.FeeRate;
        foreach (var side in new[] { columns.Buys[option.Index], columns.Sells[option.Index] }.Where(side => side.IsOpen))
        {
            sum.Add(side.Amount, -fee);
        }
    }
}
