using System.CommandLine;
using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Diagnostics;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Telemetry;
using Serilog.Extensions.Logging;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer run</c>: the service.</summary>
public static class RunCommand
{
    public static Command Create(CliContext context)
    {
        var once = new Option<bool>("--once") { Description = "Run one cycle and end" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Decide and journal, send nothing, whatever the settings say" };
        var live = new Option<bool>("--live") { Description = "Allow portfolios in mode live to send real orders" };
        var confirm = new Option<string[]>(LiveConfirmation.Option)
        {
            Description = "Allow that portfolio its first real orders without being asked, for where there is no terminal", HelpName = "PORTFOLIO",
        };
        var command = new Command("run", "The service: keeps the portfolios of the settings file at their targets") { once, dryRun, live, confirm }
            .WithExamples("rebalancer run --config rebalancer.json", "rebalancer run --once --dry-run", "rebalancer run --config /settings/rebalancer.json --data /data");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var consent = new RunConsent(parse.GetValue(live), parse.GetValue(dryRun));
            var path = context.Resolve(parse.GetValue(GlobalOptions.Config) ?? ConfigurationFile.DefaultName);
            var loaded = consent.Apply(ConfigurationFile.Load(path, context.Display(path), context.Variables));
            MissingSecrets.Refuse(loaded.Configuration, context);
            UnknownAssets.Refuse(loaded, context);
            EnvironmentChecks.RequireNode(context);
            foreach (var warning in loaded.Warnings)
            {
                context.Error.WriteLine(warning);
            }

            var data = DataDirectory.Of(loaded, parse.GetValue(GlobalOptions.Data) is { } named ? context.Resolve(named) : null);
            data.RequireWritable(context.Display(data.Path));
            PortProbe.RequireFree(loaded.Configuration.Listen);
            await using var store = await ServiceStore.OpenAsync(loaded.Configuration, context.Variables, context.Clock, cancellationToken);
            var newlyLive = await LiveConfirmation.AskAsync(context, loaded, consent, store.Journal, parse.GetValue(confirm) ?? [], cancellationToken);
            consent = consent with { Confirmed = [.. loaded.Configuration.Portfolios.Where(portfolio => portfolio.Mode == TradingMode.Live).Select(portfolio => portfolio.Id)] };
            await using var log = ServiceLog.Create(data, console: true);
            using var loggers = new SerilogLoggerFactory(log);
            await using var world = await ServiceWorld.StartAsync(loaded, data, clockFactor: 1, context, loggers.CreateLogger<BrokersProcess>(), cancellationToken);
            await using var service = await RebalancerService.StartAsync(
                new ServiceSettings(loaded, data, consent, store, world.Venues, world.Solver, context.Variables, world.Clock, context.Clock, log) { Yahoo = world.Yahoo, NewlyLive = newlyLive },
                cancellationToken);
            context.Error.WriteLine($"Serving {service.Address} – stop with Ctrl-C.");
            return parse.GetValue(once)
                ? await OneCycle.RunAsync(service.Operations, context, parse, cancellationToken)
                : await UntilStoppedAsync(service, cancellationToken);
        });
        return command;
    }

    private static async Task<int> UntilStoppedAsync(RebalancerService service, CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await Task.WhenAny(stopped.Task, service.ToldToLeave);
        return ExitCode.Done;
    }
}
