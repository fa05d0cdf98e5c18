using System.CommandLine;
using Rebalancer.Domain.Weights;
using Rebalancer.Domain.Weights.History;
using Rebalancer.Domain.Weights.Settings;

namespace Rebalancer.Host.Cli.Weights;

/// <summary>What a command line about weights comes to: the history, and the request over its columns.</summary>
internal sealed record WeightInput(OptimisationRequest Request, ReturnTable Returns, OptimisationOptions Options, List<string> Warnings)
{
    private const int SharesFrequency = 252;

    /// <param name="constraints">Null for the commands that only estimate.</param>
    public static WeightInput Read(
        ParseResult parse, CliContext context, string method, HistoryOptions history, ConstraintOptions? constraints = null, MethodOptionSet? methods = null)
    {
        var warnings = new List<string>();
        var options = history.Read(parse, new OptimisationOptions());
        var returns = history.ReadReturns(parse, context, warnings);
        var files = new WeightFiles(context, returns.Assets);
        options = constraints?.Read(parse, files, options) ?? options;
        options = methods?.Read(parse, files, options) ?? options;
        var faults = OptimisationRules.Check(method, options);
        if (faults.Count > 0)
        {
            throw CommandException.BadInput([.. faults.Select(fault => $"{OptionName(fault.Field)}: {fault.Problem}; {fault.Remedy}")]);
        }

        var request = OptimisationBinding.Bind(
            method, options, returns, SharesFrequency, constraints?.Current(parse, files), history.MarketReturns(parse, context, returns, warnings));
        return new WeightInput(request, returns, options, warnings);
    }

    /// <summary>What the Domain refuses is bad input, and what it finds no weights for is infeasible; its message says what and what to do.</summary>
    public static int Translate(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (InfeasibleWeightsException exception)
        {
            throw new CommandException(ExitCode.Infeasible, exception.Message, exception);
        }
        catch (WeightException exception)
        {
            throw CommandException.BadInput(exception.Message, exception);
        }
    }

    /// <summary><c>targetVolatility</c> is <c>--target-volatility</c>.</summary>
    private static string OptionName(string field) =>
        "--" + string.Concat(field.Select(letter => char.IsUpper(letter) ? "-" + char.ToLowerInvariant(letter) : letter.ToString()));
}
