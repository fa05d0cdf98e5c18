using System.CommandLine;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Configuration;
using Spectre.Console;

namespace Rebalancer.Host.Cli.Init;

/// <summary><c>rebalancer init</c>: a settings file for a newcomer, asked for with arrow keys or by options.</summary>
public static class InitCommand
{
    public static Command Create(CliContext context)
    {
        var preset = Named("--preset", "Portfolio", InitPresets.Portfolios.Select(portfolio => portfolio.Name));
        var accounts = new Option<string[]>("--accounts")
        {
            Description = "Paper accounts, with commas between", HelpName = string.Join(',', InitPresets.Accounts.Select(account => account.Id)),
            AllowMultipleArgumentsPerToken = true,
        };
        var rebalance = Named("--rebalance", "When to trade", InitPresets.Strategies.Select(strategy => strategy.Name));
        var force = new Option<bool>("--force") { Description = "Replace the settings file that is there" };
        var command = new Command("init", "Ask a newcomer a few questions and write a commented rebalancer.json") { preset, accounts, rebalance, force }
            .WithExamples("rebalancer init", "rebalancer init --preset mixed --accounts paper-exchange,paper-broker,paper-retirement --rebalance bands");
        command.SetAction(parse =>
        {
            var path = context.Resolve(parse.GetValue(GlobalOptions.Config) ?? ConfigurationFile.DefaultName);
            var display = context.Display(path);
            if (File.Exists(path) && !parse.GetValue(force))
            {
                throw CommandException.BadInput($"{display}: is there already; edit it, name another file with --config, or replace it with --force");
            }

            var given = new InitAnswers(
                Find("--preset", parse.GetValue(preset), InitPresets.Portfolios, portfolio => portfolio.Name),
                FindAccounts(parse.GetValue(accounts)),
                Find("--rebalance", parse.GetValue(rebalance), InitPresets.Strategies, strategy => strategy.Name));
            var answers = Complete(context, given);
            if (answers.Homeless.Count > 0)
            {
                throw CommandException.BadInput($"--accounts: none of them trades {string.Join(", ", answers.Homeless)}; add {Remedy(answers)}");
            }

            Write(path, display, InitFile.Write(answers));
            var loaded = ConfigurationFile.Load(path, display, context.Variables);
            Report(context, parse, display, loaded, answers);
            return ExitCode.Done;
        });
        return command;
    }

    private static InitAnswers Complete(CliContext context, InitAnswers given)
    {
        if (given is { Portfolio: not null, Accounts: not null, Strategy: not null })
        {
            return given;
        }

        return context.IsInteractive
            ? new InitConversation(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Out) })).Complete(given)
            : throw CommandException.BadInput("init: asks questions, which needs a terminal; give --preset, --accounts and --rebalance instead (see 'rebalancer init --help')");
    }

    private static void Report(CliContext context, ParseResult parse, string file, LoadedConfiguration loaded, InitAnswers answers)
    {
        var portfolio = loaded.Configuration.Portfolios[0];
        var next = $"{ProgramName.ToPaste(context)} run --config {file}";
        List<string> sentences =
        [
            $"Wrote {file}: portfolio {portfolio.Id} of {portfolio.Targets.Weights.Count} assets over {portfolio.Accounts.Count} accounts, on paper.",
            $"Next: {next}",
        ];
        string[] warnings = answers.OutOfReach() is var lacking and > 0
            ? [$"{lacking:#,##0} USD are in accounts that do not trade what they are for: the targets come as near as the money in each place allows."]
            : [];
        sentences.InsertRange(1, warnings);
        context.WriteValue(parse, new { file, portfolio = portfolio.Id, accounts = portfolio.Accounts, warnings, next }, sentences);
    }

    private static void Write(string path, string display, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"{display}: cannot be written ({exception.Message}); name a file in a directory of yours with --config", exception);
        }
    }

    private static IReadOnlyList<AccountPreset>? FindAccounts(string[]? names)
    {
        var ids = (names ?? []).SelectMany(name => name.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal).ToList();
        return ids.Count == 0 ? null : [.. ids.Select(id => Find("--accounts", id, InitPresets.Accounts, account => account.Id)!)];
    }

    private static T? Find<T>(string option, string? name, IReadOnlyList<T> among, Func<T, string> nameOf)
        where T : class =>
        name is null ? null : among.FirstOrDefault(preset => nameOf(preset) == name)
            ?? throw CommandException.BadInput($"{option}: '{name}' is not known; did you mean '{NearestName.Of(name, among.Select(nameOf))}'? Known are {string.Join(", ", among.Select(nameOf))}");

    private static string Remedy(InitAnswers answers) =>
        InitPresets.Accounts.First(account => account.Assets.Contains(answers.Homeless[0], StringComparer.Ordinal)).Id;

    private static Option<string?> Named(string name, string description, IEnumerable<string> choices) =>
        new(name) { Description = description, HelpName = string.Join('|', choices) };
}
