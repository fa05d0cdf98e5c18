using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Rpc;

/// <summary>Finds the Node executable: <c>REBALANCER_NODE</c> where set, else <c>node</c> on the path.</summary>
public static class NodeRuntime
{
    public const int MinimumMajor = 20;

    /// <returns>Path of the executable and its version, such as 20.11.1.</returns>
    /// <exception cref="NodeUnavailableException">Node is missing, does not run, or is older than <see cref="MinimumMajor"/>.</exception>
    public static (string Path, Version Version) Locate() =>
        Locate(Environment.GetEnvironmentVariable("REBALANCER_NODE") is { Length: > 0 } configured ? configured : "node");

    /// <inheritdoc cref="Locate()"/>
    public static (string Path, Version Version) Locate(string path)
    {
        var text = AskVersion(path);
        if (!Version.TryParse(text.TrimStart('v').Split('-')[0], out var version))
        {
            throw new NodeUnavailableException($"'{path} --version' answered '{text}', which is no version; install Node.js {MinimumMajor} or later, or set REBALANCER_NODE to its executable");
        }

        if (version.Major < MinimumMajor)
        {
            throw new NodeUnavailableException(string.Create(
                CultureInfo.InvariantCulture,
                $"Node.js {version} at '{path}' is too old; install Node.js {MinimumMajor} or later, or set REBALANCER_NODE to its executable"));
        }

        return (path, version);
    }

    /// <summary>
    /// Folder of the scripts: beside a published program; else in the source tree it was built from, so that a build need not copy thousands
    /// of files into every output.
    /// </summary>
    public static string ScriptFolder { get; } = FindScripts(AppContext.BaseDirectory);

    internal static string FindScripts(string programFolder)
    {
        var published = System.IO.Path.Combine(programFolder, "node");
        return File.Exists(System.IO.Path.Combine(published, "rpc.mjs"))
            ? published
            : typeof(NodeRuntime).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "NodeFolder").Value!;
    }

    private static string AskVersion(string path)
    {
        try
        {
            using var process = Process.Start(ChildEnvironment.Limit(
                new ProcessStartInfo(path, "--version") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true }))
                ?? throw new NodeUnavailableException($"'{path}' did not start");
            var answer = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return answer;
        }
        catch (Win32Exception exception)
        {
            throw new NodeUnavailableException(
                $"Node.js was not found (tried '{path}'); install Node.js {MinimumMajor} or later, or set REBALANCER_NODE to its executable", exception);
        }
    }
}

/// <summary>Node is missing or too old. The message says what was tried and what to do.</summary>
public sealed class NodeUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
