using System.CommandLine;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer status</c>: value, score, and where every weight stands.</summary>
public static class StatusCommand
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(2);

    private static readonly Column<AssetWeightView>[] Columns =
    [
        new("Asset", asset => asset.Asset),
        new("Value", asset => Display.Amount(asset.Value), AlignRight: true, asset => Domain.Common.DecimalText.Format(asset.Value)),
        new("Weight", asset => Display.Percent(asset.Weight), AlignRight: true, asset => asset.Weight.ToString("R")),
        new("Target", asset => Display.Percent(asset.Target), AlignRight: true, asset => asset.Target.ToString("R")),
        new("Band", asset => $"±{Display.Percent(asset.Band)}", AlignRight: true, asset => asset.Band.ToString("R")),
        new("State", asset => asset.OutOfBand ? "out of band" : "", AlignRight: false, asset => asset.OutOfBand ? "out" : "in"),
    ];

    /// <summary>A table stands under its portfolio's name; a line of CSV stands alone.</summary>
    private static readonly Column<(string Portfolio, AssetWeightView Asset)>[] CsvColumns =
    [
        new("Portfolio", row => row.Portfolio),
        .. Columns.Select(column => new Column<(string Portfolio, AssetWeightView Asset)>(column.Header, row => (column.Raw ?? column.Text)(row.Asset))),
    ];

    public static Command Create(CliContext context)
    {
        var watch = new Option<bool>("--watch") { Description = "Show again every two seconds until Ctrl-C" };
        var command = new Command("status", "What the running service knows: value, score, weights, halts") { watch }
            .WithExamples("rebalancer status", "rebalancer status --watch --data data/demo", "rebalancer status --output json");
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ServiceClient.Connect(context, parse);
            await ShowAsync(context, parse, client, cancellationToken);
            while (parse.GetValue(watch))
            {
                await Task.Delay(WatchInterval, context.Clock, cancellationToken);
                if (context.OutIsTerminal)
                {
                    // Clears the screen and goes to its first line, as watch(1) does.
                    context.Out.Write("\u001b[2J\u001b[H");
                }

                await ShowAsync(context, parse, client, cancellationToken);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static async Task ShowAsync(CliContext context, ParseResult parse, ServiceClient client, CancellationToken cancellationToken)
    {
        var status = await client.GetAsync<ServiceStatus>("api/v1/status", cancellationToken);
        switch (parse.GetValue(GlobalOptions.Output))
        {
            case OutputFormat.Json:
                context.Out.WriteLine(JsonOutput.Format(status));
                break;
            case OutputFormat.Csv:
                TableWriter.WriteCsv(
                    context.Out, [.. status.Portfolios.SelectMany(portfolio => portfolio.Assets.Select(asset => (portfolio.Id, asset)))], CsvColumns);
                break;
            default:
                WriteTable(context, status);
                break;
        }
    }

    private static void WriteTable(CliContext context, ServiceStatus status)
    {
        foreach (var halt in status.Halts)
        {
            context.Out.WriteLine($"HALT {halt.Scope}: {halt.Why} ({halt.Who}, {Display.Time(halt.At)})");
        }

        foreach (var portfolio in status.Portfolios)
        {
            context.Out.WriteLine(
                $"{portfolio.Id} ({portfolio.Mode}): {Display.Money(portfolio.TotalValue, portfolio.BaseCurrency)}, score {Display.Score(portfolio.Score)}, at {Display.Time(portfolio.At)}");
            if (portfolio.Pause is { } pause)
            {
                context.Out.WriteLine($"PAUSED: {pause.Why} ({pause.Who}, {Display.Time(pause.At)}); go on with 'rebalancer portfolio resume {portfolio.Id}'");
            }

            foreach (var reason in portfolio.WaitingFor)
            {
                context.Out.WriteLine($"waiting: {reason}");
            }

            foreach (var account in portfolio.Accounts.Where(account => account.Frozen is not null))
            {
                context.Out.WriteLine($"{account.Id} does not trade: {account.Frozen}");
            }

            TableWriter.WriteTable(context.Out, portfolio.Assets, Columns, context.UseColor);
            if (portfolio.LastDecision is { } last)
            {
                context.Out.WriteLine($"last decision {last.Id} ({last.Trigger}, {last.Status}) at {Display.Time(last.At)}");
            }
        }
    }
}
