using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Rebalancer.Postgres.TestKit;

/// <summary>
/// A real PostgreSQL server for tests: the one <c>REBALANCER_TEST_POSTGRES</c> names (an address whose user may create databases), or the
/// binaries npm brought, run on a free loopback port in a directory of its own until this is disposed or this process ends.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string AddressVariable = "REBALANCER_TEST_POSTGRES";

    private readonly string? _directory;
    private readonly string _binaries;
    private readonly Uri _address;
    private readonly bool _durable;
    private Process? _process;
    private int _databases;

    private PostgresServer(string? directory, string binaries, Uri address, bool durable)
    {
        _directory = directory;
        _binaries = binaries;
        _address = address;
        _durable = durable;
    }

    /// <summary>Starts a server of its own, or takes the one the environment names.</summary>
    /// <param name="durable">Whether it flushes to disk, as it must when speed is measured; tests that kill processes, not machines, need not.</param>
    public static async Task<PostgresServer> StartAsync(bool durable = false)
    {
        if (Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address)
        {
            return new PostgresServer(null, string.Empty, new Uri(address), durable);
        }

        var directory = Directory.CreateTempSubdirectory("rebalancer-postgres-").FullName;
        var server = new PostgresServer(
            directory, PostgresBinaries.Locate(), new Uri($"postgres://postgres@127.0.0.1:{FreePort()}/postgres"), durable);
        try
        {
            await server.CreateClusterAsync();
            await server.StartProcessAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database; gives its address.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(
            CultureInfo.InvariantCulture, $"test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}_{Guid.NewGuid():N}");
        await ExecuteAsync($"CREATE DATABASE {name}");
        return new UriBuilder(_address) { Path = name }.Uri.ToString();
    }

    /// <summary>Copies a database nobody is connected to; gives the copy's name.</summary>
    /// <param name="address">Of the database.</param>
    public async Task<string> CopyAsync(string address)
    {
        var name = NameOf(address);
        var copy = string.Create(CultureInfo.InvariantCulture, $"{name}_copy{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync($"CREATE DATABASE {copy} TEMPLATE {name}");
        return copy;
    }

    /// <summary>Puts a copy in the place of the database at the address; who is connected to it is cut off.</summary>
    public async Task ReplaceAsync(string address, string copy)
    {
        var name = NameOf(address);
        await ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {copy}");
    }

    /// <summary>Ends the server as a crash would.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("QUIT");
        _process?.Dispose();
        _process = null;
    }

    /// <summary>Starts a killed server again on the same port and data.</summary>
    public Task RestartAsync() => StartProcessAsync();

    public async ValueTask DisposeAsync()
    {
        if (_directory is null)
        {
            return;
        }

        await KillAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static string NameOf(string address) => new Uri(address).AbsolutePath.Trim('/');

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString(_address));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private string DataDirectory => Path.Combine(_directory!, "data");

    private async Task CreateClusterAsync()
    {
        if (PostgresBinaries.RunsAsRoot)
        {
            await RunAsync("chown", PostgresBinaries.OtherUser, _directory!);
        }

        await PostgresBinaries.RunAsOtherUserAsync(
            Path.Combine(_binaries, "initdb"), "--pgdata", DataDirectory, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8",
            "--locale", "C", "--no-sync");
    }

    private async Task StartProcessAsync()
    {
        // The shell ends the server when its own input ends: also when this process is killed.
        var postgres = PostgresBinaries.AsOtherUser(
            Path.Combine(_binaries, "postgres"), "-D", DataDirectory, "-h", "127.0.0.1", "-p",
            _address.Port.ToString(CultureInfo.InvariantCulture), "-c", "unix_socket_directories=", "-c", "max_connections=100", "-c",
            $"fsync={(_durable ? "on" : "off")}", "-c", "logging_collector=off");
        var script = $"{string.Join(' ', postgres.Select(word => $"'{word}'"))} > '{_directory}/log' 2>&1 < /dev/null & "
            + "server=$!; while read -r signal; do kill -$signal $server; done; kill -QUIT $server; wait $server";
        _process = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { UseShellExecute = false, RedirectStandardInput = true })!;
        await WaitUntilItAnswersAsync();
    }

    private async Task WaitUntilItAnswersAsync()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString(_address));
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync();
                return;
            }
            catch (NpgsqlException) when (attempt < 200 && _process is { HasExited: false })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
            catch (NpgsqlException exception)
            {
                throw new InvalidOperationException($"PostgreSQL did not start: {await File.ReadAllTextAsync(Path.Combine(_directory!, "log"))}", exception);
            }
        }
    }

    private async Task SignalAsync(string signal)
    {
        if (_process is not { HasExited: false } process)
        {
            return;
        }

        await process.StandardInput.WriteLineAsync(signal);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }

    private static string ConnectionString(Uri address) => new NpgsqlConnectionStringBuilder
    {
        Host = address.Host, Port = address.Port, Username = Uri.UnescapeDataString(address.UserInfo), Database = address.AbsolutePath.Trim('/'), Pooling = false,
    }.ConnectionString;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
