using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>The table of a broker's positions: one line an asset, with what to trade and what is held after.</summary>
internal static class PositionTable
{
    private static readonly Column<Row>[] Columns =
    [
        new("Symbol", row => row.Symbol),
        new("Initial value", row => PlanTables.Money(row.InitialValue), AlignRight: true),
        new("Price", row => PlanTables.Money(row.Price), AlignRight: true),
        new("Trade value", row => Signed(row.TradeShares * row.Price, PlanTables.Money), AlignRight: true),
        new("Trade shares", row => Signed(row.TradeShares, PlanTables.Quantity), AlignRight: true),
        new("Shares after", row => row.SharesAfter.ToString("#,0.##"), AlignRight: true),
        new("Value after", row => PlanTables.Money(row.SharesAfter * row.Price), AlignRight: true),
    ];

    public static void Write(CliContext context, PlacementProblem problem, Domain.Placement.Plan plan)
    {
        foreach (var account in problem.Accounts)
        {
            var after = plan.Accounts.First(candidate => candidate.Id == account.Id);
            if (problem.Accounts.Count > 1)
            {
                context.Out.WriteLine(account.Id);
            }

            TableWriter.WriteTable(context.Out, Rows(problem, plan, account, after), Columns, context.UseColor);
            context.Out.WriteLine($"Cash {PlanTables.Money(after.CashBefore)} → {PlanTables.Money(after.CashAfter)} {problem.BaseCurrency}");
            context.Out.WriteLine();
        }
    }

    private static List<Row> Rows(PlacementProblem problem, Domain.Placement.Plan plan, PlacementAccount account, AccountAfter after) =>
    [
        .. new SortedSet<string>(account.Holdings.Keys.Concat(after.HoldingsAfter.Keys).Concat(problem.Accounts.Count == 1 ? problem.Targets.Keys : [])).Select(symbol =>
        {
            var traded = plan.Trades.Where(trade => trade.Account == account.Id && trade.Asset == symbol)
                .Sum(trade => trade.Side == TradeSide.Buy ? trade.Quantity : -trade.Quantity);
            var before = account.Holdings.GetValueOrDefault(symbol);
            return new Row(symbol, before * problem.Prices[symbol], problem.Prices[symbol], traded, before + traded);
        }),
    ];

    private static string Signed(decimal amount, Func<decimal, string> format) => amount > 0 ? $"+{format(amount)}" : format(amount);

    private sealed record Row(string Symbol, decimal InitialValue, decimal Price, decimal TradeShares, decimal SharesAfter);
}
