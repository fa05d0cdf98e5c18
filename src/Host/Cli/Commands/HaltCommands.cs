using System.CommandLine;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>halt</c> and <c>resume</c>: the kill switch, for one account or for everything.</summary>
public static class HaltCommands
{
    public static Command CreateHalt(CliContext context) => Create(
        context, "halt", "Stop trading of an account, or of everything; answers once nothing can be sent any more",
        account => account is null ? "Halted: nothing is sent until 'rebalancer resume'." : $"Halted {account}: it sends nothing until 'rebalancer resume {account}'.");

    public static Command CreateResume(CliContext context) => Create(
        context, "resume", "Allow trading again, of an account or of everything",
        account => account is null ? "Trading goes on." : $"{account} trades again.");

    private static Command Create(CliContext context, string name, string description, Func<string?, string> done)
    {
        var account = new Argument<string?>("ACCOUNT")
        {
            Description = "The account; without it everything", Arity = ArgumentArity.ZeroOrOne,
        };
        var why = OperatorOptions.Why();
        var command = new Command(name, description) { account, why }
            .WithExamples($"rebalancer {name}", $"rebalancer {name} kraken-main --why \"exchange maintenance\"");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var id = parse.GetValue(account);
            using var client = ServiceClient.Connect(context, parse);
            await client.PostAsync($"api/{name}", new HaltRequest(id, parse.GetValue(why)), cancellationToken);
            context.WriteValue(parse, new { done = true }, [done(id)]);
            return ExitCode.Done;
        });
        return command;
    }
}
