using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement;

/// <summary>
/// What every account holds after some trades, in decimal and in base currency: values are products of the problem's own numbers, so nothing
/// is rounded and a balance spent to the last coin is exactly zero.
/// </summary>
internal sealed class Books
{
    private readonly SortedDictionary<string, decimal>[] _changes;
    private readonly SortedDictionary<string, decimal>[] _outflows;
    private readonly Portfolio _portfolio;

    public Books(Portfolio portfolio, TradeSizes sizes)
    {
        _portfolio = portfolio;
        _changes = [.. portfolio.Accounts.Select(_ => new SortedDictionary<string, decimal>(StringComparer.Ordinal))];
        _outflows = [.. portfolio.Accounts.Select(_ => new SortedDictionary<string, decimal>(StringComparer.Ordinal))];
        foreach (var option in portfolio.Options)
        {
            Book(option, sizes);
        }
    }

    /// <summary>Works one account out anew after its trades changed.</summary>
    public void Rebook(int account, TradeSizes sizes)
    {
        _changes[account].Clear();
        _outflows[account].Clear();
        foreach (var option in _portfolio.Trades.Of(account))
        {
            Book(option, sizes);
        }
    }

    /// <summary>Change of a balance, in base currency.</summary>
    public decimal Change(int account, string asset) => _changes[account].GetValueOrDefault(asset);

    /// <summary>What went out of a balance, without what came in; at most zero.</summary>
    public decimal Outflow(int account, string asset) => _outflows[account].GetValueOrDefault(asset);

    /// <summary>Balance after, in base currency.</summary>
    public decimal ValueAfter(int account, string asset) =>
        (_portfolio.Balance(_portfolio.Accounts[account], asset) * _portfolio.Price(asset)) + Change(account, asset);

    private void Book(TradeOption option, TradeSizes sizes)
    {
        Book(option, sizes.Buys[option.Index], isBuy: true);
        Book(option, sizes.Sells[option.Index], isBuy: false);
    }

    private void Book(TradeOption option, decimal lots, bool isBuy)
    {
        if (lots == 0)
        {
            return;
        }

        var value = lots * option.LotValue;
        Move(option, option.Asset, isBuy ? value * option.BuyInflow : -value * option.SellOutflow);
        Move(option, option.Quote, isBuy ? -value * option.BuyOutflow : value * option.SellInflow);
        Move(option, option.Quote, -option.Market.TicketFee);
        if (option.FeeElsewhere)
        {
            Move(option, option.FeeAsset, -value * option.Market.FeeRate);
        }
    }

    private void Move(TradeOption option, string asset, decimal value)
    {
        var (changes, outflows) = (_changes[option.AccountIndex], _outflows[option.AccountIndex]);
        changes[asset] = changes.GetValueOrDefault(asset) + value;
        outflows[asset] = outflows.GetValueOrDefault(asset) + Math.Min(0, value);
    }
}
