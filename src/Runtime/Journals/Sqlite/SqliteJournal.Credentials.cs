namespace Rebalancer.Runtime.Journals.Sqlite;

/// <summary>Credentials of accounts and the keys they are encrypted with, in tables beside the journal.</summary>
public sealed partial class SqliteJournal : ICredentialStore
{
    public Task<IReadOnlyList<string>> ReadKeysAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(reader => reader.Query("SELECT element FROM key_ring ORDER BY name", row => row.Text(0)));

    public Task AddKeyAsync(string name, string element, CancellationToken cancellationToken) =>
        Writer.ChangeAsync(appender => appender.AddKey(name, element), cancellationToken);

    public Task<IReadOnlyList<StoredCredential>> ReadCredentialsAsync(string account, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredCredential>>(reader => reader.Query(
            "SELECT name, protected FROM credential WHERE account = ? ORDER BY name", row => new StoredCredential(row.Text(0), row.Text(1)), account));

    public Task<IReadOnlyList<string>> ListCredentialAccountsAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(reader => reader.Query("SELECT DISTINCT account FROM credential ORDER BY account", row => row.Text(0)));

    public Task AddCredentialsAsync(string account, IReadOnlyList<StoredCredential> credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return Writer.ChangeAsync(
            appender =>
            {
                foreach (var credential in credentials)
                {
                    appender.AddCredential(account, credential);
                }
            },
            cancellationToken);
    }

    public Task DeleteCredentialsAsync(string account, CancellationToken cancellationToken) =>
        Writer.ChangeAsync(appender => appender.DeleteCredentials(account), cancellationToken);
}
