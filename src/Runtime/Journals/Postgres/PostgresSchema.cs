using Npgsql;

namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>The tables, by numbered migrations.</summary>
internal static class PostgresSchema
{
    /// <summary>Any number that is the same in every node: migrations of nodes that start together go one after the other.</summary>
    private const long MigrationLock = 0x52424A31;

    /// <summary>Migration n brings version n - 1 to n. A released one is never changed.</summary>
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE schema_version (version integer NOT NULL);
        INSERT INTO schema_version VALUES (0);
        CREATE TABLE node (
            id text COLLATE "C" PRIMARY KEY, address text NOT NULL, app_version text NOT NULL, expires_at timestamptz NOT NULL,
            format integer NOT NULL);
        CREATE TABLE shard_lease (
            entity_type text COLLATE "C" NOT NULL, shard integer NOT NULL, owner text COLLATE "C", epoch bigint NOT NULL,
            format integer NOT NULL, PRIMARY KEY (entity_type, shard));
        CREATE TABLE journal (
            global_offset bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
            persistence_id text COLLATE "C" NOT NULL, sequence_nr bigint NOT NULL, event_name text NOT NULL, event_version integer NOT NULL,
            payload text NOT NULL, timestamp timestamptz NOT NULL, epoch bigint NOT NULL, writer_id text NOT NULL,
            correlation_id text NOT NULL, causation_id text NOT NULL, previous_hash bytea NOT NULL, hash bytea NOT NULL,
            UNIQUE (persistence_id, sequence_nr));
        CREATE INDEX journal_by_commit ON journal (transaction_id, global_offset);
        CREATE TABLE stream (
            persistence_id text COLLATE "C" PRIMARY KEY, last_sequence_nr bigint NOT NULL, last_hash bytea NOT NULL,
            last_message_sequence bigint NOT NULL);
        CREATE TABLE outbox (
            outbox_offset bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sender text COLLATE "C" NOT NULL, sequence bigint NOT NULL,
            receiver text COLLATE "C" NOT NULL, receiver_type text COLLATE "C" NOT NULL, receiver_shard integer NOT NULL,
            message_name text NOT NULL, message_version integer NOT NULL, payload text NOT NULL, correlation_id text NOT NULL,
            UNIQUE (sender, sequence));
        CREATE TABLE receipt (
            sender text COLLATE "C" NOT NULL, sequence bigint NOT NULL, receiver text COLLATE "C" NOT NULL,
            PRIMARY KEY (sender, sequence, receiver));
        CREATE TABLE halt (
            scope text COLLATE "C" PRIMARY KEY, halted boolean NOT NULL, who text NOT NULL, why text NOT NULL, at timestamptz NOT NULL);
        CREATE TABLE snapshot (
            persistence_id text COLLATE "C" PRIMARY KEY, sequence_nr bigint NOT NULL, snapshot_name text NOT NULL,
            snapshot_version integer NOT NULL, payload text NOT NULL, timestamp timestamptz NOT NULL, stream_hash text NOT NULL,
            hash text NOT NULL);
        """
        + PostgresAppendFunction1.Definition,
        """
        CREATE TABLE cache (name text COLLATE "C" PRIMARY KEY, content text NOT NULL, written_at timestamptz NOT NULL);
        """,
        """
        CREATE TABLE key_ring (name text COLLATE "C" PRIMARY KEY, element text NOT NULL);
        CREATE TABLE credential (
            account text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, protected text NOT NULL, PRIMARY KEY (account, name));
        """,
        PostgresAppendFunction.Definition,
    ];

    /// <summary>The version this program writes.</summary>
    public static int CurrentVersion => Migrations.Length;

    /// <summary>Brings the database to the current version, all or nothing; nodes that start together wait for the first.</summary>
    /// <exception cref="JournalFormatException">It was written by a newer version of the program.</exception>
    public static async Task MigrateAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({MigrationLock})", cancellationToken);
        var version = await ReadVersionAsync(connection, cancellationToken);
        RefuseNewer(version, database);
        for (; version < CurrentVersion; version++)
        {
            await RunAsync(connection, $"{Migrations[version]} UPDATE schema_version SET version = {version + 1};", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>That there is a journal which this program can read.</summary>
    /// <exception cref="JournalException">There is none, or a newer one.</exception>
    public static async Task CheckAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var version = await ReadVersionAsync(connection, cancellationToken);
        if (version == 0)
        {
            throw new JournalUnavailableException(
                PostgresDatabase.NameOf(database), "there is no journal", "Name the settings of an installation that has run.");
        }

        RefuseNewer(version, database);
    }

    private static void RefuseNewer(int version, NpgsqlDataSource database)
    {
        if (version > CurrentVersion)
        {
            throw new JournalFormatException(
                PostgresDatabase.NameOf(database), $"the journal has format version {version}, this program knows versions up to {CurrentVersion}",
                "Use the newer version of the program that wrote it.");
        }
    }

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var exists = await RunAsync(connection, "SELECT to_regclass('schema_version') IS NOT NULL", cancellationToken);
        return exists is true ? (int)(await RunAsync(connection, "SELECT version FROM schema_version", cancellationToken))! : 0;
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
