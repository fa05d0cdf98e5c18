using System.Security.Cryptography;
using System.Text;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Vault;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Hosting;

/// <summary>What the settings mean for credentials stored at runtime: under which secret they are encrypted.</summary>
public static class VaultSetup
{
    private const int LeastSecretLength = 16;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="CommandException">What is stored does not open with the secret of these settings.</exception>
    public static async Task<CredentialVault> OpenAsync(ServiceSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var store = settings.Store.Credentials;
        var file = settings.Store.IsShared ? null : settings.Data.CredentialsKey;
        var secret = await FindSecretAsync(settings.Configuration.Configuration.CredentialsSecret, file, store, settings.Variables, cancellationToken);
        var vault = new CredentialVault(store, secret, settings.WallClock);
        try
        {
            await vault.CheckAsync(cancellationToken);
            return vault;
        }
        catch
        {
            vault.Dispose();
            throw;
        }
    }

    /// <summary>The secret of the settings, else that of a file, which is made when there is none and nothing depends on it.</summary>
    /// <param name="file">Null where several nodes share the database: a secret that one of them made for itself would be no use to the others.</param>
    /// <returns>Null where neither is.</returns>
    /// <exception cref="CommandException">The secret is missing, can be guessed, or may be read by others.</exception>
    public static async Task<KeySecret?> FindSecretAsync(
        SecretReference? setting, string? file, ICredentialStore store, IReadOnlyDictionary<string, string> variables, CancellationToken cancellationToken)
    {
        if (setting is not null)
        {
            var secret = setting.Resolve(variables, out var problem) ?? throw CommandException.BadInput($"credentialsSecret: {problem}; {SecretReference.Remedy}");
            return secret.Length >= LeastSecretLength
                ? new KeySecret(secret, setting.ToString())
                : throw CommandException.BadInput(
                    $"credentialsSecret: is shorter than {LeastSecretLength} characters and could be guessed; make one with 'openssl rand -hex 32'");
        }

        return file is null ? null : new KeySecret(File.Exists(file) ? Load(file) : await CreateAsync(file, store, cancellationToken), file);
    }

    /// <summary>A file that others may read is not trusted.</summary>
    private static string Load(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
        {
            throw CommandException.BadInput($"{path}: others may read this secret; run 'chmod 600 {path}'");
        }

        var text = File.ReadAllText(path).Trim();
        return text.Length >= LeastSecretLength ? text : throw CommandException.BadInput($"{path}: is too short for a secret; restore it from where you keep a copy of it");
    }

    private static async Task<string> CreateAsync(string path, ICredentialStore store, CancellationToken cancellationToken)
    {
        if (await store.ListCredentialAccountsAsync(cancellationToken) is [var account, ..])
        {
            throw CommandException.BadInput(
                $"{path}: is missing, and the credentials of the account {account} in the journal were encrypted under it; put it back, or set credentialsSecret if it was moved there");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        await using var file = new StreamWriter(path, Encoding.ASCII, options);
        await file.WriteAsync(secret);
        await file.FlushAsync(cancellationToken);
        // What is encrypted under it is durable at once; so must it be.
        ((FileStream)file.BaseStream).Flush(flushToDisk: true);
        return secret;
    }
}
