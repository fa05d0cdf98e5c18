using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Rebalancer.Runtime.Journals.Sqlite;

/// <summary>The tables, as numbered migrations, and the marks by which a file is known to be ours.</summary>
internal static class SqliteSchema
{
    /// <summary>"RBJ1": in the file's header, so that a foreign database is told apart before anything in it is touched.</summary>
    public const long ApplicationId = 0x52424A31;

    /// <summary>Migration n brings version n - 1 to n. A released one is never changed.</summary>
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE schema_version (version INTEGER NOT NULL);
        INSERT INTO schema_version (version) VALUES (0);
        CREATE TABLE owner (
            id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL, process_id INTEGER NOT NULL, process_name TEXT NOT NULL,
            opened_at INTEGER NOT NULL);
        INSERT INTO owner VALUES (1, 0, 0, '', 0);
        CREATE TABLE journal (
            global_offset INTEGER PRIMARY KEY AUTOINCREMENT, persistence_id TEXT NOT NULL, sequence_nr INTEGER NOT NULL,
            event_name TEXT NOT NULL, event_version INTEGER NOT NULL, payload TEXT NOT NULL, timestamp INTEGER NOT NULL,
            epoch INTEGER NOT NULL, writer_id TEXT NOT NULL, correlation_id TEXT NOT NULL, causation_id TEXT NOT NULL,
            previous_hash BLOB NOT NULL, hash BLOB NOT NULL, UNIQUE (persistence_id, sequence_nr));
        CREATE TABLE stream (
            persistence_id TEXT PRIMARY KEY, last_sequence_nr INTEGER NOT NULL, last_hash BLOB NOT NULL,
            last_message_sequence INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE outbox (
            outbox_offset INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT NOT NULL, sequence INTEGER NOT NULL, receiver TEXT NOT NULL,
            message_name TEXT NOT NULL, message_version INTEGER NOT NULL, payload TEXT NOT NULL, correlation_id TEXT NOT NULL,
            UNIQUE (sender, sequence));
        CREATE TABLE receipt (
            sender TEXT NOT NULL, sequence INTEGER NOT NULL, receiver TEXT NOT NULL,
            PRIMARY KEY (sender, sequence, receiver)) WITHOUT ROWID;
        CREATE TABLE halt (scope TEXT PRIMARY KEY, who TEXT NOT NULL, why TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE snapshot (
            persistence_id TEXT PRIMARY KEY, sequence_nr INTEGER NOT NULL, snapshot_name TEXT NOT NULL,
            snapshot_version INTEGER NOT NULL, payload TEXT NOT NULL, timestamp INTEGER NOT NULL) WITHOUT ROWID;
        """,
        """
        ALTER TABLE snapshot ADD COLUMN stream_hash TEXT NOT NULL DEFAULT '';
        ALTER TABLE snapshot ADD COLUMN hash TEXT NOT NULL DEFAULT '';
        """,
        """
        CREATE TABLE cache (name TEXT PRIMARY KEY, content TEXT NOT NULL, written_at INTEGER NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE key_ring (name TEXT PRIMARY KEY, element TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE credential (account TEXT NOT NULL, name TEXT NOT NULL, protected TEXT NOT NULL, PRIMARY KEY (account, name)) WITHOUT ROWID;
        """,
    ];

    /// <summary>The version this program writes.</summary>
    public static int CurrentVersion => Migrations.Length;

    /// <summary>Refuses a file that is not ours, or is of a newer version; gives the version found, 0 for an empty database.</summary>
    public static int Check(SqliteConnection connection, string path)
    {
        var applicationId = Scalar(connection, "PRAGMA application_id");
        if (applicationId == 0 && Scalar(connection, "SELECT count(*) FROM sqlite_master") == 0)
        {
            return 0;
        }

        if (applicationId != ApplicationId)
        {
            throw new JournalFormatException(
                path, "this is a SQLite database of another program, not a journal", "Name another data directory, or move the file away.");
        }

        var version = (int)Scalar(connection, "SELECT version FROM schema_version");
        return version <= CurrentVersion
            ? version
            : throw new JournalFormatException(
                path, $"the journal has format version {version}, this program knows versions up to {CurrentVersion}",
                "Use the newer version of the program that wrote it.");
    }

    /// <summary>Brings a checked file to the current version, all or nothing.</summary>
    public static void Migrate(SqliteConnection connection, int version)
    {
        for (; version < CurrentVersion; version++)
        {
            var next = (version + 1).ToString(CultureInfo.InvariantCulture);
            var id = ApplicationId.ToString(CultureInfo.InvariantCulture);
            Run(connection, $"BEGIN IMMEDIATE; PRAGMA application_id = {id}; {Migrations[version]} UPDATE schema_version SET version = {next}; COMMIT;");
        }
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
