namespace Rebalancer.Host.Cli.Init;

/// <summary>A portfolio to begin with.</summary>
/// <param name="Weights">Shares of the whole; what is left to 1 stays in cash.</param>
public sealed record PortfolioPreset(string Name, string Description, IReadOnlyList<(string Asset, decimal Weight)> Weights);

/// <summary>An account to begin with: on paper at a simulated venue, which needs no keys and no network.</summary>
/// <param name="Options">As the settings file writes them.</param>
/// <param name="Assets">What its venue trades of the presets.</param>
/// <param name="Cash">What it starts with, in US dollars.</param>
public sealed record AccountPreset(string Id, string Description, string Options, IReadOnlyList<string> Assets, decimal Cash);

/// <summary>When the portfolio looks whether to trade.</summary>
/// <param name="Lines">Of the portfolio in the settings file.</param>
public sealed record StrategyPreset(string Name, string Description, IReadOnlyList<string> Lines);

/// <summary>What a newcomer chooses from.</summary>
public static class InitPresets
{
    private static readonly string[] Coins = ["BTC", "ETH", "SOL", "LINK", "BNB", "PAXG"];

    private static readonly string[] Funds = ["VTI", "VXUS", "BND", "TIP", "VNQ", "GLD"];

    private static readonly string[] BandLines =
    [
        "// An asset is out of its band when |weight - target| > min(absolute, relative x target); only then is anything traded.",
        "\"bands\": { \"absolute\": 0.05, \"relative\": 0.25 },",
    ];

    public static IReadOnlyList<PortfolioPreset> Portfolios { get; } =
    [
        new("mixed", "shares, bonds, gold and a little crypto", [("VTI", 0.35m), ("VXUS", 0.15m), ("BND", 0.25m), ("GLD", 0.05m), ("BTC", 0.12m), ("ETH", 0.06m)]),
        new("balanced", "60 % shares, 40 % bonds and gold", [("VTI", 0.4m), ("VXUS", 0.2m), ("BND", 0.33m), ("GLD", 0.05m)]),
        new("all-seasons", "shares, bonds, inflation-linked bonds and gold", [("VTI", 0.3m), ("BND", 0.4m), ("TIP", 0.15m), ("GLD", 0.13m)]),
        new("crypto", "the two large coins and two small ones", [("BTC", 0.5m), ("ETH", 0.25m), ("SOL", 0.1m), ("LINK", 0.1m)]),
    ];

    public static IReadOnlyList<AccountPreset> Accounts { get; } =
    [
        new("paper-exchange", "a crypto exchange on paper", "{ \"kind\": \"exchange\", \"balances\": { \"USD\": 10000 } }", Coins, 10_000),
        new("paper-broker", "a broker on paper, whole shares, 1 USD an order", "{ \"kind\": \"broker\", \"hours\": \"always-open\", \"balances\": { \"USD\": 25000 } }", Funds, 25_000),
        new("paper-retirement", "a second broker on paper, without a fee", "{ \"kind\": \"broker\", \"exchange\": \"second-broker\", \"hours\": \"always-open\", \"ticketFee\": 0, \"balances\": { \"USD\": 15000 } }", Funds, 15_000),
    ];

    /// <summary>Those that a newcomer with this portfolio has a use for: money in any other would be out of reach of the targets.</summary>
    public static IReadOnlyList<AccountPreset> AccountsFor(PortfolioPreset portfolio) =>
        [.. Accounts.Where(account => portfolio.Weights.Any(weight => account.Assets.Contains(weight.Asset, StringComparer.Ordinal)))];

    public static IReadOnlyList<StrategyPreset> Strategies { get; } =
    [
        new("bands", "trade when an asset has left its band", BandLines),
        new("weekly", "trade on Mondays, and when an asset has left its band", [.. BandLines, "\"schedule\": { \"cron\": \"0 0 15 ? * MON\", \"timeZone\": \"Etc/UTC\" },"]),
        new("monthly", "trade on the first of a month, and when an asset has left its band", [.. BandLines, "\"schedule\": { \"cron\": \"0 0 15 1 * ?\", \"timeZone\": \"Etc/UTC\" },"]),
    ];
}
