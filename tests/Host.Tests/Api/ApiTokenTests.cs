using Rebalancer.Host.Api;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests.Api;

public sealed class ApiTokenTests : IDisposable
{
    private readonly Terminal _terminal = new();

    [Fact]
    public void LoadOrCreate_MakesOneForItsOwnerOnlyAndKeepsIt()
    {
        var token = ApiToken.LoadOrCreate(_terminal.Directory);
        token.Length.ShouldBe(64);
        ApiToken.LoadOrCreate(_terminal.Directory).ShouldBe(token);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(_terminal.Directory, ApiToken.FileName)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public void Load_ReadableByOthers_IsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var path = _terminal.Write("api-token", new string('a', 64));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Should.Throw<CommandException>(() => ApiToken.Load(path)).Message.ShouldContain("chmod 600");
    }

    public void Dispose() => _terminal.Dispose();
}
