using System.Globalization;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Host.Audit;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Api;

/// <summary>Columns of the lists as CSV, unrounded.</summary>
public static class ApiColumns
{
    public static IReadOnlyList<Column<AssetWeightView>> Weights { get; } =
    [
        new("asset", row => row.Asset), new("value", row => DecimalText.Format(row.Value)), new("weight", row => Number(row.Weight)),
        new("target", row => Number(row.Target)), new("band", row => Number(row.Band)), new("outOfBand", row => row.OutOfBand ? "true" : "false"),
        new("planned", row => row.Planned is { } planned ? Number(planned) : ""),
    ];

    public static IReadOnlyList<Column<HoldingView>> Holdings { get; } =
    [
        new("account", row => row.Account), new("asset", row => row.Asset), new("quantity", row => DecimalText.Format(row.Quantity)),
        new("locked", row => DecimalText.Format(row.Locked)), new("price", row => Money(row.Price)), new("value", row => Money(row.Value)),
    ];

    public static IReadOnlyList<Column<PriceView>> Prices { get; } =
    [
        new("asset", row => row.Asset), new("price", row => DecimalText.Format(row.Price)), new("at", row => Time(row.At)), new("source", row => row.Source),
    ];

    public static IReadOnlyList<Column<ValuePoint>> Values { get; } =
    [
        new("at", row => Time(row.At)), new("value", row => DecimalText.Format(row.Value)), new("drift", row => row.Drift is { } drift ? Number(drift) : ""),
        new("decision", row => row.Decision ?? ""),
    ];

    public static IReadOnlyList<Column<AccountOrder>> Orders { get; } =
    [
        new("account", row => row.Account), new("intent", row => row.Order.IntentId), new("clientOrderId", row => row.Order.ClientOrderId),
        new("decision", row => row.Order.DecisionId), new("market", row => row.Order.Market.ToString()), new("side", row => row.Order.Side.ToString()),
        new("quantity", row => DecimalText.Format(row.Order.Quantity)), new("limitPrice", row => Money(row.Order.LimitPrice)),
        new("filled", row => DecimalText.Format(row.Order.Filled)), new("averagePrice", row => DecimalText.Format(row.Order.AveragePrice)),
        new("state", row => row.Order.State.ToString()), new("reason", row => row.Order.Reason ?? ""), new("plannedAt", row => Time(row.Order.PlannedAt)),
        new("changedAt", row => Time(row.Order.ChangedAt)),
    ];

    public static IReadOnlyList<Column<PortfolioDecision>> Decisions { get; } =
    [
        new("portfolio", row => row.Portfolio), new("id", row => row.Decision.Id), new("at", row => Time(row.Decision.At)),
        new("trigger", row => row.Decision.Trigger), new("status", row => row.Decision.Status), new("driftBefore", row => Number(row.Decision.DriftBefore)),
        new("driftPlanned", row => Number(row.Decision.DriftPlanned)), new("driftAfter", row => row.Decision.DriftAfter is { } after ? Number(after) : ""),
        new("orders", row => row.Decision.Orders.ToString(CultureInfo.InvariantCulture)), new("fees", row => DecimalText.Format(row.Decision.Fees)),
    ];

    public static IReadOnlyList<Column<DecisionEntry>> Entries { get; } =
    [
        new("portfolio", row => row.Portfolio), new("id", row => row.Id), new("at", row => Time(row.At)), new("trigger", row => row.Trigger),
        new("status", row => row.Status), new("totalValue", row => DecimalText.Format(row.TotalValue)), new("driftBefore", row => Number(row.DriftBefore)),
        new("driftPlanned", row => Number(row.DriftPlanned)), new("driftAfter", row => row.DriftAfter is { } after ? Number(after) : ""),
        new("orders", row => row.Orders.ToString(CultureInfo.InvariantCulture)), new("turnover", row => DecimalText.Format(row.Turnover)),
        new("fees", row => Money(row.Fees)),
    ];

    public static IReadOnlyList<Column<PlannedTrade>> Trades { get; } =
    [
        new("account", row => row.Account), new("asset", row => row.Asset), new("quote", row => row.Quote), new("side", row => row.Side.ToString()),
        new("quantity", row => DecimalText.Format(row.Quantity)), new("price", row => DecimalText.Format(row.Price)),
        new("notional", row => DecimalText.Format(row.Notional)), new("fee", row => DecimalText.Format(row.Fee)), new("reason", row => row.Reason),
    ];

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Money(decimal? value) => value is { } known ? DecimalText.Format(known) : "";

    private static string Time(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}
