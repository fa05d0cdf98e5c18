using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer account add|pause|resume|remove ID</c>: accounts come and go while the service runs.</summary>
public static class AccountCommand
{
    private const string Collection = "accounts";

    public static Command Create(CliContext context) => new Command("account", "Add, pause, resume or remove an account at runtime")
    {
        CreateAdd(context),
        CreatePause(context),
        ReasonCommand.Create(
            context, new Command("resume", "Let a paused account trade again").WithExamples("rebalancer account resume kraken-main"),
            Collection, Id(), id => $"{id} trades again."),
        ReasonCommand.Create(
            context, new Command("remove", "Take an account out of its portfolio; its holdings count no longer").WithExamples("rebalancer account remove kraken-main"),
            Collection, Id(), id => $"{id} is removed; its history stays in the journal."),
    }.WithExamples(
        "rebalancer account add paper-2 --venue simulated --option kind=exchange --balance USD=10000",
        "rebalancer account pause kraken-main --accept-stale --why \"API maintenance\"");

    private static Command CreateAdd(CliContext context)
    {
        var id = Id();
        var venue = new Option<string>("--venue") { Description = "As in the settings: simulated, …", Required = true };
        var endpoint = new Option<string?>("--endpoint") { Description = "Address of the venue, where not the usual one" };
        var options = new Option<string[]>("--option") { Description = "An option of the venue; may be repeated", HelpName = "NAME=VALUE" };
        var balances = new Option<string[]>("--balance") { Description = "Opening balance of a simulated account; may be repeated", HelpName = "ASSET=AMOUNT" };
        var credentials = new Option<string[]>("--credential")
        {
            Description = "Where a credential is kept: NAME=env:VARIABLE or NAME=file:PATH; may be repeated", HelpName = "NAME=SECRET",
        };
        var fromStdin = new Option<bool>("--credentials-stdin") { Description = "Read the credentials from stdin, as JSON; the service keeps them encrypted in the journal's database" };
        var reserve = new Option<string?>("--reserve") { Description = "Cash that must remain, in base currency" };
        var portfolio = OperatorOptions.Portfolio();
        var why = OperatorOptions.Why();
        var command = new Command("add", "Add an account to a portfolio, without a restart") { id, venue, endpoint, options, balances, credentials, fromStdin, reserve, portfolio, why }
            .WithExamples(
                "rebalancer account add paper-2 --venue simulated --option kind=broker --balance USD=5000",
                "rebalancer account add kraken-2 --venue ccxt:kraken --credentials-stdin < kraken-2.json");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var name = parse.GetRequiredValue(id);
            var account = new JsonObject { ["id"] = name, ["venue"] = parse.GetValue(venue) };
            AddText(account, "endpoint", parse.GetValue(endpoint));
            AddText(account, "reserve", parse.GetValue(reserve));
            AddPairs(account, "credentials", "--credential", parse.GetValue(credentials));
            AddPairs(account, "options", "--option", parse.GetValue(options));
            if (parse.GetValue(balances) is { Length: > 0 } amounts)
            {
                var holder = account["options"] as JsonObject ?? [];
                AddPairs(holder, "balances", "--balance", amounts);
                account["options"] = holder;
            }

            var service = ServiceAddress.Find(context, parse);
            var secrets = parse.GetValue(fromStdin) ? CredentialInput.Read(context.In) : null;
            if (secrets is not null)
            {
                service.RequirePrivate();
            }

            using var client = service.Connect();
            var request = new AddAccountRequest(parse.GetValue(portfolio), JsonSerializer.SerializeToElement(account), parse.GetValue(why), secrets);
            await client.PostAsync("api/v1/accounts", request, cancellationToken);
            context.WriteValue(parse, new { done = true }, [$"{name} is added; it joins at its first complete reading."]);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreatePause(CliContext context)
    {
        var id = Id();
        var accept = new Option<bool>("--accept-stale") { Description = "Go on counting the last balances read, however old they get" };
        var why = OperatorOptions.Why();
        var command = new Command("pause", "Stop trading an account; its balances still count") { id, accept, why }
            .WithExamples("rebalancer account pause kraken-main --why \"API maintenance\"");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var name = parse.GetRequiredValue(id);
            using var client = ServiceClient.Connect(context, parse);
            await client.PostAsync($"api/v1/accounts/{Uri.EscapeDataString(name)}/pause", new PauseRequest(parse.GetValue(accept), parse.GetValue(why)), cancellationToken);
            context.WriteValue(parse, new { done = true }, [$"{name} is paused: it is still read and counted, and trades nothing."]);
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "The account's id" };

    private static void AddText(JsonObject target, string name, string? value)
    {
        if (value is not null)
        {
            target[name] = value;
        }
    }

    private static void AddPairs(JsonObject target, string name, string option, string[]? pairs)
    {
        if (pairs is not { Length: > 0 })
        {
            return;
        }

        var table = new JsonObject();
        foreach (var pair in pairs)
        {
            var parts = pair.Split('=', 2);
            if (parts is not [{ Length: > 0 } key, { Length: > 0 } value])
            {
                throw CommandException.BadInput($"{option}: '{pair}' has no value; write it as NAME=VALUE");
            }

            table[key] = value;
        }

        target[name] = table;
    }
}
