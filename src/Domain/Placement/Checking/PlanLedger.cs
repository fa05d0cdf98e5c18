using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement.Checking;

/// <summary>What every account holds before and after the trades of a plan, in its own units.</summary>
internal sealed class PlanLedger
{
    private readonly SortedSet<string> _currencies = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Account, string Asset, string Quote), PlacementMarket> _markets = [];

    public PlanLedger(PlacementProblem problem, IReadOnlyList<PlannedTrade> trades)
    {
        Problem = problem;
        Trades = trades;
        _currencies.Add(problem.BaseCurrency);
        foreach (var account in problem.Accounts)
        {
            _currencies.UnionWith(account.Cash.Keys);
            foreach (var market in account.Markets)
            {
                _currencies.Add(market.Quote);
                _markets.TryAdd((account.Id, market.Asset, market.Quote), market);
            }
        }

        Accounts = [.. problem.Accounts.Select(account => new AccountLedger(this, account))];
        var accounts = Accounts.DistinctBy(account => account.Account.Id).ToDictionary(account => account.Account.Id, StringComparer.Ordinal);
        foreach (var trade in trades)
        {
            accounts[trade.Account].Book(trade);
        }
    }

    public PlacementProblem Problem { get; }

    public IReadOnlyList<PlannedTrade> Trades { get; }

    public IReadOnlyList<AccountLedger> Accounts { get; }

    /// <summary>V: all managed holdings and all cash, reserves and unsettled included, less what is to be withdrawn.</summary>
    public decimal TotalValue =>
        Accounts.Sum(account => account.Before.Concat(account.Account.Unsettled).Where(entry => IsManaged(entry.Key)).Sum(entry => Worth(entry.Key, entry.Value)))
        - Problem.Withdraw.Values.Sum();

    /// <summary>In base currency. Nothing of an asset is worth nothing at any price, also where there is none.</summary>
    public decimal Worth(string asset, decimal quantity) => quantity == 0 ? 0 : quantity * Price(asset);

    /// <inheritdoc cref="PlacementProblem.PriceOf"/>
    public decimal Price(string asset) => Problem.PriceOf(asset);

    public bool IsManaged(string asset) => !Problem.Unmanaged.Contains(asset);

    /// <summary>The base currency, every market's quote, and what any account lists as cash.</summary>
    public bool IsCurrency(string asset) => _currencies.Contains(asset);

    /// <summary>Money without a target; a targeted currency is an investment that also pays.</summary>
    public bool IsCash(string asset) => IsCurrency(asset) && IsManaged(asset) && !Problem.Targets.ContainsKey(asset);

    public PlacementMarket Market(PlannedTrade trade) => _markets[(trade.Account, trade.Asset, trade.Quote)];

    /// <summary>Value of a trade in base currency, without any cost.</summary>
    public decimal Value(PlannedTrade trade) => trade.Quantity * Price(trade.Asset);
}

/// <summary>One account of a <see cref="PlanLedger"/>: quantities by asset, cash and holdings alike.</summary>
internal sealed class AccountLedger
{
    private readonly PlanLedger _ledger;

    public AccountLedger(PlanLedger ledger, PlacementAccount account)
    {
        _ledger = ledger;
        Account = account;
        foreach (var (asset, quantity) in account.Cash.Concat(account.Holdings))
        {
            Before[asset] = Before.GetValueOrDefault(asset) + quantity;
            After[asset] = Before[asset];
            WithoutInflows[asset] = Before[asset];
        }
    }

    public PlacementAccount Account { get; }

    public SortedDictionary<string, decimal> Before { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, decimal> After { get; } = new(StringComparer.Ordinal);

    /// <summary>What is left after everything that is paid and before anything that comes in: what buys may use without <c>useProceeds</c>.</summary>
    public SortedDictionary<string, decimal> WithoutInflows { get; } = new(StringComparer.Ordinal);

    /// <summary>True when something is bought other than money.</summary>
    public bool Buys { get; private set; }

    /// <summary>In base currency, over all currencies without a target.</summary>
    public decimal Cash(SortedDictionary<string, decimal> balances) =>
        balances.Where(entry => _ledger.IsCash(entry.Key)).Sum(entry => _ledger.Worth(entry.Key, entry.Value));

    /// <summary>What an account's cap counts: everything managed that is not cash, in base currency.</summary>
    public decimal Investments(SortedDictionary<string, decimal> balances) =>
        balances.Where(entry => !_ledger.IsCash(entry.Key) && _ledger.IsManaged(entry.Key)).Sum(entry => _ledger.Worth(entry.Key, entry.Value));

    /// <summary>Books a trade with everything it costs: fee in the fee's own asset, half-spread and ticket in the quote currency.</summary>
    public void Book(PlannedTrade trade)
    {
        var market = _ledger.Market(trade);
        var value = _ledger.Value(trade);
        var buys = trade.Side == TradeSide.Buy;
        var feeAsset = market.FeeIn ?? trade.Quote;
        Buys |= buys && !_ledger.IsCash(trade.Asset);
        var fee = value * market.FeeRate / _ledger.Price(feeAsset);
        // What a trade costs is taken from what it brings; only the ticket is paid out of cash that must be there already.
        Move(trade.Asset, (buys ? trade.Quantity : -trade.Quantity) - (feeAsset == trade.Asset ? fee : 0));
        Move(trade.Quote, ((buys ? -value : value) - value * market.HalfSpread) / _ledger.Price(trade.Quote) - (feeAsset == trade.Quote ? fee : 0));
        Move(feeAsset, feeAsset == trade.Asset || feeAsset == trade.Quote ? 0 : -fee);
        Move(trade.Quote, -market.TicketFee / _ledger.Price(trade.Quote));
    }

    private void Move(string asset, decimal quantity)
    {
        After[asset] = After.GetValueOrDefault(asset) + quantity;
        WithoutInflows[asset] = WithoutInflows.GetValueOrDefault(asset) + Math.Min(quantity, 0);
    }
}
