using System.Security.Cryptography;
using Rebalancer.Host.Vault;

namespace Rebalancer.Host.Tests.Vault;

public sealed class KeySecretTests
{
    /// <summary>Made by Node's crypto module, from the passphrase below: PBKDF2 with 1000 iterations, then AES-256-GCM.</summary>
    private const string FromElsewhere = 
        "pbkdf2-sha256-aes-256-gcm:1000:AAECAwQFBgcICQoLDA0ODw==:8PHy8/T19vf4+fr7:21XUDcKoTHZIP3X0AQwVUw==:IQ6M7cP1/RgLxLIx817PHg==";

    private static readonly KeySecret Secret = new("correct horse battery staple", "env:SECRET", iterations: 1000);

    [Fact]
    public void Open_OfATextThatAnotherLibrarySealed_GivesItsPlainText() => Secret.Open(FromElsewhere).ShouldBe("<key>ü漢</key>");

    [Fact]
    public void Seal_OfOneTextTwice_GivesTwoTextsThatBothOpen()
    {
        var (one, two) = (Secret.Seal("the key"), Secret.Seal("the key"));
        one.ShouldNotBe(two);
        Secret.Open(one).ShouldBe("the key");
        new KeySecret("correct horse battery staple", "env:OTHER").Open(two).ShouldBe("the key");
    }

    [Fact]
    public void Open_WithAnotherSecret_IsRefused() =>
        Should.Throw<CryptographicException>(() => new KeySecret("correct horse battery stable", "env:SECRET").Open(FromElsewhere));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Open_WhenAnyPartWasChanged_IsRefused(int part)
    {
        var parts = FromElsewhere.Split(':');
        parts[part] = (parts[part][0] is '1' or 'A' ? '2' : parts[part][0] is 'p' ? 'q' : 'A') + parts[part][1..];
        Should.Throw<CryptographicException>(() => Secret.Open(string.Join(':', parts)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<key/>")]
    [InlineData("pbkdf2-sha256-aes-256-gcm:1000:::")]
    [InlineData("pbkdf2-sha256-aes-256-gcm:1000::::")]
    [InlineData("pbkdf2-sha256-aes-256-gcm:0:AA==:AA==:AA==:AA==")]
    [InlineData("pbkdf2-sha256-aes-256-gcm:-1:AA==:AA==:AA==:AA==")]
    [InlineData("pbkdf2-sha256-aes-256-gcm:2000000000:AA==:AA==:AA==:AA==")]
    [InlineData("pbkdf2-sha256-aes-256-gcm:99999999999:AA==:AA==:AA==:AA==")]
    [InlineData("pbkdf2-sha256-aes-256-gcm:1000:AA==:AA==:AA==:AA==")]
    [InlineData("pbkdf2-sha256-aes-256-gcm:1000:not base64:AA==:AA==:AA==")]
    public void Open_OfSomethingElse_IsRefusedAtOnce(string text) => Should.Throw<CryptographicException>(() => Secret.Open(text));
}
