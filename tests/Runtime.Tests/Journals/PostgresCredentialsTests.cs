using Npgsql;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Postgres;
using Rebalancer.Runtime.Tests.Postgres;

namespace Rebalancer.Runtime.Tests.Journals;

[Collection(SharedPostgres.Collection)]
public sealed class PostgresCredentialsTests(SharedPostgres server) : CredentialStoreConformance
{
    private string? _address;
    private NpgsqlDataSource? _database;

    [Fact]
    public async Task Credentials_StoredByOneNode_AreReadByAnother()
    {
        await using var database = PostgresDatabase.Open(_address!, "another node");
        await using var other = await PostgresJournal.OpenAsync(database, "two", CancellationToken.None);
        await Store.AddCredentialsAsync("a", [new("apiKey", "one")], CancellationToken.None);
        (await other.ReadCredentialsAsync("a", CancellationToken.None)).ShouldBe([new("apiKey", "one")]);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database!.DisposeAsync();
    }

    protected override async ValueTask<ICredentialStore> OpenAsync()
    {
        _address ??= await server.CreateDatabaseAsync();
        _database ??= PostgresDatabase.Open(_address, "test");
        return await PostgresJournal.OpenAsync(_database, "one", CancellationToken.None);
    }

    protected override ValueTask CloseAsync(ICredentialStore store) => ((PostgresJournal)store).DisposeAsync();

    protected override async Task RefuseAsync(string name)
    {
        await using var command = _database!.CreateCommand($"ALTER TABLE credential ADD CHECK (name <> '{name}')");
        await command.ExecuteNonQueryAsync();
    }
}
