using System.Data.Common;
using System.Text;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Tests.Cli;
using Rebalancer.Host.Vault;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Host.Tests.Vault;

public sealed class CredentialVaultTests : IAsyncLifetime
{
    private const string ApiKey = "canary7f3a91-key";
    private const string Secret = "canary7f3a91-secret";

    private static readonly SortedDictionary<string, string> Credentials = new(StringComparer.Ordinal) { ["apiKey-1"] = ApiKey, ["secret-1"] = Secret };

    private readonly Terminal _terminal = new();
    private readonly List<CredentialVault> _vaults = [];
    private SqliteJournal _journal = null!;

    private string Database => Path.Combine(_terminal.Directory, "journal.db");

    public ValueTask InitializeAsync()
    {
        _journal = SqliteJournal.Open(Database, TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _vaults.ForEach(vault => vault.Dispose());
        await _journal.DisposeAsync();
        _terminal.Dispose();
    }

    [Fact]
    public async Task Read_AfterARestart_GivesWhatWasStored_WithoutAnotherKey()
    {
        await Vault().StoreAsync("a", Credentials, CancellationToken.None);
        var keys = (await _journal.ReadKeysAsync(CancellationToken.None)).Count;
        await _journal.DisposeAsync();
        await InitializeAsync();

        var vault = Vault();
        await vault.CheckAsync(CancellationToken.None);
        (await vault.ReadAsync("a", CancellationToken.None)).ShouldBe(Credentials);
        await vault.StoreAsync("b", Credentials, CancellationToken.None);
        keys.ShouldBe(1);
        (await _journal.ReadKeysAsync(CancellationToken.None)).Count.ShouldBe(1);
        (await vault.ReadAsync("nobody", CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Read_OfWhatAnotherNodeStored_WorksThoughBothMadeAKeyAtOnce()
    {
        var (one, two) = (Vault(), Vault());
        await Task.WhenAll(one.StoreAsync("a", Credentials, CancellationToken.None), two.StoreAsync("b", Credentials, CancellationToken.None));
        foreach (var vault in new[] { one, two })
        {
            (await vault.ReadAsync("a", CancellationToken.None)).ShouldBe(Credentials);
            (await vault.ReadAsync("b", CancellationToken.None)).ShouldBe(Credentials);
        }
    }

    [Fact]
    public async Task Database_HoldsTheSecretsInNoForm()
    {
        using (var vault = new CredentialVault(_journal, new KeySecret("the secret of all nodes", "env:SECRET"), TimeProvider.System))
        {
            await vault.StoreAsync("a", Credentials, CancellationToken.None);
        }

        await _journal.DisposeAsync();
        var content = await File.ReadAllBytesAsync(Database, TestContext.Current.CancellationToken);
        content.AsSpan().IndexOf("apiKey-1"u8).ShouldBeGreaterThan(0, "the rows are in the file");
        foreach (var form in new[] { "canary7f3a91", Convert.ToBase64String("canary7f3a91"u8), Convert.ToHexStringLower("canary7f3a91"u8), "the secret of all nodes" })
        {
            content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)).ShouldBe(-1, form);
        }

        await InitializeAsync();
        (await _journal.ReadKeysAsync(CancellationToken.None)).ShouldAllBe(key => key.StartsWith("pbkdf2-sha256-aes-256-gcm:600000:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_OfARowCopiedFromAnotherAccountOrName_IsAnErrorOfThatAccountAlone()
    {
        var vault = Vault();
        await vault.StoreAsync("a", Credentials, CancellationToken.None);
        var rows = await _journal.ReadCredentialsAsync("a", CancellationToken.None);
        await _journal.AddCredentialsAsync("b", [rows[0]], CancellationToken.None);
        await _journal.AddCredentialsAsync("c", [rows[0] with { Name = rows[1].Name }], CancellationToken.None);

        foreach (var account in new[] { "b", "c" })
        {
            var failure = await Should.ThrowAsync<CommandException>(() => vault.ReadAsync(account, CancellationToken.None));
            failure.Message.ShouldContain($"accounts[{account}].credentials");
            failure.ToString().ShouldNotContain("canary7f3a91");
        }

        await vault.CheckAsync(CancellationToken.None);
        (await vault.ReadAsync("a", CancellationToken.None)).ShouldBe(Credentials);
    }

    [Fact]
    public async Task Read_OfATamperedRow_IsAnErrorAndNeverAnEmptyCredential()
    {
        var vault = Vault();
        await vault.StoreAsync("a", Credentials, CancellationToken.None);
        var row = (await _journal.ReadCredentialsAsync("a", CancellationToken.None))[0];
        foreach (var changed in new[] { "", row.Protected[..^4], row.Protected[..^10] + "AAAAAAAAAA", "not base64url!" })
        {
            await _journal.AddCredentialsAsync("a", [row with { Protected = changed }], CancellationToken.None);
            await Should.ThrowAsync<CommandException>(() => vault.ReadAsync("a", CancellationToken.None));
        }
    }

    [Fact]
    public async Task Read_WhenTheDatabaseDoesNotAnswer_FailsAsTheDatabaseDoes()
    {
        var store = Substitute.For<ICredentialStore>();
        store.ReadCredentialsAsync(default!, default).ThrowsAsyncForAnyArgs(new DatabaseDown());
        using var vault = new CredentialVault(store, Secrets("the secret of all nodes"), TimeProvider.System);
        await Should.ThrowAsync<DatabaseDown>(() => vault.ReadAsync("a", CancellationToken.None));
    }

    [Fact]
    public async Task Check_WithAnotherSecret_NamesTheSettingWhereItComesFromAndAnAccount()
    {
        await Vault().StoreAsync("kraken-1", Credentials, CancellationToken.None);
        var vault = Vault("another secret altogether");
        var refused = await Should.ThrowAsync<CommandException>(() => vault.CheckAsync(CancellationToken.None));
        refused.ExitCode.ShouldBe(ExitCode.BadInput);
        refused.Message.ShouldStartWith("credentialsSecret: env:SECRET does not open");
        refused.Message.ShouldContain("kraken-1");
        refused.ToString().ShouldNotContain("another secret altogether");
        await Should.ThrowAsync<CommandException>(() => vault.ReadAsync("kraken-1", CancellationToken.None));
    }

    [Fact]
    public async Task Check_WithAnotherSecretAndNothingStoredUnderTheFirst_IsContent()
    {
        await Vault().StoreAsync("a", Credentials, CancellationToken.None);
        await Vault().DeleteAsync("a", CancellationToken.None);
        var vault = Vault("another secret altogether");
        await vault.CheckAsync(CancellationToken.None);
        await vault.StoreAsync("b", Credentials, CancellationToken.None);
        await vault.CheckAsync(CancellationToken.None);
        (await vault.ReadAsync("b", CancellationToken.None)).ShouldBe(Credentials);
    }

    [Fact]
    public async Task WithoutASecret_NothingIsStored_AndWhatIsStoredIsSaidAtTheStart()
    {
        using var vault = new CredentialVault(_journal, secret: null, TimeProvider.System);
        await vault.CheckAsync(CancellationToken.None);
        (await Should.ThrowAsync<InvalidInputException>(() => vault.StoreAsync("a", Credentials, CancellationToken.None))).Message.ShouldContain("credentialsSecret: is not set");
        (await _journal.ListCredentialAccountsAsync(CancellationToken.None)).ShouldBeEmpty();

        await Vault().StoreAsync("a", Credentials, CancellationToken.None);
        (await Should.ThrowAsync<CommandException>(() => vault.CheckAsync(CancellationToken.None))).Message.ShouldStartWith("credentialsSecret: is not set");
        (await Should.ThrowAsync<CommandException>(() => vault.ReadAsync("a", CancellationToken.None))).Message.ShouldContain("credentialsSecret");
    }

    [Fact]
    public async Task Store_WhenAKeyWasPutIntoTheRingFromOutside_DoesNotUseIt()
    {
        using var elsewhere = new CredentialVault(_journal, Secrets("the intruder's own secret"), TimeProvider.System);
        await elsewhere.StoreAsync("theirs", Credentials, CancellationToken.None);
        await _journal.AddKeyAsync(
            "key-0", """<key id="6a7ae8f5-7f0f-4a8f-a3c7-53e6f0ff0001" version="1"><creationDate>2026-01-01T00:00:00Z</creationDate></key>""", CancellationToken.None);

        await Vault().StoreAsync("a", Credentials, CancellationToken.None);
        await Should.ThrowAsync<CommandException>(() => elsewhere.ReadAsync("a", CancellationToken.None));
        (await Vault().ReadAsync("a", CancellationToken.None)).ShouldBe(Credentials);
    }

    /// <summary>The library by itself reads nothing any more once the last key of a ring has expired.</summary>
    [Theory]
    [InlineData(91)]
    [InlineData(3650)]
    public async Task Store_OnceAKeyIsPastItsTime_MakesAnother_AndTheOldOneStillOpens(int days)
    {
        using var longAgo = new CredentialVault(_journal, Secrets("the secret of all nodes"), new Ago(TimeSpan.FromDays(days)));
        await longAgo.StoreAsync("old", Credentials, CancellationToken.None);
        (await Vault().ReadAsync("old", CancellationToken.None)).ShouldBe(Credentials);

        await Vault().StoreAsync("new", Credentials, CancellationToken.None);
        (await _journal.ReadKeysAsync(CancellationToken.None)).Count.ShouldBe(2);
        (await Vault().ReadAsync("old", CancellationToken.None)).ShouldBe(Credentials);
        (await Vault().ReadAsync("new", CancellationToken.None)).ShouldBe(Credentials);
    }

    private CredentialVault Vault(string secret = "the secret of all nodes")
    {
        _vaults.Add(new CredentialVault(_journal, Secrets(secret), TimeProvider.System));
        return _vaults[^1];
    }

    /// <summary>Derived faster than in earnest.</summary>
    private static KeySecret Secrets(string text) => new(text, "env:SECRET", iterations: 1000);

    private sealed class DatabaseDown : DbException;

    private sealed class Ago(TimeSpan time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - time;
    }
}
