using System.CommandLine;
using Rebalancer.Host.Cli.Output;
using Rebalancer.Host.Diagnostics;

namespace Rebalancer.Host.Cli.Commands;

/// <summary><c>rebalancer doctor</c>: looks at everything the service needs and says what is missing and how to get it.</summary>
public static class DoctorCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("doctor", "Check .NET, Node, solver, journal, clock, and each account's reachability")
            .WithExamples("rebalancer doctor", "rebalancer doctor --config rebalancer.json --output json");
        command.SetAction(async (parse, cancellationToken) =>
        {
            var checks = new List<DoctorCheck> { EnvironmentChecks.DotNet(), EnvironmentChecks.Node(context) };
            context.WriteRows(
                parse,
                checks,
                [
                    new Column<DoctorCheck>("Check", check => check.Name),
                    new("State", check => check.Healthy ? "ok" : "PROBLEM"),
                    new("Finding", check => check.Finding),
                    new("Remedy", check => check.Remedy ?? ""),
                ]);
            await Task.CompletedTask;
            return checks.All(check => check.Healthy) ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }
}
