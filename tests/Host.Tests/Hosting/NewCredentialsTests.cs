using System.Text.Json;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Host.Api;
using Rebalancer.Host.Hosting;

namespace Rebalancer.Host.Tests.Hosting;

public sealed class NewCredentialsTests
{
    [Fact]
    public void Take_PutsReferencesInThePlaceOfSecrets_UnderNewNamesEachTime()
    {
        var request = Request("""{ "id": "k", "venue": "ccxt:kraken", "credentials": { "apiKey": "env:KEY" } }""", ("secret", "0123456789"));
        var (settings, credentials) = NewCredentials.Take(request);

        var (name, secret) = credentials.ShouldHaveSingleItem();
        secret.ShouldBe("0123456789");
        name.ShouldMatch("^secret-[0-9a-f]{8}$");
        settings.ShouldNotContain("0123456789");
        var references = JsonDocument.Parse(settings).RootElement.GetProperty("credentials");
        references.GetProperty("apiKey").GetString().ShouldBe("env:KEY");
        references.GetProperty("secret").GetString().ShouldBe($"stored:{name}");

        var account = EffectiveConfiguration.ReadAccount(settings, "/");
        account.Credentials["secret"].Stored.ShouldBe(name);
        account.Text.ShouldContain($"stored:{name}");
        NewCredentials.Take(request).Settings.ShouldNotBe(settings);
    }

    [Fact]
    public void Take_WithoutSecrets_LeavesTheSettingsAsTheyAre()
    {
        const string Settings = """{ "id": "k",   "venue": "simulated" }""";
        NewCredentials.Take(Request(Settings)).Settings.ShouldBe(Settings);
    }

    [Theory]
    [InlineData("secret", "0123456789", """{ "secret": "env:X" }""", "given twice")]
    [InlineData("secret", "short1", "{}", "shorter than any venue's")]
    [InlineData("secret", "", "{}", "is empty")]
    [InlineData("a/b", "0123456789", "{}", "a name that no venue's credential has")]
    [InlineData("apiKey", "0123456789", """{ "secret": "stored:secret-1a2b3c4d" }""", "cannot refer to a stored credential")]
    public void Take_OfWhatCouldNotBeACredential_IsRefusedWithoutRepeatingIt(string name, string secret, string references, string expected)
    {
        var request = Request($$"""{ "id": "k", "venue": "ccxt:kraken", "credentials": {{references}} }""", (name, secret));
        var refused = Should.Throw<InvalidInputException>(() => NewCredentials.Take(request));
        refused.Message.ShouldContain(expected);
        if (secret.Length > 0)
        {
            refused.Message.ShouldNotContain(secret);
        }
    }

    [Fact]
    public void Take_OfAStoredReferenceWithoutSecrets_IsRefused_SinceItCouldBeAnotherAccounts() =>
        Should.Throw<InvalidInputException>(() => NewCredentials.Take(Request("""{ "id": "k", "venue": "ccxt:kraken", "credentials": { "secret": "stored:secret-1a2b3c4d" } }""")));

    [Fact]
    public void Request_AsText_ShowsNoSecret() => Request("{}", ("secret", "0123456789")).ToString().ShouldNotContain("0123456789");

    private static AddAccountRequest Request(string account, params (string Name, string Secret)[] secrets) => new(
        null, JsonDocument.Parse(account).RootElement, "a test",
        new SortedDictionary<string, string>(secrets.ToDictionary(entry => entry.Name, entry => entry.Secret), StringComparer.Ordinal));
}
