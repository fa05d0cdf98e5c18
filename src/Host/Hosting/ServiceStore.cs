using Npgsql;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Runtime.Cluster;
using Rebalancer.Runtime.Cluster.Postgres;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Postgres;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Host.Hosting;

/// <summary>The journal a service writes, and this process's claim on it.</summary>
public sealed class ServiceStore : IAsyncDisposable
{
    /// <summary>Of a node after its last heartbeat: how long until others take over from one that died.</summary>
    private static readonly TimeSpan NodeTimeToLive = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Of the leases, which have a pool of their own: a heartbeat that waits behind the journal's readers would cost the node all it owns. More than
    /// one: while the network is cut, a heartbeat holds its connection until the statement is given up.
    /// </summary>
    private const int LeaseConnections = 5;

    private readonly SqliteJournal? _file;
    private readonly IReadOnlyList<NpgsqlDataSource> _databases = [];

    private ServiceStore(SqliteJournal file, NodeDescription node)
    {
        (Journal, Credentials, Node, _file) = (file, file, node, file);
        Leases = new EmbeddedLeaseStore(node, file.Epoch);
    }

    private ServiceStore(PostgresJournal journal, NpgsqlDataSource database, NpgsqlDataSource leases, NodeDescription node)
    {
        (Journal, Credentials, Node, _databases) = (journal, journal, node, [database, leases]);
        Leases = new PostgresLeaseStore(leases, NodeTimeToLive);
    }

    public IJournal Journal { get; }

    /// <summary>In the same database.</summary>
    public ICredentialStore Credentials { get; }

    public ILeaseStore Leases { get; }

    public NodeDescription Node { get; }

    /// <summary>Other nodes may be at work on the same journal.</summary>
    public bool IsShared => _file is null;

    /// <summary>The journal of the settings, opened for writing.</summary>
    /// <exception cref="JournalException">In use, foreign, newer or unreachable; the message says what to do.</exception>
    public static async Task<ServiceStore> OpenAsync(
        RebalancerConfiguration configuration, IReadOnlyDictionary<string, string> variables, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.Journal is not JournalAddress.Postgres address)
        {
            return Open(((JournalAddress.Sqlite)configuration.Journal).Path, configuration.Node.Name, clock);
        }

        // A restarted process must not pass for the one before it, whose calls may still be under way.
        var id = $"{configuration.Node.Name}-{Guid.NewGuid().ToString("n")[..8]}";
        var node = new NodeDescription(id, (configuration.Node.Advertise ?? configuration.Listen).ToString(), Versions.Product, StoredEvents.Format);
        var database = OpenDatabase(address, id, variables);
        try
        {
            var journal = await PostgresJournal.OpenAsync(database, id, cancellationToken);
            return new ServiceStore(journal, database, OpenDatabase(address, $"{id} leases", variables, LeaseConnections), node);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>A journal in a file, which this process then has to itself.</summary>
    public static ServiceStore Open(string path, string node, TimeProvider clock)
    {
        return new ServiceStore(SqliteJournal.Open(path, clock), new NodeDescription(node, Version: Versions.Product, Format: StoredEvents.Format));
    }

    /// <summary>The journal opened beside whoever writes it; appends are refused.</summary>
    /// <exception cref="JournalException">Missing, foreign, newer or unreachable; the message says what to do.</exception>
    public static async Task<IJournal> OpenReadOnlyAsync(
        JournalAddress address, IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken)
    {
        if (address is not JournalAddress.Postgres shared)
        {
            return SqliteJournal.OpenReadOnly(((JournalAddress.Sqlite)address).Path);
        }

        var database = OpenDatabase(shared, "rebalancer audit", variables);
        try
        {
            return await PostgresJournal.OpenReadOnlyAsync(database, cancellationToken);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where the journal stands.</summary>
    public async Task<JournalPosition> ReadPositionAsync(CancellationToken cancellationToken)
    {
        if (_file is not null)
        {
            return new JournalPosition(_file.Epoch, await _file.ReadLastOffsetAsync());
        }

        var (offset, hash) = await ((PostgresJournal)Journal).ReadLastAsync(cancellationToken);
        return new JournalPosition(0, offset, hash);
    }

    /// <summary>Whether the journal no longer holds what it held at that position.</summary>
    public async Task<bool> HasLostAsync(JournalPosition known, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(known);
        if (_file is not null)
        {
            return known.Epoch >= _file.Epoch || known.Offset > await _file.ReadLastOffsetAsync();
        }

        return known.Offset > 0 && await ((PostgresJournal)Journal).ReadHashAsync(known.Offset, cancellationToken) != known.Hash;
    }

    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }
    }

    private static NpgsqlDataSource OpenDatabase(
        JournalAddress.Postgres address, string application, IReadOnlyDictionary<string, string> variables, int connections = PostgresDatabase.MostConnections)
    {
        string? password = variables.GetValueOrDefault("PGPASSWORD");
        if (address.PasswordFile is { } path)
        {
            password = new SecretReference(null, path).Resolve(variables, out var problem)
                ?? throw CommandException.BadInput($"passwordFile: {problem}; put the database's password there");
        }

        return PostgresDatabase.Open(address.Url, application, password, connections);
    }
}
