using System.Diagnostics;

namespace Rebalancer.Venues;

/// <summary>
/// What a child process inherits of the environment. Settings may keep secrets there (<c>env:NAME</c>), and so may whatever else runs beside; a
/// child needs none of them, and what it has anyone sees who may look into <c>/proc</c>.
/// </summary>
public static class ChildEnvironment
{
    private static readonly string[] Kept =
    [
        "PATH", "HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "WINDIR", "PATHEXT", "LD_LIBRARY_PATH",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
    ];

    /// <summary>Of .NET's own: where it is installed, how its collector works.</summary>
    private const string KeptPrefix = "DOTNET_";

    /// <summary>Leaves the variables that a program needs to run at all.</summary>
    public static ProcessStartInfo Limit(ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        foreach (var name in start.Environment.Keys.Where(name => !IsKept(name)).ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    private static bool IsKept(string name) =>
        Kept.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith(KeptPrefix, StringComparison.OrdinalIgnoreCase);
}
