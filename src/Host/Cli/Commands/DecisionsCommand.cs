using System.CommandLine;
using Rebalancer.Domain.Common;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer decisions</c>: the newest decisions of the running service.</summary>
public static class DecisionsCommand
{
    private static readonly Column<PortfolioDecision>[] Columns =
    [
        new("At", row => Display.Time(row.Decision.At)),
        new("Portfolio", row => row.Portfolio),
        new("Decision", row => row.Decision.Id),
        new("Why", row => row.Decision.Trigger),
        new("Status", row => row.Decision.Status),
        new("Drift before", row => Display.Percent(row.Decision.DriftBefore), AlignRight: true, row => row.Decision.DriftBefore.ToString("R")),
        new("Planned", row => Display.Percent(row.Decision.DriftPlanned), AlignRight: true, row => row.Decision.DriftPlanned.ToString("R")),
        new("After", row => row.Decision.DriftAfter is { } after ? Display.Percent(after) : "…", AlignRight: true,
            row => row.Decision.DriftAfter?.ToString("R") ?? ""),
        new("Orders", row => row.Decision.Orders.ToString(), AlignRight: true),
        new("Fills", row => row.Decision.Fills.ToString(), AlignRight: true),
        new("Fees", row => Display.Amount(row.Decision.Fees), AlignRight: true, row => DecimalText.Format(row.Decision.Fees)),
    ];

    public static Command Create(CliContext context)
    {
        var limit = new Option<int>("--limit", "-n") { Description = "How many, newest first", DefaultValueFactory = _ => 20 };
        var command = new Command("decisions", "The newest decisions of the running service") { limit }
            .WithExamples("rebalancer decisions", "rebalancer decisions --limit 5 --output json");
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ServiceClient.Connect(context, parse);
            var decisions = await client.GetAsync<IReadOnlyList<PortfolioDecision>>($"api/v1/decisions?limit={parse.GetValue(limit)}", cancellationToken);
            context.WriteRows(parse, decisions, Columns);
            return ExitCode.Done;
        });
        return command;
    }
}
