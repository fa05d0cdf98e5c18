using System.CommandLine;
using Microsoft.Extensions.Logging;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Demo;
using Rebalancer.Host.Diagnostics;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Telemetry;
using Serilog.Extensions.Logging;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer demo</c>: the whole service on simulated exchanges and brokers, with nothing to configure.</summary>
public static class DemoCommand
{
    /// <summary>How much faster --fast runs. Freshness limits shrink with it: a price of five seconds is then half a second old.</summary>
    private const int FastFactor = 10;

    public static Command Create(CliContext context)
    {
        var fast = new Option<bool>("--fast") { Description = $"Run service and venues on one clock, {FastFactor} times as fast" };
        var cycles = new Option<int?>("--cycles") { Description = "End after N completed rebalances and print the report", HelpName = "N" };
        cycles.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("--cycles: must be at least 1");
            }
        });
        var port = new Option<int?>("--port") { Description = "Port of the page and the API; by default that of the demo's settings, or a free one", HelpName = "P" };
        var command = new Command("demo", "Watch a portfolio being rebalanced on simulated exchanges and brokers; no keys, no network") { fast, cycles, port }
            .WithExamples("rebalancer demo", "rebalancer demo --cycles 3 --fast", "rebalancer demo --cycles 3 --fast --data data/mine --output json");
        command.SetAction(async (parse, cancellationToken) =>
        {
            EnvironmentChecks.RequireNode(context);
            var data = new DataDirectory(context.Resolve(parse.GetValue(GlobalOptions.Data) ?? DataDirectory.OfDemo));
            var consent = new RunConsent(Live: false, DryRun: false);
            var loaded = consent.Apply(DemoSettings.LoadOrCreate(data, parse.GetValue(port), context));
            await using var store = await ServiceStore.OpenAsync(loaded.Configuration, context.Variables, context.Clock, cancellationToken);
            var factor = parse.GetValue(fast) ? FastFactor : 1;
            await using var log = ServiceLog.Create(data, console: false);
            using var loggers = new SerilogLoggerFactory(log);
            await using var world = await ServiceWorld.StartAsync(loaded, data, factor, context, loggers.CreateLogger<BrokersProcess>(), cancellationToken);
            await using var service = await RebalancerService.StartAsync(
                new ServiceSettings(loaded, data, consent, store, world.Venues, world.Solver, context.Variables, world.Clock, context.Clock, log) { Yahoo = world.Yahoo },
                cancellationToken);
            return await RunAsync(context, parse, service, world, data, factor, parse.GetValue(cycles), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CliContext context, ParseResult parse, RebalancerService service, ServiceWorld world, DataDirectory data, int factor, int? cycles,
        CancellationToken cancellationToken)
    {
        var progress = new DemoProgress(context);
        progress.Say($"page at {service.Address}, data in {context.Display(data.Path)}, clock × {factor}{(cycles is null ? ", end with Ctrl-C" : "")}");
        var runner = new DemoRunner(service.Operations, cycles, DemoHappenings.Of(world.Simulated), progress, context.Clock);
        try
        {
            await runner.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how a demo without --cycles ends.
        }

        progress.Clear();
        var report = await DemoReport.CreateAsync(service.Operations, runner.Completed);
        if (parse.GetValue(GlobalOptions.Output) == OutputFormat.Json)
        {
            context.Out.WriteLine(JsonOutput.Format(report));
        }
        else
        {
            await DemoSummary.WriteAsync(context, parse, service.Operations, report, data);
        }

        return ExitCode.Done;
    }
}
