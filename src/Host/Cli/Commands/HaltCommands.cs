using System.CommandLine;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>halt</c> and <c>resume</c>: the kill switch, for one account, one portfolio or everything.</summary>
public static class HaltCommands
{
    public static Command CreateHalt(CliContext context)
    {
        var reduce = new Option<bool>("--reduce") { Description = "Stop buys only: sells and cancels go on" };
        return Create(
            context, "halt", "Stop trading of an account, a portfolio, or of everything; answers once nothing can be sent any more", reduce,
            request => request.Reduce
                ? $"{What(request)} only reduces until {Resume(request)}."
                : $"Halted {What(request)}: nothing is sent until {Resume(request)}.");
    }

    public static Command CreateResume(CliContext context) => Create(
        context, "resume", "Allow trading again, of an account, a portfolio, or of everything", reduce: null,
        request => request is { Account: null, Portfolio: null } ? "Trading goes on." : $"{What(request)} trades again.");

    private static string What(HaltRequest request) => request.Account ?? (request.Portfolio is { } portfolio ? $"portfolio {portfolio}" : "everything");

    private static string Resume(HaltRequest request) =>
        $"'rebalancer resume{(request.Account is { } account ? $" {account}" : request.Portfolio is { } portfolio ? $" --portfolio {portfolio}" : "")}'";

    private static Command Create(CliContext context, string name, string description, Option<bool>? reduce, Func<HaltRequest, string> done)
    {
        var account = new Argument<string?>("ACCOUNT")
        {
            Description = "The account; without it, and without --portfolio, everything", Arity = ArgumentArity.ZeroOrOne,
        };
        var portfolio = new Option<string?>("--portfolio") { Description = "All accounts of one portfolio", HelpName = "ID" };
        var why = OperatorOptions.Why();
        var command = new Command(name, description) { account, portfolio, why }
            .WithExamples($"rebalancer {name}", $"rebalancer {name} kraken-main --reason \"exchange maintenance\"", $"rebalancer {name} --portfolio main");
        if (reduce is not null)
        {
            command.Add(reduce);
        }

        command.SetAction(async (parse, cancellationToken) =>
        {
            var request = new HaltRequest(parse.GetValue(account), parse.GetValue(why), parse.GetValue(portfolio), reduce is not null && parse.GetValue(reduce));
            if (request is { Account: not null, Portfolio: not null })
            {
                throw CommandException.BadInput($"{name}: an account and --portfolio are both given; give one of them");
            }

            using var client = ServiceClient.Connect(context, parse);
            await client.PostAsync($"api/v1/{name}", request, cancellationToken);
            context.WriteValue(parse, new { done = true }, [done(request)]);
            return ExitCode.Done;
        });
        return command;
    }
}
