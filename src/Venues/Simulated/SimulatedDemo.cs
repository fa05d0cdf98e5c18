namespace Rebalancer.Venues.Simulated;

/// <summary>
/// The world of the demo: two crypto exchanges, one of them with two accounts, and two brokers, holding a portfolio far from its targets.
/// The brokers never close, so that the demo has something to show at any hour.
/// </summary>
public static class SimulatedDemo
{
    /// <remarks>Each side, exchanges and brokers, holds about what its assets' targets add up to, so that the targets can be reached without transfers.</remarks>
    public static IReadOnlyList<(string Id, SimulatedAccountOptions Options)> Accounts { get; } =
    [
        ("kestrel-main", Exchange("kestrel", null, ("USD", 3_000), ("BTC", 0.42m), ("SOL", 60))),
        ("kestrel-savings", Exchange("kestrel", null, ("USD", 1_000), ("ETH", 1.5m), ("LINK", 220))),
        ("borealis", Exchange("borealis", "BNB", ("USD", 4_000), ("BNB", 2), ("BTC", 0.06m))),
        ("cedar-taxable", Broker("cedar", 1, ("USD", 29_000), ("VTI", 30), ("GLD", 8))),
        ("dune-retirement", Broker("dune", 0, ("USD", 22_000), ("BND", 240), ("VNQ", 90))),
    ];

    /// <summary>The rest is cash.</summary>
    public static IReadOnlyList<(string Asset, decimal Weight)> Targets { get; } =
    [
        ("BTC", 0.14m), ("ETH", 0.08m), ("SOL", 0.05m), ("LINK", 0.02m), ("BNB", 0.01m), ("PAXG", 0.05m),
        ("VTI", 0.25m), ("VXUS", 0.12m), ("BND", 0.12m), ("TIP", 0.04m), ("VNQ", 0.04m), ("GLD", 0.03m),
    ];

    private static SimulatedAccountOptions Exchange(string name, string? feeAsset, params (string Asset, decimal Amount)[] balances) => new()
    {
        Kind = "exchange",
        Exchange = name,
        FeeAsset = feeAsset,
        Balances = ToBalances(balances),
    };

    private static SimulatedAccountOptions Broker(string name, decimal ticketFee, params (string Asset, decimal Amount)[] balances) => new()
    {
        Kind = "broker",
        Exchange = name,
        TicketFee = ticketFee,
        Balances = ToBalances(balances),
    };

    private static SortedDictionary<string, decimal> ToBalances((string Asset, decimal Amount)[] balances) =>
        new(balances.ToDictionary(balance => balance.Asset, balance => balance.Amount, StringComparer.Ordinal), StringComparer.Ordinal);
}
