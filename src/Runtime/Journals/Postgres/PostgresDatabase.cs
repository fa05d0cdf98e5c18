using Npgsql;

namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>Opens the coordination database with the settings the journal relies on.</summary>
public static class PostgresDatabase
{
    /// <summary>Statements longer than this are given up; an append takes milliseconds.</summary>
    private const int CommandTimeoutSeconds = 10;

    /// <summary>Of one process, its leases' few apart; three nodes and their tools stay below the hundred that PostgreSQL grants as installed.</summary>
    public const int MostConnections = 20;

    /// <summary>A pool of connections to the database of a <c>postgres://user@host:port/database</c> address.</summary>
    /// <param name="applicationName">As the database's own views show it.</param>
    /// <param name="password">Null: as libpq finds it (PGPASSWORD, a password file, or none).</param>
    /// <param name="connections">At most.</param>
    /// <remarks>
    /// Every statement stands alone and nothing is prepared, so that a pooler in transaction mode may put each on another connection.
    /// </remarks>
    /// <exception cref="ArgumentException">It is no such address.</exception>
    public static NpgsqlDataSource Open(string address, string applicationName, string? password = null, int connections = MostConnections)
    {
        var settings = Check(address);
        settings.MaxPoolSize = connections;
        settings.Password = password;
        settings.ApplicationName = applicationName;
        return NpgsqlDataSource.Create(settings);
    }

    /// <summary>What the address says, with the settings the journal relies on.</summary>
    /// <exception cref="ArgumentException">It is no such address, or contains a password.</exception>
    public static NpgsqlConnectionStringBuilder Check(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
        {
            // Not repeated in the message: it may contain a password.
            throw new ArgumentException("This is no address of a PostgreSQL database: expected postgres://user@host:5432/database.", nameof(address));
        }

        if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"The address of the database on {uri.Host} contains a password. Leave it out and set PGPASSWORD, or name a passwordFile.", nameof(address));
        }

        var database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/'));
        if (database.Length == 0 || uri.UserInfo.Length == 0)
        {
            throw new ArgumentException($"'{address}' lacks {(database.Length == 0 ? "the database" : "the user")}: expected postgres://user@host:5432/database.", nameof(address));
        }

        return new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.IsDefaultPort ? 5432 : uri.Port,
            Database = database,
            Username = Uri.UnescapeDataString(uri.UserInfo),
            CommandTimeout = CommandTimeoutSeconds,
            Timeout = 5,
            CancellationTimeout = 1_000,
            KeepAlive = 5,
            MaxAutoPrepare = 0,
            NoResetOnClose = true,
            IncludeErrorDetail = false,
        };
    }

    /// <summary>Host, port and database, for messages; never a secret.</summary>
    public static string NameOf(NpgsqlDataSource database)
    {
        ArgumentNullException.ThrowIfNull(database);
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return $"postgres://{settings.Host}:{settings.Port}/{settings.Database}";
    }
}
