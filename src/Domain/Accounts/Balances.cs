using System.Text.Json.Serialization;

namespace Rebalancer.Domain.Accounts;

/// <param name="At">When the venue took the reading, on the venue's clock.</param>
public sealed record BalanceReport(DateTimeOffset At, IReadOnlyList<Balance> Balances);

/// <param name="Free">Available to trade.</param>
/// <param name="Locked">Reserved by open orders.</param>
/// <param name="Unsettled">Owned, not spendable yet; extra to the other two.</param>
/// <param name="IsCurrency">True for fiat money and stablecoins quoted against.</param>
public sealed record Balance(string Asset, decimal Free, decimal Locked, decimal Unsettled, bool IsCurrency)
{
    [JsonIgnore]
    public decimal Total => Free + Locked + Unsettled;
}

/// <param name="Amount">Signed: positive arrived.</param>
public sealed record VenueTransfer(string Id, string Kind, string Asset, decimal Amount, DateTimeOffset At);
