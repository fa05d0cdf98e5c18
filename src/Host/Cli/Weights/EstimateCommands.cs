using System.CommandLine;
using System.Globalization;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Weights;

/// <summary><c>rebalancer risk-model</c> and <c>returns-model</c>: the estimates by themselves.</summary>
public static class EstimateCommands
{
    /// <summary>The estimates do not depend on what would be made of them.</summary>
    private const string AnyMethod = "equal";

    public static Command CreateRiskModel(CliContext context)
    {
        var command = new Command("risk-model", "The annual covariance matrix of a price or return history")
            .WithExamples("rebalancer risk-model --prices prices.csv --model ledoit-wolf --output json");
        var history = new HistoryOptions(command, "risk");
        command.SetAction(parse => WeightInput.Translate(() =>
        {
            var (request, returns, _, warnings) = WeightInput.Read(parse, context, AnyMethod, history);
            var covariance = RiskModels.Estimate(request.RiskModel, returns, request.RiskOptions, warnings);
            if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Json)
            {
                context.Out.WriteLine(JsonOutput.Format(new
                {
                    assets = returns.Assets, matrix = returns.Assets.Select((_, i) => covariance.Row(i).ToArray()), warnings,
                }));
                return ExitCode.Done;
            }

            Column<int>[] columns =
            [
                new("Asset", row => returns.Assets[row]),
                .. returns.Assets.Select((asset, column) => new Column<int>(
                    asset, row => covariance[row, column].ToString("0.0000", CultureInfo.InvariantCulture), AlignRight: true,
                    Raw: row => covariance[row, column].ToString("R", CultureInfo.InvariantCulture))),
            ];
            context.WriteRows(parse, Enumerable.Range(0, returns.Assets.Count).ToList(), columns);
            Warn(context, warnings);
            return ExitCode.Done;
        }));
        return command;
    }

    public static Command CreateReturnsModel(CliContext context)
    {
        var command = new Command("returns-model", "Expected annual returns from a price or return history")
            .WithExamples("rebalancer returns-model --prices prices.csv --model capm --output json");
        var history = new HistoryOptions(command, "returns");
        command.SetAction(parse => WeightInput.Translate(() =>
        {
            var (request, returns, _, warnings) = WeightInput.Read(parse, context, AnyMethod, history);
            var values = ReturnModels.Estimate(request.ReturnModel, returns, request.ReturnOptions);
            if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Json)
            {
                context.Out.WriteLine(JsonOutput.Format(new { assets = returns.Assets, values, warnings }));
                return ExitCode.Done;
            }

            context.WriteRows(parse, Enumerable.Range(0, values.Length).ToList(),
            [
                new Column<int>("Asset", row => returns.Assets[row]),
                new("Expected return", row => values[row].ToString("0.00 %", CultureInfo.InvariantCulture), AlignRight: true,
                    Raw: row => values[row].ToString("R", CultureInfo.InvariantCulture)),
            ]);
            Warn(context, warnings);
            return ExitCode.Done;
        }));
        return command;
    }

    internal static void Warn(CliContext context, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
        {
            context.Error.WriteLine($"warning: {TableWriter.Printable(warning)}");
        }
    }
}
