using System.CommandLine;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Commands;

/// <summary>Commands <c>VERB ID [--why TEXT]</c>: the service does to one account or portfolio what the verb says, for that reason.</summary>
internal static class ReasonCommand
{
    /// <param name="command">Its name is the verb, here and in the API.</param>
    /// <param name="collection">Of the API: <c>accounts</c> or <c>portfolios</c>.</param>
    /// <param name="done">What is said once it is done, by id.</param>
    public static Command Create(CliContext context, Command command, string collection, Argument<string> id, Func<string, string> done)
    {
        var why = OperatorOptions.Why();
        command.Add(id);
        command.Add(why);
        command.SetAction(async (parse, cancellationToken) =>
        {
            var name = parse.GetRequiredValue(id);
            using var client = ServiceClient.Connect(context, parse);
            var path = $"api/v1/{collection}/{Uri.EscapeDataString(name)}/{command.Name}";
            await client.PostAsync(path, new ReasonRequest(parse.GetValue(why)), cancellationToken);
            context.WriteValue(parse, new { done = true }, [done(name)]);
            return ExitCode.Done;
        });
        return command;
    }
}
