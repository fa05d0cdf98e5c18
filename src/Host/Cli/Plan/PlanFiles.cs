using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;

namespace Rebalancer.Host.Cli.Plan;

/// <summary>Reads the files that <c>plan</c> is given.</summary>
internal static class PlanFiles
{
    public static string ReadText(CliContext context, string file)
    {
        try
        {
            return File.ReadAllText(context.Resolve(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var reason = exception is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : $"cannot be read: {exception.Message}";
            throw CommandException.BadInput($"{file}: {reason}; give the path of a file that can be read", exception);
        }
    }

    /// <summary>Weights by symbol: <c>{ "SPY": 0.6, "BND": 0.4 }</c>.</summary>
    public static SortedDictionary<string, decimal> ReadTargets(CliContext context, string file)
    {
        var errors = new InputErrors();
        var targets = new SortedDictionary<string, decimal>();
        if (LocatedJsonParser.Parse(ReadText(context, file), errors) is { } json && JsonFields.Of(json, "", errors) is { } fields)
        {
            foreach (var symbol in fields.Members.Select(member => member.Name))
            {
                if (fields.Number(symbol) is not { } weight)
                {
                    continue;
                }

                if (weight is < 0 or > 1)
                {
                    fields.Report(symbol, $"must be from 0 to 1, is {weight}", "write a share, as 0.25 for 25 %");
                }

                targets[symbol] = weight;
            }

            var sum = targets.Values.Sum();
            if (sum > 1 + 1e-9m)
            {
                errors.Add(fields.Line, "", $"the weights add up to {sum}", "they may add up to 1 at most; what is left is the cash target");
            }

            if (targets.Count == 0 && !errors.Any)
            {
                errors.Add(fields.Line, "", "has no weight", "write { \"SYMBOL\": weight, … }");
            }
        }

        errors.ThrowIfAny(file);
        return targets;
    }
}
