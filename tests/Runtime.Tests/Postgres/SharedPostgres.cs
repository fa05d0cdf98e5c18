using Rebalancer.Postgres.TestKit;

[assembly: AssemblyFixture(typeof(Rebalancer.Runtime.Tests.Postgres.SharedPostgres))]

namespace Rebalancer.Runtime.Tests.Postgres;

/// <summary>One server for all tests of the assembly, started by the first that needs it.</summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    /// <summary>
    /// Tests of the server take turns: what is read of the whole journal ends before the oldest transaction that runs anywhere on the server,
    /// and some tests hold one open.
    /// </summary>
    public const string Collection = "PostgreSQL";

    private readonly SemaphoreSlim _starting = new(1);
    private PostgresServer? _server;

    /// <summary>The address of a new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        await _starting.WaitAsync();
        try
        {
            _server ??= await PostgresServer.StartAsync();
        }
        finally
        {
            _starting.Release();
        }

        return await _server.CreateDatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _starting.Dispose();
    }
}
