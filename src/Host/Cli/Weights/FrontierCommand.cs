using System.CommandLine;
using System.Globalization;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Optimisation;
using Rebalancer.Domain.Weights.Settings;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Weights;

/// <summary><c>rebalancer frontier</c>: the exact efficient frontier as table, JSON and picture.</summary>
public static class FrontierCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("frontier", "The efficient frontier of a price or return history")
            .WithExamples(
                "rebalancer frontier --prices prices.csv --points 20",
                "rebalancer frontier --prices prices.csv --bounds 0:0.3 --current held.json --target-volatility 0.15 --svg frontier.svg");
        var points = new Option<int>("--points") { Description = "Portfolios, evenly spaced in return, both ends included", DefaultValueFactory = _ => 20 };
        var svg = new Option<string?>("--svg") { Description = "Write the picture to a file", HelpName = "FILE.svg" };
        command.Add(points);
        command.Add(svg);
        var history = new HistoryOptions(command);
        var constraints = new ConstraintOptions(command);
        var methods = new MethodOptionSet(command);
        command.SetAction(parse => WeightInput.Translate(() =>
        {
            if (parse.GetValue(points) < 2)
            {
                throw CommandException.BadInput("--points: a frontier has at least its 2 ends; give 2 or more");
            }

            var (request, returns, options, warnings) = WeightInput.Read(parse, context, "min-volatility", history, constraints, methods);
            RefuseWhatHasNoFrontier(options);
            warnings.AddRange(OptimisationRules.Unused("frontier", options));
            var estimates = Optimiser.Estimate(request, returns);
            warnings.AddRange(estimates.Warnings);
            var frontier = FrontierBuilder.Build(returns.Assets, estimates.Means, estimates.Covariance, request.Constraints!);
            var riskFree = options.RiskFree;
            var evenly = frontier.EvenlySpaced(parse.GetValue(points));
            if (parse.GetValue(svg) is { } path)
            {
                var picture = new FrontierPicture(returns.Assets, estimates, frontier, Marks(request, options, frontier), riskFree);
                File.WriteAllText(context.Resolve(path), picture.Draw());
                context.Error.WriteLine($"wrote {path}");
            }

            Write(context, parse, returns.Assets, frontier, evenly, riskFree, warnings);
            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>What is held, where it is given, and what is aimed at, where a target return or volatility is.</summary>
    private static IReadOnlyList<(string Name, double[] Weights)> Marks(OptimisationRequest request, OptimisationOptions options, EfficientFrontier frontier)
    {
        var marks = new List<(string, double[])>();
        if (request.Constraints?.Current is { } current)
        {
            marks.Add(("Current", current));
        }

        if (options.TargetReturn is { } least)
        {
            marks.Add(("Target", frontier.AtReturn(least) ?? throw new InfeasibleWeightsException(FormattableString.Invariant(
                $"a return of {least} is out of reach: the constraints allow {frontier.ReturnOf(frontier.HighestReturn):0.######} at most; lower the target return"))));
        }
        else if (options.TargetVolatility is { } most)
        {
            marks.Add(("Target", frontier.AtVolatility(most) ?? throw new InfeasibleWeightsException(FormattableString.Invariant(
                $"a volatility of {most} is out of reach: the lowest that the constraints allow is {frontier.VolatilityOf(frontier.MinimumVolatility):0.######}; raise the target volatility"))));
        }

        return marks;
    }

    /// <summary>With these the frontier is no longer made of lines between turning points.</summary>
    private static void RefuseWhatHasNoFrontier(OptimisationOptions options)
    {
        if (options.MaxAssets is not null || options.MinWeightIfHeld is not null || options.TransactionCost > 0)
        {
            throw CommandException.BadInput(
                "--max-assets, --min-weight-if-held and --transaction-cost: frontier does not take them; leave them out, or ask optimize for one portfolio");
        }
    }

    private static void Write(
        CliContext context, ParseResult parse, IReadOnlyList<string> assets, EfficientFrontier frontier, IReadOnlyList<double[]> evenly, double riskFree,
        IReadOnlyList<string> warnings)
    {
        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Json)
        {
            context.Out.WriteLine(JsonOutput.Format(new
            {
                points = evenly.Select(weights => OptimisationJson.Point(assets, frontier, weights, riskFree)),
                turningPoints = frontier.TurningPoints.Reverse().Select(point => OptimisationJson.Point(assets, frontier, point.Weights, riskFree)),
                warnings,
            }));
            return;
        }

        List<Column<double[]>> columns =
        [
            new Column<double[]>("Return", weights => Percent(frontier.ReturnOf(weights)), AlignRight: true, Raw: weights => Number(frontier.ReturnOf(weights))),
            new("Volatility", weights => Percent(frontier.VolatilityOf(weights)), AlignRight: true, Raw: weights => Number(frontier.VolatilityOf(weights))),
            new("Sharpe", weights => Sharpe(frontier, weights, riskFree).ToString("0.00", CultureInfo.InvariantCulture), AlignRight: true, Raw: weights => Number(Sharpe(frontier, weights, riskFree))),
        ];

        // A line of a table has room for the largest weights only, a line of CSV for all.
        columns.AddRange(parse.GetValue(GlobalOptions.Output) == OutputFormat.Csv
            ? assets.Index().Select(entry => new Column<double[]>(entry.Item, weights => Number(weights[entry.Index])))
            : [new("Largest weights", weights => string.Join(", ", assets.Index()
                .Where(entry => weights[entry.Index] > 0.0005).OrderByDescending(entry => weights[entry.Index]).Take(5)
                .Select(entry => $"{entry.Item} {Percent(weights[entry.Index])}")))]);
        context.WriteRows(parse, evenly, columns);
        EstimateCommands.Warn(context, warnings);
    }

    private static double Sharpe(EfficientFrontier frontier, double[] weights, double riskFree) =>
        (frontier.ReturnOf(weights) - riskFree) / frontier.VolatilityOf(weights);

    private static string Percent(double value) => value.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
