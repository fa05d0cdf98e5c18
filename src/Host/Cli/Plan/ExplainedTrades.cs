using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>A trade with all that it costs, for someone who does not know the words of a venue.</summary>
internal sealed record ExplainedTrades(PlannedTrade Trade, TradeExplanation Why)
{
    public static IReadOnlyList<ExplainedTrades> Of(Domain.Placement.Plan plan, PlanExplanation explanation) =>
        [.. plan.Trades.Zip(explanation.Trades, (trade, why) => new ExplainedTrades(trade, why))];

    /// <summary>The cost is fee, half-spread and ticket together, in base currency; tax has a column of its own where there is any.</summary>
    public static Column<ExplainedTrades>[] Columns(string baseCurrency, PlanExplanation explanation) =>
    [
        new("Account", row => row.Trade.Account),
        new("Side", row => row.Trade.Side == TradeSide.Buy ? "buy" : "sell"),
        new("Quantity", row => PlanTables.Quantity(row.Trade.Quantity), AlignRight: true),
        new("Asset", row => row.Trade.Asset),
        new("Price", row => PlanTables.Money(row.Trade.Price), AlignRight: true),
        new("Amount", row => PlanTables.Money(row.Trade.Notional), AlignRight: true),
        new("Currency", row => row.Trade.Quote),
        new($"Cost in {baseCurrency}", row => PlanTables.Money(row.Why.Fee + row.Why.Spread + row.Why.Ticket), AlignRight: true),
        .. explanation.Trades.Any(why => why.Tax != 0) ? [new($"Tax in {baseCurrency}", row => PlanTables.Money(row.Why.Tax), AlignRight: true)] : Array.Empty<Column<ExplainedTrades>>(),
    ];
}
