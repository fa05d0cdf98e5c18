using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Vault;

/// <summary>
/// The keys of ASP.NET Core Data Protection, in the journal's database. Read again at each use, where the library would read them once a day: a key
/// that another node has just made must be known here when an account moves.
/// </summary>
/// <remarks>
/// An element is sealed under the secret as a whole, not by the library's <c>IXmlEncryptor</c>, which encrypts only what is secret in it: who may write
/// to the database could then add a key of their own and read whatever is encrypted from then on.
/// </remarks>
internal sealed class KeyRing(ICredentialStore store, KeySecret secret, TimeProvider clock) : IDisposable
{
    /// <summary>Part of what keys are derived for: it never changes.</summary>
    private const string Application = "rebalancer";

    /// <summary>After this a new key protects what is new, as often as the library would have it by itself.</summary>
    private static readonly TimeSpan KeyUse = TimeSpan.FromDays(90);

    /// <summary>A ring of which every key is past its end decrypts nothing, and credentials may be read for years before others are stored.</summary>
    private const int LifetimeYears = 100;

    /// <summary>A node whose clock is behind must not find a key of the future.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private IReadOnlyList<string> _rows = [];
    private ServiceProvider? _services;

    /// <summary>Whether every key of the ring can be opened with the secret.</summary>
    public async Task<bool> OpensEntirelyAsync(CancellationToken cancellationToken) =>
        (await store.ReadKeysAsync(cancellationToken)).All(row => Open(row) is not null);

    /// <summary>Protects with a key that is good now, which is made if there is none.</summary>
    public Task<IDataProtectionProvider> ForProtectingAsync(CancellationToken cancellationToken) => FindAsync(addKey: true, cancellationToken);

    /// <exception cref="CryptographicException">No key of the ring can be opened with the secret.</exception>
    public Task<IDataProtectionProvider> ForUnprotectingAsync(CancellationToken cancellationToken) => FindAsync(addKey: false, cancellationToken);

    public void Dispose()
    {
        _services?.Dispose();
        _oneAtATime.Dispose();
    }

    private async Task<IDataProtectionProvider> FindAsync(bool addKey, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var services = await ReadAsync(cancellationToken);
            if (addKey && !Keys(services).Any(IsGood))
            {
                await AddKeyAsync(services, cancellationToken);
                services = await ReadAsync(cancellationToken);
            }

            return Keys(services).Count > 0
                ? services.GetDataProtectionProvider()
                : throw new CryptographicException($"The key ring in the journal's database has no key that {secret.Source} opens.");
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private static IReadOnlyCollection<IKey> Keys(ServiceProvider services) => services.GetRequiredService<IKeyManager>().GetAllKeys();

    private bool IsGood(IKey key) => !key.IsRevoked && key.ActivationDate <= clock.GetUtcNow() && clock.GetUtcNow() < key.ActivationDate + KeyUse;

    private async Task AddKeyAsync(ServiceProvider services, CancellationToken cancellationToken)
    {
        var from = clock.GetUtcNow() - ClockDifference;
        services.GetRequiredService<IKeyManager>().CreateNewKey(from, from.AddYears(LifetimeYears));
        foreach (var (name, element) in services.GetRequiredService<RingRepository>().Added)
        {
            await store.AddKeyAsync(name, secret.Seal(element.ToString(SaveOptions.DisableFormatting)), cancellationToken);
        }
    }

    /// <summary>The library over the ring of now. One that it replaces is left to those who still decrypt with it.</summary>
    private async Task<ServiceProvider> ReadAsync(CancellationToken cancellationToken)
    {
        var rows = await store.ReadKeysAsync(cancellationToken);
        if (_services is null || !rows.SequenceEqual(_rows))
        {
            var repository = new RingRepository(rows.Select(Open).OfType<XElement>());
            var services = new ServiceCollection();
            services.AddSingleton(repository);
            services.AddDataProtection().SetApplicationName(Application).DisableAutomaticKeyGeneration()
                .AddKeyManagementOptions(options => options.XmlRepository = repository);
            (_rows, _services) = (rows, services.BuildServiceProvider());
        }

        return _services;
    }

    /// <summary>Null when the secret does not open it.</summary>
    private XElement? Open(string row)
    {
        try
        {
            return XElement.Parse(secret.Open(row));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
