using System.CommandLine;
using System.Text.Json;
using Rebalancer.Actors.Audit;
using Rebalancer.Domain.Audit;
using Rebalancer.Host.Api;
using Rebalancer.Host.Audit;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Hosting;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer audit export</c>: the journal for other programs, as it is or as tables.</summary>
public static class AuditExportCommand
{
    private static readonly string[] Kinds = ["events", "trades", "decisions", "fees", "slippage", "equity"];

    public static Command Create(CliContext context)
    {
        var what = new Argument<string>("WHAT")
        {
            Description = $"{string.Join(", ", Kinds)}; events, the default, is one JSON object a line, a JSON array, or CSV", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => Kinds[0],
        };
        what.AcceptOnlyFromAmong(Kinds);
        var command = new Command("export", "The journal as events, or as tables of trades, decisions, fees, slippage, equity: CSV with --output csv, or JSON") { what }
            .WithExamples("rebalancer audit export > events.jsonl", "rebalancer audit export trades --output csv > trades.csv", "rebalancer audit export slippage --data data/demo");
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using var journal = await AuditJournal.OpenAsync(context, parse, cancellationToken);
            await ExportAsync(parse.GetValue(what)!, journal, context, parse, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Row by row, since a journal may be larger than the memory: an object a line, an array of them as JSON, or CSV.</summary>
    private static async Task ExportEventsAsync(AuditJournal journal, CliContext context, OutputFormat format, CancellationToken cancellationToken)
    {
        var (beginning, between, end) = format == OutputFormat.Json ? ("[\n", ",\n", "\n]\n") : ("", "\n", "\n");
        if (format == OutputFormat.Csv)
        {
            TableWriter.WriteCsvHeader(context.Out, AuditTables.Events);
        }

        var rows = 0L;
        await foreach (var row in journal.Journal.ReadAllAsync(0, int.MaxValue, cancellationToken))
        {
            if (format == OutputFormat.Csv)
            {
                TableWriter.WriteCsvRow(context.Out, row, AuditTables.Events);
            }
            else
            {
                context.Out.Write((rows++ == 0 ? beginning : between) + JsonSerializer.Serialize(ExportedEvent.Of(row), JsonOutput.Compact));
            }
        }

        context.Out.Write(rows > 0 ? end : format == OutputFormat.Json ? "[]\n" : "");
    }

    private static async Task ExportAsync(string what, AuditJournal journal, CliContext context, ParseResult parse, CancellationToken cancellationToken)
    {
        switch (what)
        {
            case "trades":
                context.WriteRows(parse, await TradesAsync(), AuditTables.Trades);
                break;
            case "fees":
                context.WriteRows(parse, FeeEntry.Of(await TradesAsync()), AuditTables.Fees);
                break;
            case "slippage":
                context.WriteRows(parse, SlippageEntry.Of(await TradesAsync()), AuditTables.Slippage);
                break;
            case "decisions":
                context.WriteRows(parse, await journal.ReadEntriesAsync(cancellationToken), ApiColumns.Entries);
                break;
            case "equity":
                context.WriteRows(parse, await journal.ReadEquityAsync(cancellationToken), AuditTables.Equity);
                break;
            default:
                await ExportEventsAsync(journal, context, parse.GetValue(GlobalOptions.Output), cancellationToken);
                break;
        }

        async Task<List<TradeEntry>> TradesAsync()
        {
            var trades = new List<TradeEntry>();
            await foreach (var trade in new TradeHistory(journal.Journal, StoredEvents.Create()).ReadAsync(cancellationToken))
            {
                trades.Add(trade);
            }

            return trades;
        }
    }
}
