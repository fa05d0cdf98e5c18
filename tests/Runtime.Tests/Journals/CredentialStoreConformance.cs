using Rebalancer.Runtime.Journals;

namespace Rebalancer.Runtime.Tests.Journals;

/// <summary>What every store of credentials must do. A derived class says how to open one more of the same database.</summary>
public abstract class CredentialStoreConformance : IAsyncLifetime
{
    protected ICredentialStore Store { get; private set; } = null!;

    /// <summary>The store of one database: open, or opened again after the process that had it ended.</summary>
    protected abstract ValueTask<ICredentialStore> OpenAsync();

    protected abstract ValueTask CloseAsync(ICredentialStore store);

    /// <summary>Makes the database refuse every credential of that name.</summary>
    protected abstract Task RefuseAsync(string name);

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync(Store);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Empty_HasNeitherKeysNorCredentials()
    {
        (await Store.ReadKeysAsync(CancellationToken.None)).ShouldBeEmpty();
        (await Store.ReadCredentialsAsync("a", CancellationToken.None)).ShouldBeEmpty();
        (await Store.ListCredentialAccountsAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Credentials_AreGivenBackByAccount_InTheOrderOfTheirNames()
    {
        await AddAsync("b", new("secret", "two ü漢"), new("apiKey", "one"));
        await AddAsync("a", new StoredCredential("apiKey", "three"));

        (await Store.ReadCredentialsAsync("b", CancellationToken.None)).ShouldBe([new("apiKey", "one"), new("secret", "two ü漢")]);
        (await Store.ReadCredentialsAsync("a", CancellationToken.None)).ShouldBe([new("apiKey", "three")]);
        (await Store.ListCredentialAccountsAsync(CancellationToken.None)).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task AddCredentials_OfAKnownName_ReplacesThatOneAlone()
    {
        await AddAsync("a", new("apiKey", "one"), new("secret", "two"));
        await AddAsync("a", new StoredCredential("apiKey", "other"));
        (await Store.ReadCredentialsAsync("a", CancellationToken.None)).ShouldBe([new("apiKey", "other"), new("secret", "two")]);
    }

    [Fact]
    public async Task AddCredentials_WhenOneCannotBeWritten_WritesNone()
    {
        await RefuseAsync("bad");
        await Should.ThrowAsync<Exception>(() => AddAsync("a", new("apiKey", "one"), new("bad", "two"), new("secret", "three")));
        (await Store.ReadCredentialsAsync("a", CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task DeleteCredentials_LeavesThoseOfOtherAccounts()
    {
        await AddAsync("a", new("apiKey", "one"), new("secret", "two"));
        await AddAsync("ab", new StoredCredential("apiKey", "three"));
        await Store.DeleteCredentialsAsync("a", CancellationToken.None);
        await Store.DeleteCredentialsAsync("never there", CancellationToken.None);
        (await Store.ListCredentialAccountsAsync(CancellationToken.None)).ShouldBe(["ab"]);
    }

    [Fact]
    public async Task Keys_AreKeptAsTheyWereAddedFirst()
    {
        await Store.AddKeyAsync("key-2", "<key>2 ü漢</key>", CancellationToken.None);
        await Store.AddKeyAsync("key-1", "<key>1</key>", CancellationToken.None);
        await Store.AddKeyAsync("key-1", "<key>other</key>", CancellationToken.None);
        (await Store.ReadKeysAsync(CancellationToken.None)).ShouldBe(["<key>1</key>", "<key>2 ü漢</key>"]);
    }

    [Fact]
    public async Task Everything_IsThereAfterAnotherStart()
    {
        await Store.AddKeyAsync("key", "<key/>", CancellationToken.None);
        await AddAsync("a", new StoredCredential("apiKey", "one"));
        await CloseAsync(Store);
        Store = await OpenAsync();
        (await Store.ReadKeysAsync(CancellationToken.None)).ShouldBe(["<key/>"]);
        (await Store.ReadCredentialsAsync("a", CancellationToken.None)).ShouldBe([new("apiKey", "one")]);
    }

    private Task AddAsync(string account, params IReadOnlyList<StoredCredential> credentials) =>
        Store.AddCredentialsAsync(account, credentials, CancellationToken.None);
}
