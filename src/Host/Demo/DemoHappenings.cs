using Rebalancer.Domain.Common;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Host.Demo;

/// <summary>What an owner would do at the demo's venues while watching: pay money in, take some out.</summary>
public static class DemoHappenings
{
    private const string Currency = "USD";

    /// <summary>Mostly at the brokers, which trade most of what the demo holds: money elsewhere would need a transfer first.</summary>
    private static readonly (string Account, decimal Amount)[] Transfers =
    [
        ("cedar-taxable", 12_000), ("dune-retirement", 10_000), ("kestrel-main", 8_000),
    ];

    public static IReadOnlyList<DemoHappening> Of(SimulatedVenueProvider venues) =>
        [.. Transfers.Select(transfer => new DemoHappening(
            $"someone deposits {DecimalText.Format(transfer.Amount)} {Currency} at {transfer.Account}",
            cancellationToken => DepositAsync(venues, transfer.Account, transfer.Amount, cancellationToken)))];

    private static async Task DepositAsync(SimulatedVenueProvider venues, string account, decimal amount, CancellationToken cancellationToken)
    {
        var options = SimulatedDemo.Accounts.Single(entry => entry.Id == account).Options;
        await using var venue = venues.Open(account, options);
        await venue.TransferAsync("deposit", Currency, amount, cancellationToken);
    }
}
