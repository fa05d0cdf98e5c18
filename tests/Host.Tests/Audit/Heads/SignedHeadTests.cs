using System.Diagnostics;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Host.Audit.Heads;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Tests.Cli;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Tests.Audit.Heads;

public sealed class SignedHeadTests : IDisposable
{
    private static readonly JournalHead Head = new(
        new DateTimeOffset(2026, 11, 21, 15, 0, 0, TimeSpan.Zero),
        [new StreamMark("account/kraken", 120, new string('a', 64)), new StreamMark("portfolio/main", 7, new string('b', 64))]);

    private readonly Terminal _terminal = new();

    private string KeyPath => Path.Combine(_terminal.Directory, "audit-key.pem");

    [Fact]
    public void Parse_OfWhatWasWritten_GivesTheHeadAndItsSignatureFits()
    {
        using var key = HeadKey.LoadOrCreate(KeyPath);
        var read = SignedHead.Parse(SignedHead.Sign(Head, key).ToString(), new InputErrors()).ShouldNotBeNull();
        (read.Head.At, read.KeyId).ShouldBe((Head.At, key.Id));
        read.Head.Streams.ShouldBe(Head.Streams);
        read.IsGenuine(key).ShouldBeTrue();
        using var half = HeadKey.Load(HeadKey.PublicPathOf(KeyPath));
        read.IsGenuine(half).ShouldBeTrue("the public half is enough");
    }

    [Theory]
    [InlineData("120 a", "121 a")]
    [InlineData("account/kraken", "account/krake")]
    [InlineData("15:00:00", "16:00:00")]
    [InlineData("bbb portfolio", "bbc portfolio")]
    public void IsGenuine_AfterAnythingWasChanged_IsFalse(string was, string now)
    {
        using var key = HeadKey.LoadOrCreate(KeyPath);
        var forged = SignedHead.Parse(SignedHead.Sign(Head, key).ToString().Replace(was, now, StringComparison.Ordinal), new InputErrors());
        forged.ShouldNotBeNull().IsGenuine(key).ShouldBeFalse();
    }

    [Fact]
    public void IsGenuine_ForAnotherKey_IsFalse()
    {
        using var key = HeadKey.LoadOrCreate(KeyPath);
        using var other = HeadKey.LoadOrCreate(Path.Combine(_terminal.Directory, "other.pem"));
        SignedHead.Sign(Head, key).IsGenuine(other).ShouldBeFalse();
        HeadFilesRead(SignedHead.Sign(Head, other), key).ShouldContain($"is signed by key {other.Id}, which is not among those given");
    }

    [Fact]
    public void Read_OfAFileThatWasCutOrIsNone_SaysWhere()
    {
        using var key = HeadKey.LoadOrCreate(KeyPath);
        var text = SignedHead.Sign(Head, key).ToString();
        Should.Throw<InvalidInputException>(() => HeadFiles.Read(_terminal.Write("cut.txt", text[..60]), [key])).Message.ShouldContain("has no signature");
        Should.Throw<InvalidInputException>(() => HeadFiles.Read(_terminal.Write("line.txt", text.Replace("120 ", "x ", StringComparison.Ordinal)), [key]))
            .Message.ShouldContain("line.txt:4: is not a number, a hash and a stream");
        Should.Throw<CommandException>(() => HeadFiles.Read(_terminal.Directory, [key])).Message.ShouldContain("holds no head");
        HeadFilesRead(SignedHead.Sign(Head, key) with { Signature = new byte[70] }, key).ShouldContain("its signature is not that of its text");
    }

    [Fact]
    public void Key_ThatIsNone_OrOfAnotherCurve_IsRefusedWithoutBeingShown()
    {
        Should.Throw<CommandException>(() => HeadKey.Read("s3cret", "audit.signingKey")).Message.ShouldBe(
            "audit.signingKey: is not a key in PEM; make one with 'openssl ecparam -name prime256v1 -genkey -noout'");
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        Should.Throw<CommandException>(() => HeadKey.Read(other.ExportPkcs8PrivateKeyPem(), "key")).Message.ShouldContain("another curve");
    }

    [Fact]
    public void Key_IsMadeOnce_AndReadableByItsOwnerOnly()
    {
        using var first = HeadKey.LoadOrCreate(KeyPath);
        using var second = HeadKey.LoadOrCreate(KeyPath);
        second.Id.ShouldBe(first.Id);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(KeyPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>A service may be killed at any of these moments, and must start again.</summary>
    [Fact]
    public async Task Key_AtEveryMomentOfItsMaking_IsMissingOrWhole()
    {
        for (var time = 0; time < 20; time++)
        {
            var path = Path.Combine(_terminal.Directory, $"key-{time}.pem");
            var making = Task.Run(() => HeadKey.LoadOrCreate(path).Dispose(), TestContext.Current.CancellationToken);
            while (!File.Exists(path))
            {
                if (making.IsCompleted)
                {
                    await making;
                }
            }

            Should.NotThrow(() => HeadKey.Load(path).Dispose());
            await making;
        }
    }

    [Fact]
    public void Key_WhoseMakingWasCutOff_IsMadeAnew()
    {
        using (HeadKey.LoadOrCreate(KeyPath))
        {
            File.Move(KeyPath, KeyPath + ".new");
        }

        using (var cut = new FileStream(KeyPath + ".new", FileMode.Open))
        {
            cut.SetLength(cut.Length / 2);
        }

        using var key = HeadKey.LoadOrCreate(KeyPath);
        using var half = HeadKey.Load(HeadKey.PublicPathOf(KeyPath));
        half.Id.ShouldBe(key.Id, "the public half is that of the second key");
        using var again = HeadKey.LoadOrCreate(KeyPath);
        again.Id.ShouldBe(key.Id);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(KeyPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>The commands of the guide, run as they stand there.</summary>
    [Fact]
    public async Task Signature_IsCheckedByOpensslAlone()
    {
        using var key = HeadKey.LoadOrCreate(KeyPath);
        _terminal.Write("head.txt", SignedHead.Sign(Head, key).ToString());
        (await ShellAsync()).ShouldBe("Verified OK");
        _terminal.Write("head.txt", SignedHead.Sign(Head, key).ToString().Replace("120 ", "121 ", StringComparison.Ordinal));
        (await ShellAsync()).ShouldBe("Verification failure");
    }

    public void Dispose() => _terminal.Dispose();

    private string HeadFilesRead(SignedHead head, HeadKey key) =>
        Should.Throw<CommandException>(() => HeadFiles.Read(_terminal.Write("head.txt", head.ToString()), [key])).Message;

    private async Task<string> ShellAsync()
    {
        const string Commands =
            "tail -n 1 head.txt | cut -d' ' -f2 | base64 -d > head.sig; head -n -1 head.txt | openssl dgst -sha256 -verify audit-key.pub.pem -signature head.sig 2>/dev/null";
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", Commands])
        {
            WorkingDirectory = _terminal.Directory, RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.Trim();
    }
}
