using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios.Targets;

namespace Rebalancer.Domain.Portfolios;

/// <summary>One portfolio of <c>rebalancer.json</c>, as far as decisions depend on it, defaults filled in.</summary>
public sealed record PortfolioSettings
{
    public required string Id { get; init; }

    public required string BaseCurrency { get; init; }

    public TradingMode Mode { get; init; } = TradingMode.Paper;

    public UntargetedPolicy Untargeted { get; init; } = UntargetedPolicy.Keep;

    /// <summary>Assets counted nowhere and never traded.</summary>
    public IReadOnlyList<string> Unmanaged { get; init; } = [];

    public required TargetSettings Targets { get; init; }

    public BandSettings Bands { get; init; } = new();

    public RebalanceTo RebalanceTo { get; init; } = RebalanceTo.Target;

    public CashFlowMode CashFlow { get; init; } = CashFlowMode.Full;

    /// <summary>Smallest trade worth making, in base currency.</summary>
    public decimal MinTradeValue { get; init; } = 10;

    public decimal MinIntervalDays { get; init; }

    /// <summary>Share of the way the targets move towards newly computed ones at each decision; 1 is all of it.</summary>
    public decimal Smoothing { get; init; } = 1;

    /// <summary>Cash to keep over all accounts, in base currency.</summary>
    public decimal CashReserve { get; init; }

    public TaxRules? Taxes { get; init; }

    /// <summary>Where computed targets have their prices from.</summary>
    public HistorySettings History { get; init; } = HistorySettings.Standard;

    public ScheduleSettings? Schedule { get; init; }

    public PlacementSettings Placement { get; init; } = new();

    public OrderSettings Orders { get; init; } = new();

    public LimitSettings Limits { get; init; } = new();

    public ApprovalMode Approval { get; init; } = ApprovalMode.Automatic;

    public required IReadOnlyList<string> Accounts { get; init; }

    /// <summary>True when both say the same, whatever the scale of their decimals.</summary>
    public bool SameAs(PortfolioSettings other) => string.Equals(CanonicalJson.Write(this), CanonicalJson.Write(other), StringComparison.Ordinal);
}

/// <summary>What becomes of a decision's orders.</summary>
public enum TradingMode
{
    /// <summary>Decide and journal, send nothing.</summary>
    DryRun,

    Paper,

    Live,
}

/// <summary>What happens to holdings without a target.</summary>
public enum UntargetedPolicy
{
    /// <summary>Kept outside the portfolio's value, shown.</summary>
    Keep,

    Sell,
}

/// <summary>Where an asset that left its band is taken.</summary>
public enum RebalanceTo
{
    Target,
    BandEdge,
    HalfBand,
}

/// <summary>Which trades a decision may make.</summary>
public enum CashFlowMode
{
    Full,
    InvestOnly,
    WithdrawOnly,

    /// <summary>Only buys while every asset is inside its band, anything outside.</summary>
    Hybrid,
}

/// <summary>Whether a decision is sent at once.</summary>
public enum ApprovalMode
{
    Automatic,

    /// <summary>Decisions wait for <c>apply</c>.</summary>
    Manual,
}

/// <param name="Method">Name of a <see cref="Weights.IWeightMethod"/>, or of a method that computes.</param>
public sealed record TargetSettings(string Method, SortedDictionary<string, decimal> Weights, IReadOnlyList<string> Assets)
{
    /// <summary>Null for the methods that need nothing but what is written here.</summary>
    public ComputedTargetSettings? Computed { get; init; }

    public static TargetSettings Fixed(SortedDictionary<string, decimal> weights) => new("fixed", weights, []);

    public static TargetSettings Equal(IReadOnlyList<string> assets) => new("equal", [], assets);
}

/// <summary>An asset is out when |weight − target| &gt; min(absolute, relative × target).</summary>
public sealed record BandSettings
{
    public decimal Absolute { get; init; } = 0.05m;

    public decimal Relative { get; init; } = 0.25m;

    /// <summary>What an asset does differently; what it leaves out it takes from the portfolio.</summary>
    public SortedDictionary<string, AssetBand> Assets { get; init; } = [];
}

/// <summary>An asset's own band, as shares of the portfolio and of its target; null takes the portfolio's.</summary>
public sealed record AssetBand(decimal? Absolute, decimal? Relative);

/// <param name="Cron">Quartz form: seconds minutes hours day-of-month month day-of-week.</param>
/// <param name="TimeZone">IANA name, as America/New_York.</param>
public sealed record ScheduleSettings(string Cron, string TimeZone)
{
    public ClosedMarkets WhenClosed { get; init; } = ClosedMarkets.TradeOpen;
}

/// <summary>What a slot of the schedule does when it falls where an asset trades nowhere: at night, on a holiday, after a half day.</summary>
public enum ClosedMarkets
{
    /// <summary>Decides at once; what is closed trades nothing and says so.</summary>
    TradeOpen,

    /// <summary>Decides once everything can trade: a holiday's slot at the next opening.</summary>
    Wait,

    /// <summary>Passes without a decision.</summary>
    Skip,
}

/// <summary>How the trades of a decision are found: weights of deviation and orders, and how long and how exactly to search.</summary>
public sealed record PlacementSettings
{
    public PlacementObjective Objective { get; init; } = PlacementObjective.Tracking;

    public decimal DeviationWeight { get; init; } = 0.1m;

    public decimal OrderPenalty { get; init; } = 0.5m;

    public double TimeLimitSeconds { get; init; } = 60;

    public double GapBasisPoints { get; init; } = 0.01;
}

/// <summary>How the orders of a decision are worked.</summary>
public sealed record OrderSettings
{
    public Orders.OrderType Type { get; init; } = Domain.Orders.OrderType.Limit;

    public int TimeoutSeconds { get; init; } = 60;

    public int Slices { get; init; } = 1;

    /// <summary>Where a venue lacks it, orders are cancelled as it would.</summary>
    public Orders.TimeInForce TimeInForce { get; init; }

    /// <summary>After it a limit order gives way to one at the price of then; null works one price until the timeout.</summary>
    public int? RepriceSeconds { get; init; }

    /// <summary>Largest distance of an order's price from the decision's, as a share.</summary>
    public decimal PriceCollar { get; init; } = 0.01m;
}

/// <summary>The risk gates: what a decision or an order must keep to be sent.</summary>
public sealed record LimitSettings
{
    /// <summary>In base currency; null is none.</summary>
    public decimal? MaxOrderNotional { get; init; }

    /// <summary>Share of value a day, counted as drift is: half of what is bought and sold.</summary>
    public decimal MaxDailyTurnover { get; init; } = 0.5m;

    public int MaxBalanceAgeSeconds { get; init; } = 30;

    public int MaxCryptoPriceAgeSeconds { get; init; } = 5;

    public int MaxEquityPriceAgeSeconds { get; init; } = 15;

    public int MaxFrozenAgeSeconds { get; init; } = 3600;

    /// <summary>Fall from the highest value, deposits aside, that halts the portfolio; null never halts.</summary>
    public decimal? MaxDrawdown { get; init; } = 0.2m;

    public int MaxRulesAgeSeconds { get; init; } = 3600;

    /// <summary>Between a venue's clock and ours, when sending.</summary>
    public decimal MaxClockSkewSeconds { get; init; } = 1;

    public ExposureSettings MaxExposure { get; init; } = new();

    /// <summary>Why the limits are what they are; journaled with every change of them.</summary>
    public string? Reason { get; init; }
}
