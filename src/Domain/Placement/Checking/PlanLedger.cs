using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Checking;

/// <summary>What every account holds before and after the trades of a plan, in its own units.</summary>
internal sealed class PlanLedger
{
    private readonly SortedSet<string> _quotes;

    public PlanLedger(PlacementProblem problem, IReadOnlyList<PlannedTrade> trades)
    {
        Problem = problem;
        Trades = trades;
        _quotes = new SortedSet<string>(problem.Accounts.SelectMany(account => account.Markets).Select(market => market.Quote)) { problem.BaseCurrency };
        Accounts = [.. problem.Accounts.Select(account => new AccountLedger(this, account))];
        foreach (var trade in trades)
        {
            Accounts.First(account => account.Account.Id == trade.Account).Book(trade);
        }
    }

    public PlacementProblem Problem { get; }

    public IReadOnlyList<PlannedTrade> Trades { get; }

    public IReadOnlyList<AccountLedger> Accounts { get; }

    /// <summary>V: all managed holdings and all cash, reserves and unsettled included, less what is to be withdrawn.</summary>
    public decimal TotalValue =>
        Accounts.Sum(account => account.HoldingsValue(account.HoldingsBefore) + account.CashValue(account.CashBefore)
            + account.CashValue(account.Account.Unsettled))
        - Problem.Withdraw.Values.Sum();

    public decimal Price(string asset) => asset == Problem.BaseCurrency ? 1 : Problem.Prices.GetValueOrDefault(asset);

    public bool IsManaged(string asset) => !Problem.Unmanaged.Contains(asset);

    /// <summary>
    /// True of what is money to the account: the base currency, what the file lists as its cash or quotes one of its markets, and what quotes a
    /// market elsewhere unless it is a target or held here as an investment.
    /// </summary>
    public bool IsCurrency(PlacementAccount account, string asset) =>
        asset == Problem.BaseCurrency
        || account.Cash.ContainsKey(asset)
        || account.Markets.Any(market => market.Quote == asset)
        || (_quotes.Contains(asset) && !Problem.Targets.ContainsKey(asset) && !account.Holdings.ContainsKey(asset));

    public PlacementMarket Market(PlannedTrade trade) =>
        Problem.Accounts.First(account => account.Id == trade.Account).Markets.First(market => market.Asset == trade.Asset && market.Quote == trade.Quote);

    /// <summary>Value of a trade in base currency, without any cost.</summary>
    public decimal Value(PlannedTrade trade) => trade.Quantity * Price(trade.Asset);
}

/// <summary>One account of a <see cref="PlanLedger"/>.</summary>
internal sealed class AccountLedger
{
    private readonly PlanLedger _ledger;

    public AccountLedger(PlanLedger ledger, PlacementAccount account)
    {
        _ledger = ledger;
        Account = account;
        CashBefore = new SortedDictionary<string, decimal>(account.Cash);
        CashAfter = new SortedDictionary<string, decimal>(account.Cash);
        CashWithoutInflows = new SortedDictionary<string, decimal>(account.Cash);
        HoldingsBefore = new SortedDictionary<string, decimal>(account.Holdings);
        HoldingsAfter = new SortedDictionary<string, decimal>(account.Holdings);
    }

    public PlacementAccount Account { get; }

    public SortedDictionary<string, decimal> CashBefore { get; }

    public SortedDictionary<string, decimal> CashAfter { get; }

    /// <summary>Cash after everything that is paid and before anything that comes in: what buys may use without <c>useProceeds</c>.</summary>
    public SortedDictionary<string, decimal> CashWithoutInflows { get; }

    public SortedDictionary<string, decimal> HoldingsBefore { get; }

    public SortedDictionary<string, decimal> HoldingsAfter { get; }

    public bool Buys { get; private set; }

    public decimal CashValue(SortedDictionary<string, decimal> cash) => cash.Sum(entry => entry.Value * _ledger.Price(entry.Key));

    public decimal HoldingsValue(SortedDictionary<string, decimal> holdings) =>
        holdings.Where(entry => _ledger.IsManaged(entry.Key)).Sum(entry => entry.Value * _ledger.Price(entry.Key));

    /// <summary>Books a trade with everything it costs: fee in the fee's own asset, half-spread and ticket in the quote currency.</summary>
    public void Book(PlannedTrade trade)
    {
        var market = _ledger.Market(trade);
        var value = _ledger.Value(trade);
        var buys = trade.Side == TradeSide.Buy;
        Buys |= buys && !_ledger.IsCurrency(Account, trade.Asset);
        Move(trade.Asset, buys ? trade.Quantity : -trade.Quantity);
        Move(trade.Quote, (buys ? -value : value) / _ledger.Price(trade.Quote));
        Move(market.FeeIn ?? trade.Quote, -(value * market.FeeRate) / _ledger.Price(market.FeeIn ?? trade.Quote));
        Move(trade.Quote, -(value * market.HalfSpread + market.TicketFee) / _ledger.Price(trade.Quote));
    }

    private void Move(string asset, decimal quantity)
    {
        if (!_ledger.IsCurrency(Account, asset))
        {
            HoldingsAfter[asset] = HoldingsAfter.GetValueOrDefault(asset) + quantity;
            return;
        }

        CashAfter[asset] = CashAfter.GetValueOrDefault(asset) + quantity;
        CashWithoutInflows[asset] = CashWithoutInflows.GetValueOrDefault(asset) + Math.Min(quantity, 0);
    }
}
