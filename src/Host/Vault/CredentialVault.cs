using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Host.Cli;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Vault;

/// <summary>
/// Credentials of accounts that were added at runtime, encrypted by ASP.NET Core Data Protection in the journal's database: whichever node owns an
/// account reads them there. Each is bound to its account and name, so that a row copied to another place does not open.
/// </summary>
/// <param name="secret">Null: none is set here, and nothing can be stored or read.</param>
public sealed class CredentialVault(ICredentialStore store, KeySecret? secret, TimeProvider clock) : IDisposable
{
    private const string Setting = "credentialsSecret";

    private readonly KeyRing? _ring = secret is null ? null : new KeyRing(store, secret, clock);

    /// <summary>Finds out at the start what would otherwise fail with an account's first reading.</summary>
    /// <exception cref="CommandException">Credentials are stored that this node's secret does not open, or there is no secret.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (_ring is not null && await _ring.OpensEntirelyAsync(cancellationToken))
        {
            return;
        }

        foreach (var account in await store.ListCredentialAccountsAsync(cancellationToken))
        {
            if (_ring is null)
            {
                throw CommandException.BadInput(
                    $"{Setting}: is not set, and the journal's database holds credentials of the account {account} that were encrypted under one; set it as the other nodes have it");
            }

            if (!await OpensAsync(account, cancellationToken))
            {
                throw CommandException.BadInput(
                    $"{Setting}: {secret!.Source} does not open the credentials of the account {account} in the journal's database; set the secret they were encrypted under, "
                    + "or restore the table key_ring if it was changed");
            }
        }
    }

    /// <exception cref="InvalidInputException">This node has no secret to encrypt with.</exception>
    public void RequireSecret()
    {
        if (_ring is null)
        {
            throw new InvalidInputException(
                "settings",
                [
                    new InputError(
                        0, Setting, "is not set, so credentials cannot be stored in the database that the nodes share",
                        "set it to \"env:NAME\" or \"file:PATH\", the same secret on every node, and restart the service; or name them with --credential NAME=file:PATH"),
                ]);
        }
    }

    /// <summary>Encrypts and stores credentials of an account; durable when this returns.</summary>
    /// <param name="credentials">Secrets by the name they are read back under.</param>
    public async Task StoreAsync(string account, IReadOnlyDictionary<string, string> credentials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        RequireSecret();
        var provider = await _ring!.ForProtectingAsync(cancellationToken);
        var rows = credentials.Select(credential => new StoredCredential(credential.Key, Protector(provider, account, credential.Key).Protect(credential.Value)));
        await store.AddCredentialsAsync(account, [.. rows], cancellationToken);
    }

    /// <summary>Everything stored for an account, by name. A database that does not answer throws: nothing is ever empty for want of an answer.</summary>
    /// <exception cref="CommandException">Something stored does not open.</exception>
    public async Task<SortedDictionary<string, string>> ReadAsync(string account, CancellationToken cancellationToken)
    {
        var rows = await store.ReadCredentialsAsync(account, cancellationToken);
        if (_ring is null && rows.Count > 0)
        {
            throw CommandException.BadInput(
                $"accounts[{account}].credentials: are encrypted in the journal's database, and this node has no {Setting}; set it as the other nodes have it");
        }

        var credentials = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var provider = rows.Count > 0 ? await _ring!.ForUnprotectingAsync(cancellationToken) : null;
            foreach (var row in rows)
            {
                credentials[row.Name] = Protector(provider!, account, row.Name).Unprotect(row.Protected);
            }
        }
        catch (CryptographicException failure)
        {
            throw CommandException.BadInput(
                $"accounts[{account}].credentials: what is stored in the journal's database does not open with {secret!.Source}: it was encrypted under another secret, or has "
                + $"been changed since; set {Setting} as it was then, or remove the account and add it again",
                failure);
        }

        return credentials;
    }

    public Task DeleteAsync(string account, CancellationToken cancellationToken) => store.DeleteCredentialsAsync(account, cancellationToken);

    public void Dispose() => _ring?.Dispose();

    private async Task<bool> OpensAsync(string account, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(account, cancellationToken);
            return true;
        }
        catch (CommandException)
        {
            return false;
        }
    }

    private static IDataProtector Protector(IDataProtectionProvider provider, string account, string name) =>
        provider.CreateProtector($"credentials of {account}", name);
}
