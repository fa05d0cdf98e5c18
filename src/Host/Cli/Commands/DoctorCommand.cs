using System.CommandLine;
using Rebalancer.Gateway.Solver;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Diagnostics;
using Rebalancer.Host.Hosting;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer doctor</c>: looks at everything the service needs and says what is missing and how to get it. Changes nothing.</summary>
public static class DoctorCommand
{
    private static readonly Column<DoctorCheck>[] Columns =
    [
        new("Check", check => check.Name),
        new("State", check => check.Healthy ? "ok" : "PROBLEM"),
        new("Finding", check => check.Finding),
        new("Remedy", check => check.Remedy ?? ""),
    ];

    public static Command Create(CliContext context)
    {
        var command = new Command("doctor", "Check .NET, Node, solver, journal, clock, and each account's reachability")
            .WithExamples("rebalancer doctor", "rebalancer doctor --config rebalancer.json --output json");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var checks = new List<DoctorCheck> { EnvironmentChecks.DotNet(), EnvironmentChecks.Node(context), EnvironmentChecks.Sqlite(), EnvironmentChecks.Clock(context.Clock) };
            if (checks.All(check => check.Healthy))
            {
                using var solver = new HighsSolver(context.Clock);
                checks.Add(EnvironmentChecks.Solver(solver));
            }

            var (data, configuration) = ServiceAddress.FindData(context, parse);
            checks.Add(await InstallationChecks.JournalAsync(data, context, cancellationToken));
            configuration ??= File.Exists(data.Settings) ? ConfigurationFile.Load(data.Settings, context.Display(data.Settings), context.Variables) : null;
            if (configuration is not null)
            {
                checks.AddRange(await InstallationChecks.AccountsAsync(configuration, data, context, cancellationToken));
            }

            context.WriteRows(parse, checks, Columns);
            return checks.All(check => check.Healthy) ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }
}
