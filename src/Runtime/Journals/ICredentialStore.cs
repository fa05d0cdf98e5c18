namespace Rebalancer.Runtime.Journals;

/// <param name="Name">Unique within its account.</param>
/// <param name="Protected">What can be read only with the key ring and the secret that protects it; opaque here.</param>
public sealed record StoredCredential(string Name, string Protected);

/// <summary>
/// Beside the journal, in the database that every node reaches: credentials of accounts and the ring of keys they are encrypted with. Part of no
/// stream and of no hash, so that deleting one deletes it. Nothing is encrypted or decrypted here.
/// </summary>
/// <remarks>A database that does not answer throws; nothing is ever reported as absent because it could not be read.</remarks>
public interface ICredentialStore
{
    /// <summary>The elements of the key ring, in the order of their names.</summary>
    Task<IReadOnlyList<string>> ReadKeysAsync(CancellationToken cancellationToken);

    /// <summary>Adds an element to the ring. One that is there already stays as it is.</summary>
    Task AddKeyAsync(string name, string element, CancellationToken cancellationToken);

    /// <summary>Everything stored for an account, by name; empty when there is nothing.</summary>
    Task<IReadOnlyList<StoredCredential>> ReadCredentialsAsync(string account, CancellationToken cancellationToken);

    /// <summary>Accounts for which something is stored, in order.</summary>
    Task<IReadOnlyList<string>> ListCredentialAccountsAsync(CancellationToken cancellationToken);

    /// <summary>Stores all of them or none; one of the same account and name is replaced.</summary>
    Task AddCredentialsAsync(string account, IReadOnlyList<StoredCredential> credentials, CancellationToken cancellationToken);

    /// <summary>Deletes everything stored for an account.</summary>
    Task DeleteCredentialsAsync(string account, CancellationToken cancellationToken);
}
