using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Placement;

namespace Rebalancer.Host.Configuration;

/// <summary>The settings file as data, defaults filled in. Paths are full.</summary>
public sealed record RebalancerConfiguration
{
    /// <summary>Full path of the SQLite journal.</summary>
    public required string Journal { get; init; }

    public required Uri Listen { get; init; }

    /// <summary>Null: a token is made in the data directory.</summary>
    public SecretReference? ApiToken { get; init; }

    public TlsConfiguration? Tls { get; init; }

    public required IReadOnlyList<PortfolioConfiguration> Portfolios { get; init; }

    public required IReadOnlyList<AccountConfiguration> Accounts { get; init; }
}

/// <summary>PEM files.</summary>
public sealed record TlsConfiguration(SecretReference Certificate, SecretReference Key);

public enum TradingMode
{
    /// <summary>Decide and journal, send nothing.</summary>
    DryRun,

    /// <summary>Orders go to simulated and sandbox venues only.</summary>
    Paper,

    /// <summary>Orders are sent; the service must also be started with --live.</summary>
    Live,
}

/// <summary>One portfolio of the settings file.</summary>
public sealed record PortfolioConfiguration
{
    public required string Id { get; init; }

    public required string BaseCurrency { get; init; }

    public TradingMode Mode { get; init; } = TradingMode.Paper;

    /// <summary>Whether holdings without a target are sold rather than kept outside the portfolio.</summary>
    public bool SellUntargeted { get; init; }

    public IReadOnlyList<string> Unmanaged { get; init; } = [];

    public required TargetsConfiguration Targets { get; init; }

    public BandsConfiguration Bands { get; init; } = new(null, null, []);

    public RebalanceGoal RebalanceTo { get; init; }

    public CashFlowRule CashFlow { get; init; }

    /// <summary>In base currency.</summary>
    public decimal MinTradeValue { get; init; }

    public int MinIntervalDays { get; init; }

    /// <summary>Share of the way from the last targets to new ones.</summary>
    public decimal Smoothing { get; init; } = 1;

    public decimal CashReserve { get; init; }

    public TaxRules? Taxes { get; init; }

    public ScheduleConfiguration? Schedule { get; init; }

    public PlacementConfiguration Placement { get; init; } = new();

    public OrdersConfiguration Orders { get; init; } = new();

    public LimitsConfiguration Limits { get; init; } = new();

    /// <summary>Whether decisions wait for <c>apply</c>.</summary>
    public bool ManualApproval { get; init; }

    public required IReadOnlyList<string> Accounts { get; init; }
}

public sealed record TargetsConfiguration(string Method, SortedDictionary<string, decimal> Weights, IReadOnlyList<string> Assets);

/// <summary>Out when drift exceeds the smaller of absolute and relative × target; null means that limit is not used.</summary>
public sealed record BandsConfiguration(decimal? Absolute, decimal? Relative, SortedDictionary<string, BandConfiguration> Assets);

public sealed record BandConfiguration(decimal? Absolute, decimal? Relative);

public enum RebalanceGoal
{
    Target,
    BandEdge,
    HalfBand,
}

public enum CashFlowRule
{
    Full,
    InvestOnly,
    WithdrawOnly,
    Hybrid,
}

/// <param name="Cron">Quartz cron expression.</param>
/// <param name="TimeZone">IANA name.</param>
public sealed record ScheduleConfiguration(string Cron, string TimeZone);

public sealed record PlacementConfiguration
{
    /// <summary>Null: what the cash-flow rule asks for.</summary>
    public PlacementObjective? Objective { get; init; }

    public decimal DeviationWeight { get; init; } = 0.1m;

    public decimal OrderPenalty { get; init; } = 0.5m;

    public double TimeLimitSeconds { get; init; } = 60;

    public double GapBasisPoints { get; init; } = 0.01;

    public bool OneDirectionPerAsset { get; init; }
}

public sealed record OrdersConfiguration
{
    public Domain.Orders.OrderType Type { get; init; } = Domain.Orders.OrderType.Limit;

    public int TimeoutSeconds { get; init; } = 60;

    public int Slices { get; init; } = 1;

    public decimal PriceCollar { get; init; } = 0.01m;
}

public sealed record LimitsConfiguration
{
    public decimal? MaxOrderNotional { get; init; }

    /// <summary>Share of the portfolio's value a day.</summary>
    public decimal? MaxDailyTurnover { get; init; }

    public int MaxBalanceAgeSeconds { get; init; } = 30;

    public int MaxCryptoPriceAgeSeconds { get; init; } = 5;

    public int MaxEquityPriceAgeSeconds { get; init; } = 15;

    public int MaxFrozenAgeSeconds { get; init; } = 3600;

    /// <summary>Fall from the highest value that halts the portfolio, as a share.</summary>
    public decimal? MaxDrawdown { get; init; }
}

/// <summary>One account of the settings file.</summary>
public sealed record AccountConfiguration
{
    public required string Id { get; init; }

    /// <summary>Such as <c>simulated</c>, <c>ccxt:kraken</c>, <c>alpaca:paper</c>.</summary>
    public required string Venue { get; init; }

    public string? Endpoint { get; init; }

    public SortedDictionary<string, SecretReference> Credentials { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Empty: all the venue lists.</summary>
    public IReadOnlyList<string> Assets { get; init; } = [];

    /// <summary>In base currency.</summary>
    public decimal Reserve { get; init; }

    public bool Taxable { get; init; } = true;

    /// <summary>Full path of a CSV file of tax lots.</summary>
    public string? Lots { get; init; }

    public int PollSeconds { get; init; } = 10;

    public int PricePollSeconds { get; init; } = 2;

    /// <summary>The venue's own settings, read by the venue.</summary>
    public LocatedObject? Options { get; init; }

    /// <summary>Line of the account in its file, for errors of its options.</summary>
    public int Line { get; init; }
}
