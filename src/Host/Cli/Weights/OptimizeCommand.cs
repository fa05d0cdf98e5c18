using System.CommandLine;
using System.Globalization;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Optimisation;
using Rebalancer.Gateway.Solver;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Weights;

/// <summary><c>rebalancer optimize</c>: target weights from history.</summary>
public static class OptimizeCommand
{
    private const string GlidePathName = "glide-path";

    public static Command Create(CliContext context)
    {
        var command = new Command("optimize", "Target weights from price or return history")
            .WithExamples(
                "rebalancer optimize --prices prices.csv --method max-sharpe --risk-model ledoit-wolf",
                "rebalancer optimize --prices prices.csv --method min-volatility --bounds 0.02:0.3 --output json",
                "rebalancer optimize --method glide-path --age 42 --risky VTI,VXUS --bonds BND --cash BIL");
        var method = new Option<string>("--method")
        {
            Description = "How weights are chosen", HelpName = string.Join('|', [.. OptimisationMethods.Names, GlidePathName]), Required = true,
        };
        command.Add(method);
        var history = new HistoryOptions(command);
        var constraints = new ConstraintOptions(command);
        var methods = new MethodOptionSet(command);
        command.SetAction(parse => Translate(() =>
        {
            if (parse.GetValue(method) == GlidePathName)
            {
                WriteGlidePath(context, parse, methods.GlidePath(parse));
                return ExitCode.Done;
            }

            var warnings = new List<string>();
            var returns = history.ReadReturns(parse, context, warnings);
            var request = methods.Request(parse, context, parse.GetValue(method)!, history, constraints, returns);
            using var solver = new HighsSolver(context.Clock);
            var result = Optimiser.Run(request, returns, solver);
            Write(context, parse, result with { Warnings = [.. warnings, .. result.Warnings] });
            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>What the Domain refuses is bad input: the message already says what and what to do.</summary>
    internal static int Translate(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (WeightException exception)
        {
            throw CommandException.BadInput(exception.Message, exception);
        }
    }

    private static void Write(CliContext context, ParseResult parse, OptimisationResult result)
    {
        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Json)
        {
            context.Out.WriteLine(JsonOutput.Format(OptimisationJson.Of(result)));
            return;
        }

        var metrics = result.Metrics;
        var rows = result.Assets.Select((asset, i) => (Asset: asset, Weight: result.Weights[i], Risk: metrics.RiskContributions[i])).ToList();
        context.WriteRows(parse, rows,
        [
            new Column<(string Asset, double Weight, double Risk)>("Asset", row => row.Asset),
            new("Weight", row => Percent(row.Weight), AlignRight: true, Raw: row => Number(row.Weight)),
            new("Share of risk", row => Percent(row.Risk), AlignRight: true, Raw: row => Number(row.Risk)),
        ]);
        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Table)
        {
            context.Out.WriteLine();
            context.Out.WriteLine($"{result.Method}: expected return {Percent(metrics.ExpectedReturn)} a year, volatility {Percent(metrics.Volatility)}, Sharpe {Short(metrics.Sharpe)}, Sortino {Short(metrics.Sortino)}");
            context.Out.WriteLine($"in this history: maximum drawdown {Percent(metrics.MaximumDrawdown)}, CVaR 95 % {Percent(metrics.ConditionalValueAtRisk)} a period");
            context.Out.WriteLine($"diversification ratio {Short(metrics.DiversificationRatio)}, effective bets {Short(metrics.EffectiveBets)}, tracking error to equal weights {Percent(metrics.TrackingError)}");
        }

        foreach (var warning in result.Warnings)
        {
            context.Error.WriteLine($"warning: {TableWriter.Printable(warning)}");
        }
    }

    private static void WriteGlidePath(CliContext context, ParseResult parse, GlidePath path)
    {
        var weights = path.Weights();
        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Json)
        {
            context.Out.WriteLine(JsonOutput.Format(new { weights, method = GlidePathName, warnings = Array.Empty<string>() }));
            return;
        }

        context.WriteRows(parse, weights.ToList(),
        [
            new Column<KeyValuePair<string, double>>("Asset", row => row.Key),
            new("Weight", row => Percent(row.Value), AlignRight: true, Raw: row => Number(row.Value)),
        ]);
    }

    private static string Percent(double? value) => value?.ToString("0.00 %", CultureInfo.InvariantCulture) ?? "–";

    private static string Short(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
