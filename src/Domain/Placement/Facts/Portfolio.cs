namespace Rebalancer.Domain.Placement.Facts;

/// <summary>
/// The problem's facts, worked out once in decimal: what is cash, what the portfolio is worth, which rows the deviation has, and which
/// trades are possible at all. Every stage reads these; none changes them.
/// </summary>
internal sealed class Portfolio
{
    private readonly Dictionary<string, IReadOnlyList<Exposure>> _exposures = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _unmanaged;
    private readonly SortedSet<string> _feeAssets;
    private readonly Dictionary<(int Account, string Asset), IReadOnlyList<LotForSale>> _lots = [];
    private readonly Dictionary<PlacementAccount, decimal> _buyingPower = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PlacementAccount, IReadOnlyList<string>> _assets = new(ReferenceEqualityComparer.Instance);

    public Portfolio(PlacementProblem problem)
    {
        Problem = problem;
        _unmanaged = new SortedSet<string>(problem.Unmanaged, StringComparer.Ordinal);
        _feeAssets = new SortedSet<string>(
            problem.Accounts.SelectMany(account => account.Markets).Select(market => market.FeeIn).OfType<string>(), StringComparer.Ordinal);
        foreach (var account in problem.Accounts)
        {
            _assets[account] = ListAssets(account);
        }

        Currencies = [problem.BaseCurrency, .. problem.Accounts.SelectMany(account => account.Markets.Select(market => market.Quote).Concat(account.Cash.Keys))];
        Currencies.ExceptWith(_unmanaged);
        TotalValue = problem.Accounts.Sum(account => AssetsOf(account).Sum(asset => Owned(account, asset) * Price(asset))) - problem.Withdraw.Values.Sum();
        Rows = BuildRows();
        foreach (var account in problem.Accounts)
        {
            _buyingPower[account] = AssetsOf(account).Sum(asset => Power(account, asset));
        }

        Options = TradeOptions.Build(this);
        Trades = new TradeIndex(Accounts.Count, Options);
    }

    public PlacementProblem Problem { get; }

    /// <summary>The base currency, every market's quote and everything an account lists as cash.</summary>
    public SortedSet<string> Currencies { get; } = new(StringComparer.Ordinal);

    /// <summary>V: everything managed and all cash, unsettled and reserves included, withdrawals left out.</summary>
    public decimal TotalValue { get; }

    public IReadOnlyList<TargetRow> Rows { get; }

    public IReadOnlyList<TradeOption> Options { get; }

    /// <summary>The options by account, asset and pair.</summary>
    public TradeIndex Trades { get; }

    public IReadOnlyList<PlacementAccount> Accounts => Problem.Accounts;

    public bool IsCurrency(string asset) => Currencies.Contains(asset);

    public bool IsUnmanaged(string asset) => _unmanaged.Contains(asset);

    /// <summary>Spendable without a target: a targeted currency is an asset that happens to pay for others.</summary>
    public bool IsFreeCash(string asset) => IsCurrency(asset) && !Problem.Targets.ContainsKey(asset);

    public decimal Price(string asset) =>
        string.Equals(asset, Problem.BaseCurrency, StringComparison.Ordinal) ? 1
        : Problem.Prices.TryGetValue(asset, out var price) && price > 0 ? price
        : throw new PlacementInputException($"prices.{asset}", "no price above 0, but it is held or has a market; add it, in base currency");

    /// <summary>For turning a change of value back into a quantity; what nobody manages may have no price, and then never changes.</summary>
    public decimal PriceOrOne(string asset) => IsUnmanaged(asset) && !Problem.Prices.ContainsKey(asset) ? 1 : Price(asset);

    public IReadOnlyList<Exposure> ExposuresOf(string asset) => _exposures.TryGetValue(asset, out var exposures) ? exposures : [];

    /// <summary>What can be sold or spent now; a currency may be listed as cash, as a holding, or both.</summary>
    public decimal Balance(PlacementAccount account, string asset) =>
        account.Holdings.GetValueOrDefault(asset) + (IsCurrency(asset) || IsUnmanaged(asset) ? account.Cash.GetValueOrDefault(asset) : 0);

    /// <summary>The balance and what is not settled yet.</summary>
    public decimal Owned(PlacementAccount account, string asset) => Balance(account, asset) + account.Unsettled.GetValueOrDefault(asset);

    /// <summary>All managed assets and currencies the account has or could trade, in order.</summary>
    public IReadOnlyList<string> AssetsOf(PlacementAccount account) => _assets[account];

    /// <summary>Every balance that trades may use up: the managed ones, and unmanaged ones that only fees are taken from.</summary>
    public IEnumerable<string> BalancesOf(PlacementAccount account) =>
        _assets[account].Concat(account.Markets.Select(market => market.FeeIn).OfType<string>().Where(IsUnmanaged).Distinct(StringComparer.Ordinal));

    /// <summary>What comes in during the plan may be paid out again in it: money, and what fees of other markets are taken in.</summary>
    public bool IsSpendable(string asset) => IsCurrency(asset) || IsFeeAsset(asset);

    /// <summary>Free cash of the account now, in base currency.</summary>
    public decimal Cash(PlacementAccount account) => AssetsOf(account).Where(IsFreeCash).Sum(currency => Balance(account, currency) * Price(currency));

    /// <summary>What must remain as cash in the account: its reserve and what is about to be withdrawn.</summary>
    public decimal CashToKeep(PlacementAccount account) => account.Reserve + Problem.Withdraw.GetValueOrDefault(account.Id);

    /// <summary>Some cash of the account is below zero, or all of it below what it keeps, or all accounts' together below the common reserve.</summary>
    public bool IsShort(PlacementAccount account) =>
        Cash(account) < CashToKeep(account) || AssetsOf(account).Any(asset => IsCurrency(asset) && Balance(account, asset) < 0)
        || (Problem.CashReserve > 0 && Accounts.Sum(each => Cash(each) - Problem.Withdraw.GetValueOrDefault(each.Id)) < Problem.CashReserve);

    /// <summary>Everything the asset counts for is near enough to its target to be left alone.</summary>
    public bool IsWithinThreshold(string asset) =>
        Problem.Threshold is { } threshold && ExposuresOf(asset).All(exposure => Math.Abs(Rows[exposure.Row].Gap) <= threshold * TotalValue);

    /// <summary>All cash of an account, and all proceeds where they may be used, in base currency.</summary>
    /// <param name="except">An asset that is not sold for it.</param>
    public decimal BuyingPower(PlacementAccount account, string? except = null) =>
        _buyingPower[account] - (except is not null && !IsUnmanaged(except) ? Power(account, except) : 0);

    /// <summary>The account's tax lots of an asset in the order they are sold; none where nothing is taxed.</summary>
    public IReadOnlyList<LotForSale> LotsOf(int account, string asset) =>
        _lots.TryGetValue((account, asset), out var lots) ? lots : _lots[(account, asset)] = LotQueue.Of(this, Accounts[account], asset);

    /// <summary>True where some market takes its fee in this asset.</summary>
    public bool IsFeeAsset(string asset) => _feeAssets.Contains(asset);

    private decimal Power(PlacementAccount account, string asset) =>
        account.UseProceeds || IsCurrency(asset) ? Math.Max(0, Balance(account, asset)) * Price(asset) : 0;

    private List<string> ListAssets(PlacementAccount account)
    {
        var assets = new SortedSet<string>(
            [.. account.Cash.Keys, .. account.Holdings.Keys, .. account.Unsettled.Keys, .. account.Markets.SelectMany(market => new[] { market.Asset, market.Quote, market.FeeIn ?? market.Quote })],
            StringComparer.Ordinal);
        assets.ExceptWith(_unmanaged);
        return [.. assets];
    }

    private bool IsWanted(SortedDictionary<string, decimal> parts) => parts.Keys.Any(row => Problem.Targets.GetValueOrDefault(row) > 0);

    private List<TargetRow> BuildRows()
    {
        var exposures = new Exposures(Problem);
        var shares = new SortedDictionary<string, SortedDictionary<string, decimal>>(StringComparer.Ordinal);
        // A target that no account can trade is still missed, and its pairs are still explained.
        var wanted = Problem.Targets.Keys.Where(target => Problem.Prices.ContainsKey(target) && !IsUnmanaged(target));
        foreach (var asset in new SortedSet<string>(Problem.Accounts.SelectMany(AssetsOf).Concat(wanted), StringComparer.Ordinal).Where(asset => !IsFreeCash(asset)))
        {
            shares.Add(asset, exposures.Of(asset));
        }

        var values = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var target in Problem.Targets.Keys.Where(target => !IsUnmanaged(target)))
        {
            values[target] = 0;
        }

        foreach (var (asset, parts) in shares)
        {
            var value = Problem.Accounts.Sum(account => Owned(account, asset)) * Price(asset);
            foreach (var (row, share) in parts)
            {
                // A market for something neither targeted nor held makes no row: nothing would ever be traded for it.
                if (value != 0 || values.ContainsKey(row))
                {
                    values[row] = values.GetValueOrDefault(row) + (share * value);
                }
            }
        }

        // What can be bought for a target brings its other parts along, though nobody holds them yet.
        foreach (var part in shares.Values.Where(IsWanted).SelectMany(parts => parts.Keys))
        {
            values.TryAdd(part, 0);
        }

        var rows = values.Keys.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        foreach (var (asset, parts) in shares)
        {
            _exposures[asset] = parts.Keys.All(rows.ContainsKey) ? [.. parts.Select(part => new Exposure(rows[part.Key], part.Value))] : [];
        }

        return [.. values.Select(row =>
        {
            var weight = Problem.Targets.GetValueOrDefault(row.Key);
            return new TargetRow(row.Key, weight, weight * TotalValue, row.Value);
        })];
    }
}
