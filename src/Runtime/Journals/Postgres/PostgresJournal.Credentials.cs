namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>Credentials of accounts and the keys they are encrypted with, in tables beside the journal.</summary>
public sealed partial class PostgresJournal : ICredentialStore
{
    public async Task<IReadOnlyList<string>> ReadKeysAsync(CancellationToken cancellationToken) => await PostgresReads.QueryAsync(
        _database, "SELECT element FROM key_ring ORDER BY name", row => row.GetString(0), cancellationToken);

    public Task AddKeyAsync(string name, string element, CancellationToken cancellationToken) => PostgresReads.QueryAsync(
        _database, "INSERT INTO key_ring VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", _ => true, cancellationToken, name, element);

    public async Task<IReadOnlyList<StoredCredential>> ReadCredentialsAsync(string account, CancellationToken cancellationToken) => await PostgresReads.QueryAsync(
        _database, "SELECT name, protected FROM credential WHERE account = $1 ORDER BY name", row => new StoredCredential(row.GetString(0), row.GetString(1)),
        cancellationToken, account);

    public async Task<IReadOnlyList<string>> ListCredentialAccountsAsync(CancellationToken cancellationToken) => await PostgresReads.QueryAsync(
        _database, "SELECT DISTINCT account FROM credential ORDER BY account", row => row.GetString(0), cancellationToken);

    public Task AddCredentialsAsync(string account, IReadOnlyList<StoredCredential> credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return PostgresReads.QueryAsync(
            _database,
            """
            INSERT INTO credential SELECT $1, new.name, new.protected FROM unnest($2, $3) AS new (name, protected)
            ON CONFLICT (account, name) DO UPDATE SET protected = excluded.protected
            """,
            _ => true, cancellationToken, account, credentials.Select(credential => credential.Name).ToArray(),
            credentials.Select(credential => credential.Protected).ToArray());
    }

    public Task DeleteCredentialsAsync(string account, CancellationToken cancellationToken) => PostgresReads.QueryAsync(
        _database, "DELETE FROM credential WHERE account = $1", _ => true, cancellationToken, account);
}
