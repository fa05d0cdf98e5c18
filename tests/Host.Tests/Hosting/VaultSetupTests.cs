using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Tests.Cli;
using Rebalancer.Host.Vault;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Host.Tests.Hosting;

public sealed class VaultSetupTests : IAsyncDisposable
{
    private readonly Terminal _terminal = new();
    private readonly SortedDictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly SqliteJournal _journal;

    public VaultSetupTests() => _journal = SqliteJournal.Open(Path.Combine(_terminal.Directory, "journal.db"), TimeProvider.System);

    private string KeyFile => Path.Combine(_terminal.Directory, "data", "credentials.key");

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        _terminal.Dispose();
    }

    [Fact]
    public async Task FindSecret_WithoutASetting_MakesAFileOnce_ThatOnlyItsOwnerReads()
    {
        var made = await FindAsync(null, KeyFile);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var text = await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken);
        text.Length.ShouldBe(64);

        var found = await FindAsync(null, KeyFile);
        found!.Open(made!.Seal("x")).ShouldBe("x");
        (await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken)).ShouldBe(text);
    }

    [Fact]
    public async Task FindSecret_WhenTheFileIsGoneAndCredentialsDependOnIt_DoesNotMakeAnother()
    {
        using (var vault = new CredentialVault(_journal, await FindAsync(null, KeyFile), TimeProvider.System))
        {
            await vault.StoreAsync("kraken-1", new SortedDictionary<string, string> { ["apiKey-1"] = "0123456789" }, CancellationToken.None);
        }

        File.Delete(KeyFile);
        (await Should.ThrowAsync<CommandException>(() => FindAsync(null, KeyFile))).Message.ShouldContain("is missing, and the credentials of the account kraken-1");
        File.Exists(KeyFile).ShouldBeFalse();
    }

    [Fact]
    public async Task FindSecret_OfAFileThatOthersMayRead_IsRefused()
    {
        await FindAsync(null, KeyFile);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        (await Should.ThrowAsync<CommandException>(() => FindAsync(null, KeyFile))).Message.ShouldContain("chmod 600");
    }

    [Fact]
    public async Task FindSecret_OfTheSettings_ComesFirst_AndMustBeThereAndNotBeGuessed()
    {
        var setting = SecretReference.Parse("env:VAULT", _terminal.Directory)!;
        (await Should.ThrowAsync<CommandException>(() => FindAsync(setting, KeyFile))).Message.ShouldStartWith("credentialsSecret: the environment variable VAULT is not set");
        _variables["VAULT"] = "short";
        (await Should.ThrowAsync<CommandException>(() => FindAsync(setting, KeyFile))).Message.ShouldStartWith("credentialsSecret: is shorter than 16");
        _variables["VAULT"] = "long enough not to be guessed";
        (await FindAsync(setting, KeyFile))!.Source.ShouldBe("env:VAULT");
        File.Exists(KeyFile).ShouldBeFalse();
    }

    [Fact]
    public async Task FindSecret_OnADatabaseThatNodesShare_MakesNone() => (await FindAsync(null, file: null)).ShouldBeNull();

    private Task<KeySecret?> FindAsync(SecretReference? setting, string? file) =>
        VaultSetup.FindSecretAsync(setting, file, _journal, _variables, CancellationToken.None);
}
