using System.CommandLine;
using System.Text.Json.Nodes;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Configuration;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer config check|show</c>: is the settings file right, and what does it come to.</summary>
public static class ConfigCommand
{
    public static Command Create(CliContext context) => new Command("config", "Check or show the settings")
    {
        CreateCheck(context),
        CreateShow(context),
    }.WithExamples("rebalancer config check", "rebalancer config show --config rebalancer.json");

    private static Command CreateCheck(CliContext context)
    {
        var command = new Command("check", "Read the settings and report every mistake with its line")
            .WithExamples("rebalancer config check --config rebalancer.json");
        command.SetAction(parse =>
        {
            var loaded = Load(context, parse);
            var configuration = loaded.Configuration;
            MissingSecrets.Refuse(configuration, context);
            UnknownAssets.Refuse(loaded, context);
            foreach (var warning in loaded.Warnings)
            {
                context.Error.WriteLine(warning);
            }

            context.WriteValue(
                parse,
                new { valid = true, portfolios = configuration.Portfolios.Count, accounts = configuration.Accounts.Count },
                [$"{context.Display(loaded.Path)} is valid: {configuration.Portfolios.Count} portfolio(s), {configuration.Accounts.Count} account(s)."]);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateShow(CliContext context)
    {
        var command = new Command("show", "Print the settings with the variables laid over them, without secrets")
            .WithExamples("rebalancer config show", "REBALANCER__PORTFOLIOS__0__MODE=dry-run rebalancer config show");
        command.SetAction(parse =>
        {
            var shown = RedactedJson.Format(Load(context, parse).Merged);
            context.WriteDocument(parse, JsonNode.Parse(shown)!);
            return ExitCode.Done;
        });
        return command;
    }

    private static LoadedConfiguration Load(CliContext context, ParseResult parse)
    {
        var data = parse.GetValue(GlobalOptions.Data);
        var path = context.Resolve(parse.GetValue(GlobalOptions.Config)
            ?? (data is null ? ConfigurationFile.DefaultName : Path.Combine(data, ConfigurationFile.DefaultName)));
        return ConfigurationFile.Load(path, context.Display(path), context.Variables);
    }
}
