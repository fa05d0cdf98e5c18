using System.CommandLine;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer orders</c>: the newest orders, with what became of them.</summary>
public static class OrdersCommand
{
    private static readonly Column<AccountOrder>[] Columns =
    [
        new("Changed", row => Display.Time(row.Order.ChangedAt)),
        new("Account", row => row.Account),
        new("Intent", row => row.Order.IntentId),
        new("Client id", row => row.Order.ClientOrderId),
        new("Side", row => row.Order.Side == TradeSide.Buy ? "buy" : "sell"),
        new("Market", row => row.Order.Market.ToString()),
        new("Quantity", row => DecimalText.Format(row.Order.Quantity), AlignRight: true),
        new("Limit", row => row.Order.LimitPrice is { } price ? DecimalText.Format(price) : "market", AlignRight: true),
        new("Filled", row => DecimalText.Format(row.Order.Filled), AlignRight: true),
        new("Average", row => Words.Price(row.Order.AveragePrice), AlignRight: true,
            row => DecimalText.Format(row.Order.AveragePrice)),
        new("State", row => row.Order.State.ToString()),
        new("Reason", row => row.Order.Reason ?? ""),
    ];

    public static Command Create(CliContext context)
    {
        var account = new Option<string?>("--account", "-a") { Description = "Only this account", HelpName = "ID" };
        var limit = new Option<int>("--limit", "-n") { Description = "How many, newest first", DefaultValueFactory = _ => 50 };
        var command = new Command("orders", "The newest orders and what became of them") { account, limit }
            .WithExamples("rebalancer orders", "rebalancer orders --account kraken-main --limit 10");
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ServiceClient.Connect(context, parse);
            var filter = parse.GetValue(account) is { } id ? $"&account={Uri.EscapeDataString(id)}" : "";
            var orders = await client.GetAsync<IReadOnlyList<AccountOrder>>($"api/v1/orders?limit={parse.GetValue(limit)}{filter}", cancellationToken);
            context.WriteRows(parse, orders, Columns);
            return ExitCode.Done;
        });
        return command;
    }
}
