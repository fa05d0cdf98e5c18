using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Diagnostics;

/// <summary>Checks of the machine: what must be there before any configuration is.</summary>
public static class EnvironmentChecks
{
    public static DoctorCheck DotNet() => DoctorCheck.Ok("dotnet", Environment.Version.ToString());

    public static DoctorCheck Node(CliContext context) => NodeRuntime.Check(context);
}
