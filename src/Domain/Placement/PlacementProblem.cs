using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Placement;

/// <summary>
/// Everything one placement needs: the snapshot file of CLI.md as immutable data, defaults filled in. Amounts of money are in
/// <see cref="BaseCurrency"/> unless the member says otherwise. Dictionaries are sorted, so that equal problems are walked in the same order.
/// </summary>
public sealed record PlacementProblem
{
    /// <summary>Date for tax terms and wash-sale windows.</summary>
    public required DateOnly AsOf { get; init; }

    public required string BaseCurrency { get; init; }

    /// <summary>Weight by asset (or replacement set, or look-through component); the rest to 1 is the cash target.</summary>
    public required SortedDictionary<string, decimal> Targets { get; init; }

    /// <summary>Price in base currency by asset and currency; the base currency itself need not appear.</summary>
    public required SortedDictionary<string, decimal> Prices { get; init; }

    /// <summary>In the base currency, whose own price is 1.</summary>
    /// <exception cref="KeyNotFoundException">The asset has no price.</exception>
    public decimal PriceOf(string asset) => asset == BaseCurrency ? 1 : Prices[asset];

    public IReadOnlyList<string> Unmanaged { get; init; } = [];

    public decimal CashReserve { get; init; }

    /// <summary>Cash to leave an account: outside V, must be there after.</summary>
    public SortedDictionary<string, decimal> Withdraw { get; init; } = [];

    public required IReadOnlyList<PlacementAccount> Accounts { get; init; }

    public TaxRules? Taxes { get; init; }

    public IReadOnlyList<RecentTrade> RecentTrades { get; init; } = [];

    public SortedDictionary<string, IReadOnlyList<string>> Replacements { get; init; } = [];

    public SortedDictionary<string, SortedDictionary<string, decimal>> Exposures { get; init; } = [];

    public IReadOnlyList<GroupCap> Groups { get; init; } = [];

    /// <summary>Preference cost in basis points: asset → account kind → bp.</summary>
    public SortedDictionary<string, SortedDictionary<string, decimal>> Location { get; init; } = [];

    public PlacementObjective Objective { get; init; } = PlacementObjective.Tracking;

    /// <summary>For <see cref="PlacementObjective.FewestTrades"/>: |weight − target| ≤ band.</summary>
    public decimal Band { get; init; } = 0.02m;

    /// <summary>Only what is further than this share of value from its target is traded; null trades everything.</summary>
    public decimal? Threshold { get; init; }

    /// <summary>μ: base currency of cost that one unit of deviation is worth.</summary>
    public decimal DeviationWeight { get; init; } = 0.1m;

    /// <summary>λ: base currency a trade.</summary>
    public decimal OrderPenalty { get; init; } = 0.5m;

    public bool OneDirectionPerAsset { get; init; }

    public double TimeLimitSeconds { get; init; } = 60;

    /// <summary>Stop when (objective − bound) is at most this many basis points of total value.</summary>
    public double GapBasisPoints { get; init; } = 0.01;
}

/// <summary>What a plan is to achieve; on the command line in kebab case, as <c>buy-only</c>.</summary>
public enum PlacementObjective
{
    Tracking,
    BuyOnly,
    SellOnly,
    FewestTrades,
    Simple,
}

/// <summary>One account as placement sees it: what it holds, what may be traded in it, and what must remain.</summary>
public sealed record PlacementAccount
{
    public required string Id { get; init; }

    public string? Venue { get; init; }

    /// <summary>Spendable cash by currency, in that currency; may be negative.</summary>
    public SortedDictionary<string, decimal> Cash { get; init; } = [];

    /// <summary>In base currency; must remain over all the account's cash.</summary>
    public decimal Reserve { get; init; }

    /// <summary>Quantity by asset.</summary>
    public SortedDictionary<string, decimal> Holdings { get; init; } = [];

    /// <summary>False: buys only from cash now at hand.</summary>
    public bool UseProceeds { get; init; } = true;

    /// <summary>Extra to cash: counted in V, not spendable.</summary>
    public SortedDictionary<string, decimal> Unsettled { get; init; } = [];

    public bool Taxable { get; init; } = true;

    /// <summary>Counted in V and holdings, but trades nothing.</summary>
    public bool Frozen { get; init; }

    public string? Kind { get; init; }

    /// <summary>Largest value after, in base currency, by asset.</summary>
    public SortedDictionary<string, decimal> Caps { get; init; } = [];

    /// <summary>Largest value of the account's holdings after, in base currency.</summary>
    public decimal? Cap { get; init; }

    public IReadOnlyList<PlacementMarket> Markets { get; init; } = [];

    /// <summary>Tax lots by asset; where given they add up to the holding.</summary>
    public SortedDictionary<string, IReadOnlyList<TaxLot>> Lots { get; init; } = [];
}

/// <summary>A market of one account: asset against quote currency, with the venue's rules.</summary>
public sealed record PlacementMarket
{
    public required string Asset { get; init; }

    public required string Quote { get; init; }

    /// <summary>Step of quantity; 0 is fractional with 8 decimals.</summary>
    public decimal LotSize { get; init; }

    public decimal MinQuantity { get; init; }

    public decimal? MaxQuantity { get; init; }

    /// <summary>In quote currency.</summary>
    public decimal MinNotional { get; init; }

    /// <summary>In quote currency.</summary>
    public decimal? MaxNotional { get; init; }

    public decimal FeeRate { get; init; }

    public decimal HalfSpread { get; init; } = 0.0001m;

    /// <summary>In base currency, once a trade.</summary>
    public decimal TicketFee { get; init; }

    /// <summary>Asset the fee is taken in; null is the quote.</summary>
    public string? FeeIn { get; init; }

    public AllowedSides Allow { get; init; } = AllowedSides.Both;

    /// <summary>Traded volume in asset units, for <see cref="MaxVolumeShare"/>.</summary>
    public decimal? Volume { get; init; }

    public decimal? MaxVolumeShare { get; init; }

    /// <summary>Lots to sell, by index, for tax method specific.</summary>
    public IReadOnlyList<int> SaleLots { get; init; } = [];
}

/// <summary>What a market lets its account do.</summary>
[Flags]
public enum AllowedSides
{
    None = 0,
    Buy = 1,
    Sell = 2,
    Both = Buy | Sell,
}

/// <summary>Units bought together; the cost of one of them is in base currency.</summary>
public sealed record TaxLot(decimal Quantity, decimal UnitCost, DateOnly Acquired);

/// <summary>Which lots a sale takes: the dearest first (Hifo), the oldest first (Fifo), or those the owner names.</summary>
public enum TaxLotMethod
{
    Hifo,
    Fifo,
    Specific,
}

/// <summary>How sales of taxable accounts are taxed; rates are shares of the gain.</summary>
public sealed record TaxRules
{
    public decimal ShortTermRate { get; init; }

    public decimal LongTermRate { get; init; }

    public int LongTermDays { get; init; } = 365;

    public TaxLotMethod Method { get; init; } = TaxLotMethod.Hifo;

    /// <summary>Cap on Σ gains less losses, in base currency; null is none.</summary>
    public decimal? GainBudget { get; init; }

    /// <summary>A loss is worth the tax it saves at its own rate; otherwise it is worth nothing.</summary>
    public bool CreditLosses { get; init; }

    /// <summary>Take losses on purpose where the tax they save exceeds what the trades cost; implies <see cref="CreditLosses"/>.</summary>
    public bool HarvestLosses { get; init; }

    public int WashSaleDays { get; init; } = 30;
}

/// <param name="Gain">Realised gain in base currency; negative for a loss; null where unknown (buys).</param>
public sealed record RecentTrade(string Account, string Asset, TradeSide Side, DateOnly Date, decimal? Gain);

/// <summary>A cap on the value of some assets, accounts and venues together, as a share of the portfolio's or in base currency.</summary>
public sealed record GroupCap(string Name, IReadOnlyList<string> Assets, IReadOnlyList<string> Accounts, IReadOnlyList<string> Venues, decimal Max)
{
    /// <summary>In base currency, in place of <see cref="Max"/>.</summary>
    public decimal? MaxValue { get; init; }
}
