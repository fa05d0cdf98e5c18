using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Rebalancer.Runtime.Journals.Sqlite;

/// <summary>
/// The exclusive lock on <c>&lt;db&gt;.lock</c>, which the operating system drops when the process ends, however it ends. The file holds
/// process id and name for a human reader. A locked file cannot be read everywhere, so a second opener learns the holder's name from the
/// owner row of the database, which the holder writes at open.
/// </summary>
internal sealed class SqliteLock : IDisposable
{
    private readonly FileStream _file;

    private SqliteLock(FileStream file) => _file = file;

    /// <exception cref="JournalInUseException">Another process holds the lock.</exception>
    /// <exception cref="JournalUnavailableException">The lock file cannot be created.</exception>
    public static SqliteLock Take(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var file = new FileStream($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            using var process = Process.GetCurrentProcess();
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{process.Id} {process.ProcessName}\n")));
            file.Flush();
            return new SqliteLock(file);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Unavailable(path, exception);
        }
        catch (DirectoryNotFoundException exception)
        {
            throw Unavailable(path, exception);
        }
        catch (IOException exception) when (File.Exists($"{path}.lock"))
        {
            throw new JournalInUseException(path, DescribeHolder(path, exception));
        }
        catch (IOException exception)
        {
            throw Unavailable(path, exception);
        }
    }

    /// <summary>The lock file stays: removing it would let two later openers lock two different files of the same name.</summary>
    public void Dispose() => _file.Dispose();

    private static JournalUnavailableException Unavailable(string path, Exception exception) => new(
        path, $"the lock file {path}.lock cannot be written ({exception.Message})", "Make the data directory writable, or name another.", exception);

    private static string DescribeHolder(string path, IOException lockFailure)
    {
        try
        {
            using var connection = SqliteConnections.OpenReader(path);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT process_name || ' (process ' || process_id || ')' FROM owner";
            return (string?)command.ExecuteScalar() ?? "another process";
        }
        catch (SqliteException)
        {
            // The holder has not got as far as writing its name; what is certain is that the lock is held.
            return $"another process ({lockFailure.Message})";
        }
    }
}
