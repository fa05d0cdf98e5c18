using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Diagnostics;

/// <summary>The Node.js that runs the solver and, for real venues, the brokers' SDKs.</summary>
public static class NodeRuntime
{
    public const int MinimumMajor = 20;

    /// <summary>Throws a clear error when Node is missing or too old: everything that solves would fail later and less clearly.</summary>
    /// <exception cref="CommandException">With exit code 2.</exception>
    public static void Require(CliContext context)
    {
        var check = Check(context);
        if (!check.Healthy)
        {
            throw CommandException.BadInput($"node: {check.Finding}; {check.Remedy}");
        }
    }

    public static DoctorCheck Check(CliContext context)
    {
        var remedy = $"install Node.js {MinimumMajor} or later (https://nodejs.org) and put it on PATH";
        var version = ReadVersion(context);
        if (version is null)
        {
            return DoctorCheck.Problem("node", "Node.js was not found", remedy);
        }

        var major = version.TrimStart('v').Split('.')[0];
        if (!int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return DoctorCheck.Problem("node", $"'node --version' answered '{version}'", remedy);
        }

        return number >= MinimumMajor
            ? DoctorCheck.Ok("node", version)
            : DoctorCheck.Problem("node", $"Node.js {version} is too old, {MinimumMajor} or later is needed", remedy);
    }

    private static string? ReadVersion(CliContext context)
    {
        if (Find(context) is not { } path)
        {
            return null;
        }

        try
        {
            using var process = Process.Start(new ProcessStartInfo(path, "--version") { RedirectStandardOutput = true, UseShellExecute = false });
            var version = process?.StandardOutput.ReadLine();
            process?.WaitForExit();
            return version;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>First <c>node</c> on the PATH of the context, as the shell would find it.</summary>
    private static string? Find(CliContext context)
    {
        var name = OperatingSystem.IsWindows() ? "node.exe" : "node";
        return (context.Variables.GetValueOrDefault("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
    }
}
