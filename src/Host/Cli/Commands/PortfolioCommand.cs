using System.CommandLine;
using System.Text.Json;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Hosting;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer portfolio add|pause|resume|remove</c>: portfolios come and go while the service runs; <c>status</c> shows them.</summary>
public static class PortfolioCommand
{
    private const string Stdin = "-";

    private const string Collection = "portfolios";

    public static Command Create(CliContext context) => new Command("portfolio", "Add, pause, resume or remove a portfolio at runtime")
    {
        CreateAdd(context),
        ReasonCommand.Create(
            context,
            new Command("pause", "Stop a portfolio from deciding; its open orders go on").WithExamples("rebalancer portfolio pause main --why \"exchange maintenance\""),
            Collection, Id(), id => $"{id} is paused: it decides nothing until 'rebalancer portfolio resume {id}'; orders that are out go on."),
        CreateResume(context),
        ReasonCommand.Create(
            context,
            new Command("remove", "End a portfolio's orders and let its accounts go").WithExamples("rebalancer portfolio remove main --why \"exchange maintenance\""),
            Collection, Id(), id => $"{id} is removed: its accounts belong to no portfolio and trade nothing; its history stays in the journal."),
    }.WithExamples(
        "rebalancer portfolio add second.json",
        "rebalancer portfolio pause main --why \"exchange maintenance\"",
        "rebalancer portfolio resume main");

    private static Command CreateAdd(CliContext context)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "One portfolio as it would stand in the settings file, comments allowed; - reads stdin. Its accounts may be none yet: 'account add --portfolio ID' adds them",
        };
        var confirm = new Option<string?>(LiveConfirmation.Option)
        {
            Description = "Allow that portfolio, where its mode is live, its first real orders without being asked", HelpName = "PORTFOLIO",
        };
        var why = OperatorOptions.Why();
        var command = new Command("add", "Add a portfolio, without a restart") { file, confirm, why }.WithExamples(
            "rebalancer portfolio add second.json --why \"a goal of its own\"", "rebalancer portfolio add - < second.json");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var name = parse.GetRequiredValue(file);
            var (text, source) = Read(context, name);
            var settings = RuntimePortfolio.Read(text, context.Directory, source).Settings;
            var service = ServiceAddress.Find(context, parse);
            var confirmed = parse.GetValue(confirm);
            if (settings.Mode == TradingMode.Live && confirmed != settings.Id)
            {
                // What was read from stdin leaves nobody to be asked there.
                LiveConfirmation.Ask(name == Stdin ? context with { ErrorIsTerminal = false } : context, settings);
                confirmed = settings.Id;
            }

            using var client = service.Connect();
            var request = new AddPortfolioRequest(JsonSerializer.SerializeToElement(text), parse.GetValue(why), confirmed, source);
            await client.PostAsync("api/v1/portfolios", request, cancellationToken);
            context.WriteValue(
                parse, new { done = true },
                [$"{settings.Id} is added; {(settings.Accounts.Count == 0 ? $"it waits for an account: rebalancer account add ID --venue VENUE --portfolio {settings.Id}" : $"it decides once {string.Join(", ", settings.Accounts)} have been read")}."]);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateResume(CliContext context)
    {
        var id = Id();
        var why = OperatorOptions.Why();
        var command = new Command("resume", "Let a paused portfolio decide again") { id, why }.WithExamples("rebalancer portfolio resume main");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var name = parse.GetRequiredValue(id);
            using var client = ServiceClient.Connect(context, parse);
            var path = $"api/v1/portfolios/{Uri.EscapeDataString(name)}";
            await client.PostAsync($"{path}/resume", new ReasonRequest(parse.GetValue(why)), cancellationToken);
            var halts = (await client.GetAsync<PortfolioView>(path, cancellationToken)).Halts;
            context.WriteValue(
                parse, new { done = true },
                [halts.Count == 0 ? $"{name} decides again." : $"{name} is not paused any more, but halted ({string.Join("; ", halts)}): lift that with 'rebalancer resume --portfolio {name}'."]);
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The portfolio's id" };

    private static (string Text, string Source) Read(CliContext context, string name)
    {
        if (name == Stdin)
        {
            return (context.In.ReadToEnd(), "stdin");
        }

        try
        {
            return (File.ReadAllText(context.Resolve(name)), name);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"{name}: cannot be read ({unreadable.Message}); name a file with one portfolio, or - for stdin");
        }
    }
}
