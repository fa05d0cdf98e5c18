using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Rebalancer.Runtime.Journals.Sqlite;

/// <summary>
/// Chooses the SQLite library. The bundled one is old and has known flaws, so the operating system's patched library is preferred; where
/// there is none, the bundled one serves and <see cref="Warning"/> says so.
/// </summary>
public static class SqliteNative
{
    private static readonly Lock Gate = new();
    private static bool _initialised;

    /// <summary>What the operator should know about the library in use; null when the system's own was found.</summary>
    public static string? Warning { get; private set; }

    /// <summary>Version of the library in use, such as 3.46.1.</summary>
    public static string Version
    {
        get
        {
            Initialise();
            return raw.sqlite3_libversion().utf8_to_string();
        }
    }

    /// <summary>Binds the library once per process; call it before any connection is opened.</summary>
    public static void Initialise()
    {
        lock (Gate)
        {
            if (_initialised)
            {
                return;
            }

            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            _initialised = true;
        }
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (library != "e_sqlite3")
        {
            return 0;
        }

        foreach (var candidate in SystemNames())
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return handle;
            }
        }

        Warning = "The system has no SQLite library of its own, so the bundled one is used, which has known security flaws. "
            + "Install the system's library (Debian: apt-get install libsqlite3-0).";
        return 0;
    }

    private static string[] SystemNames() =>
        OperatingSystem.IsWindows() ? ["winsqlite3"]
        : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib", "/usr/lib/libsqlite3.dylib"]
        : ["libsqlite3.so.0"];
}
