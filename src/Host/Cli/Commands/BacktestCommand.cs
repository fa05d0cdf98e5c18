using System.CommandLine;
using System.Globalization;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Gateway.Solver;
using Rebalancer.Host.Backtest;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Cli.Weights;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer backtest</c>: the portfolio of the settings over a price history, on virtual time.</summary>
public static class BacktestCommand
{
    private static readonly Column<BacktestStrategy>[] Columns =
    [
        new("Strategy", strategy => strategy.Name),
        new("End value", strategy => Display.Amount(strategy.EndValue), AlignRight: true, strategy => DecimalText.Format(strategy.EndValue)),
        Share("Return a year", strategy => strategy.AnnualReturn),
        Share("Volatility", strategy => strategy.AnnualVolatility),
        new("Sharpe", strategy => strategy.Sharpe?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–", AlignRight: true, strategy => strategy.Sharpe?.ToString("R", CultureInfo.InvariantCulture) ?? ""),
        Share("Max drawdown", strategy => strategy.MaxDrawdown),
        Share("Turnover a year", strategy => strategy.AnnualTurnover),
        new("Average drift", strategy => strategy.AverageDrift is { } drift ? Display.Percent(drift) : "–", AlignRight: true, strategy => strategy.AverageDrift?.ToString("R", CultureInfo.InvariantCulture) ?? ""),
        new("Fees", strategy => Display.Amount(strategy.Fees), AlignRight: true, strategy => DecimalText.Format(strategy.Fees)),
        new("Spread", strategy => Display.Amount(strategy.Spread), AlignRight: true, strategy => DecimalText.Format(strategy.Spread)),
        new("Fills", strategy => strategy.Fills.ToString(CultureInfo.InvariantCulture), AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        var options = new BacktestOptions();
        var command = new Command("backtest", "Play the portfolio of the settings over a price history, with fees and spreads, on virtual time").WithExamples(
            "rebalancer backtest --config examples/backtest/rebalancer.json --prices examples/backtest/prices.csv --every month",
            "rebalancer backtest --config rebalancer.json --prices prices.csv --from 2015-01-01 --every week --cash 100000 --report report.html");
        options.AddTo(command);
        command.SetAction(async (parse, cancellationToken) =>
        {
            var path = context.Resolve(parse.GetValue(GlobalOptions.Config) ?? ConfigurationFile.DefaultName);
            var loaded = ConfigurationFile.Load(path, context.Display(path), context.Variables);
            var request = options.Read(parse);
            var history = HistoryFile.Parse(InputFiles.ReadText(context, request.PriceFile), request.PriceFile);
            history.Warnings.ToList().ForEach(context.Error.WriteLine);
            var input = BacktestPreparation.Prepare(loaded, history, request, context.Error.WriteLine);
            var started = context.Clock.GetTimestamp();
            var result = await BacktestRun.RunAsync(input, () => new HighsSolver(context.Clock), Progress(context), cancellationToken);
            if (parse.GetValue(options.Report) is { } report)
            {
                Write(context.Resolve(report), report, BacktestReport.Write(result));
            }

            Print(context, parse, result, context.Clock.GetElapsedTime(started), parse.GetValue(options.Report));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(CliContext context, ParseResult parse, BacktestResult result, TimeSpan took, string? report)
    {
        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Json)
        {
            context.Out.WriteLine(JsonOutput.Format(result));
            return;
        }

        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Csv)
        {
            TableWriter.WriteCsv(context.Out, result.Strategies, Columns);
            return;
        }

        context.Out.WriteLine(
            $"{result.Portfolio}, {result.From:yyyy-MM-dd} to {result.To:yyyy-MM-dd}: {result.Rows} rows, {result.Assets.Count} assets, {result.Accounts.Count} accounts, "
            + $"{result.Decisions.Count} rebalances; from {Display.Amount(result.Strategies[0].StartValue)} {result.Currency}");
        TableWriter.WriteTable(context.Out, result.Strategies, Columns, context.UseColor);
        result.Notes.ToList().ForEach(note => context.Out.WriteLine($"Note: {note}"));
        context.Out.WriteLine("Past prices promise nothing. What was modelled, and what not, is in the report" + (report is null ? ": give --report FILE.html" : $": {report}"));
        context.Error.WriteLine($"took {took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
    }

    /// <summary>One line that counts up, on a terminal only.</summary>
    private static Action<double> Progress(CliContext context)
    {
        var shown = -1;
        return share =>
        {
            var percent = (int)(100 * share);
            if (context.ErrorIsTerminal && percent > shown)
            {
                context.Error.Write($"\r{percent} %{(percent == 100 ? "\r     \r" : "")}");
                shown = percent;
            }
        };
    }

    private static void Write(string path, string display, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"--report: {display}: cannot be written ({exception.Message}); name a file in a directory that exists", exception);
        }
    }

    private static Column<BacktestStrategy> Share(string header, Func<BacktestStrategy, double> of) =>
        new(header, strategy => Display.Percent(of(strategy)), AlignRight: true, strategy => of(strategy).ToString("R", CultureInfo.InvariantCulture));
}
