using System.Text.Json;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Tests.Cli;

public sealed class TokenCommandTests : IDisposable
{
    private readonly Terminal _terminal = new();

    [Fact]
    public async Task Create_PrintsTheTokenOnceAndKeepsOnlyItsHash()
    {
        (await _terminal.RunAsync("token", "create", "ann", "--role", "operate", "--expires-days", "30", "--data", "data", "--output", "json")).ShouldBe(ExitCode.Done, _terminal.Error);
        var created = JsonDocument.Parse(_terminal.Out).RootElement;
        var text = created.GetProperty("token").GetString()!;
        var file = Path.Combine(_terminal.Directory, "data", "api-tokens.json");
        (await File.ReadAllTextAsync(file)).ShouldNotContain(text);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        (await _terminal.RunAsync("token", "list", "--data", "data")).ShouldBe(ExitCode.Done);
        _terminal.Out.ShouldContain("ann");
        _terminal.Out.ShouldContain("operate");
        _terminal.Out.ShouldNotContain(text);

        (await _terminal.RunAsync("token", "list", "--data", "data", "--output", "json")).ShouldBe(ExitCode.Done);
        _terminal.Out.ShouldNotContain("hash");
        _terminal.Out.ShouldContain("\"state\": \"good\"");
    }

    [Fact]
    public async Task Revoke_EndsIt_AndAnUnknownIdIsNamed()
    {
        await _terminal.RunAsync("token", "create", "ann", "--data", "data", "--output", "json");
        var id = JsonDocument.Parse(_terminal.Out).RootElement.GetProperty("id").GetString()!;
        (await _terminal.RunAsync("token", "revoke", id, "--data", "data")).ShouldBe(ExitCode.Done);
        await _terminal.RunAsync("token", "list", "--data", "data");
        _terminal.Out.ShouldContain("revoked");
        (await _terminal.RunAsync("token", "revoke", "nope", "--data", "data")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain("there is no token 'nope'");
    }

    [Fact]
    public async Task Create_WithSettingsAndADataDirectory_KeepsItWhereTheDataIs()
    {
        await _terminal.RunAsync("init", "--preset", "crypto", "--accounts", "paper-exchange", "--rebalance", "bands");
        (await _terminal.RunAsync("token", "create", "ann", "--config", "rebalancer.json", "--data", "elsewhere")).ShouldBe(ExitCode.Done, _terminal.Error);
        _terminal.Files().ShouldContain(Path.Combine("elsewhere", "api-tokens.json"));
        _terminal.Files().ShouldNotContain(Path.Combine("data", "api-tokens.json"));
    }

    [Theory]
    [InlineData("--role", "owner")]
    [InlineData("--expires-days", "0")]
    public async Task Create_BadInput_Exits2(string option, string value) =>
        (await _terminal.RunAsync("token", "create", "ann", option, value, "--data", "data")).ShouldBe(ExitCode.BadInput);

    public void Dispose() => _terminal.Dispose();
}
