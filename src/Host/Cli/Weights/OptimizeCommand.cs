using System.CommandLine;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.Methods;
using Rebalancer.Domain.Weights.Settings;
using Rebalancer.Gateway.Solver;

namespace Rebalancer.Host.Cli.Weights;

/// <summary><c>rebalancer optimize</c>: target weights from history.</summary>
public static class OptimizeCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("optimize", "Target weights from price or return history")
            .WithExamples(
                "rebalancer optimize --prices prices.csv --method max-sharpe --risk-model ledoit-wolf",
                "rebalancer optimize --prices prices.csv --method min-volatility --bounds 0.02:0.3 --output json",
                "rebalancer optimize --method glide-path --age 42 --risky VTI,VXUS --bonds BND --cash BIL");
        var method = new Option<string>("--method")
        {
            Description = "How weights are chosen", HelpName = string.Join('|', [.. OptimisationMethods.Names, GlidePath.MethodName]), Required = true,
        };
        command.Add(method);
        var history = new HistoryOptions(command);
        var constraints = new ConstraintOptions(command);
        var methods = new MethodOptionSet(command);
        command.SetAction(parse => WeightInput.Translate(() =>
        {
            var name = parse.GetRequiredValue(method);
            if (name == GlidePath.MethodName && !history.HasHistory(parse))
            {
                OptimisationOutput.WriteWeights(context, parse, methods.GlidePath(parse).Weights(), name);
                return ExitCode.Done;
            }

            // A glide path needs no estimates; with a history it is measured like any other weights.
            var isGlidePath = name == GlidePath.MethodName;
            var (request, returns, options, warnings) = WeightInput.Read(parse, context, isGlidePath ? "equal" : name, history, constraints, methods);
            warnings.AddRange(OptimisationRules.Unused(name, options));
            using var solver = new HighsSolver(context.Clock);
            var result = isGlidePath
                ? Optimiser.Measure(request, returns, methods.GlidePath(parse).Weights(), name)
                : Optimiser.Run(request, returns, solver);
            OptimisationOutput.Write(context, parse, result with { Warnings = [.. warnings, .. result.Warnings] }, options.Beta);
            return ExitCode.Done;
        }));
        return command;
    }
}
