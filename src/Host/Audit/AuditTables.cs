using System.Globalization;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Common;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Audit;

/// <param name="Drift">Null where only the value was recorded.</param>
/// <param name="Decision">Empty between decisions.</param>
public sealed record EquityEntry(DateTimeOffset At, string Portfolio, decimal Value, double? Drift, string Decision);

/// <summary>Columns of what <c>audit export</c> writes, unrounded.</summary>
public static class AuditTables
{
    public static IReadOnlyList<Column<TradeEntry>> Trades { get; } =
    [
        new("at", row => Time(row.At)), new("portfolio", row => row.Portfolio), new("decision", row => row.Decision), new("account", row => row.Account),
        new("asset", row => row.Asset), new("quote", row => row.Quote), new("side", row => Side(row.Side)), new("quantity", row => DecimalText.Format(row.Quantity)),
        new("price", row => DecimalText.Format(row.Price)), new("notional", row => DecimalText.Format(row.Notional)), new("fee", row => DecimalText.Format(row.Fee)),
        new("feeAsset", row => row.FeeAsset), new("feeInBase", row => Money(row.FeeInBase)), new("decisionPrice", row => Money(row.DecisionPrice)),
        new("slippage", row => Money(row.Slippage)), new("slippageInBase", row => Money(row.SlippageInBase)), new("intent", row => row.Intent),
        new("clientOrderId", row => row.ClientOrderId), new("venueOrderId", row => row.VenueOrderId), new("tradeId", row => row.TradeId),
    ];

    public static IReadOnlyList<Column<FeeEntry>> Fees { get; } =
    [
        new("portfolio", row => row.Portfolio), new("decision", row => row.Decision), new("account", row => row.Account), new("feeAsset", row => row.FeeAsset),
        new("fee", row => DecimalText.Format(row.Fee)), new("feeInBase", row => Money(row.FeeInBase)), new("fills", row => row.Fills.ToString(CultureInfo.InvariantCulture)),
    ];

    public static IReadOnlyList<Column<SlippageEntry>> Slippage { get; } =
    [
        new("portfolio", row => row.Portfolio), new("decision", row => row.Decision), new("account", row => row.Account), new("asset", row => row.Asset),
        new("quote", row => row.Quote), new("side", row => Side(row.Side)), new("quantity", row => DecimalText.Format(row.Quantity)),
        new("decisionPrice", row => DecimalText.Format(row.DecisionPrice)), new("averagePrice", row => DecimalText.Format(row.AveragePrice)),
        new("basisPoints", row => row.BasisPoints.ToString("R", CultureInfo.InvariantCulture)), new("cost", row => DecimalText.Format(row.Cost)),
        new("costInBase", row => Money(row.CostInBase)),
    ];

    public static IReadOnlyList<Column<EquityEntry>> Equity { get; } =
    [
        new("at", row => Time(row.At)), new("portfolio", row => row.Portfolio), new("value", row => DecimalText.Format(row.Value)),
        new("drift", row => row.Drift is { } drift ? drift.ToString("R", CultureInfo.InvariantCulture) : ""), new("decision", row => row.Decision),
    ];

    /// <summary>The journal as it is stored; the payload is JSON.</summary>
    public static IReadOnlyList<Column<JournalRow>> Events { get; } =
    [
        new("globalOffset", row => row.GlobalOffset.ToString(CultureInfo.InvariantCulture)), new("persistenceId", row => row.PersistenceId),
        new("sequenceNr", row => row.SequenceNr.ToString(CultureInfo.InvariantCulture)), new("eventName", row => row.EventName),
        new("eventVersion", row => row.EventVersion.ToString(CultureInfo.InvariantCulture)), new("timestamp", row => Time(row.Timestamp)),
        new("epoch", row => row.Epoch.ToString(CultureInfo.InvariantCulture)), new("writerId", row => row.WriterId), new("correlationId", row => row.CorrelationId),
        new("causationId", row => row.CausationId), new("previousHash", row => row.PreviousHash), new("hash", row => row.Hash), new("payload", row => row.Payload),
    ];

    private static string Side(TradeSide side) => side == TradeSide.Buy ? "buy" : "sell";

    private static string Money(decimal? value) => value is { } known ? DecimalText.Format(known) : "";

    private static string Time(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}
