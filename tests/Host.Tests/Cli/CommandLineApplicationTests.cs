using System.CommandLine;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Tests.Cli;

public sealed class CommandLineApplicationTests : IDisposable
{
    private readonly Terminal _terminal = new();

    public static TheoryData<string[], string> WrongLines => new()
    {
        { ["frobnicate"], "frobnicate" },
        { ["doctor", "--output", "xml"], "--output: 'xml'" },
        { ["doctor", "--no-such-option"], "--no-such-option" },
    };

    [Theory]
    [MemberData(nameof(WrongLines))]
    public async Task Run_WrongCommandLine_NamesTheWordAndTheHelpAndExits2(string[] line, string named)
    {
        (await _terminal.RunAsync(line)).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain(named);
        _terminal.Error.ShouldContain("--help");
        _terminal.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task Help_EveryVisibleCommand_DescribesItselfWithAnExample()
    {
        foreach (var command in CommandLineApplication.CreateRoot(CliContext.FromProcess()).Subcommands.Where(command => !command.Hidden))
        {
            (await _terminal.RunAsync(command.Name, "--help")).ShouldBe(0);
            _terminal.Out.ShouldContain($"rebalancer {command.Name}", customMessage: command.Name);
            _terminal.Out.ShouldContain("Examples:", customMessage: command.Name);
            command.Description.ShouldNotBeNullOrWhiteSpace(command.Name);
        }
    }

    [Fact]
    public async Task Doctor_NodeMissing_SaysHowToGetIt()
    {
        _terminal.With("REBALANCER_NODE", Path.Combine(_terminal.Directory, "node"));
        (await _terminal.RunAsync("doctor")).ShouldBe(ExitCode.Failed);
        _terminal.Out.ShouldContain("install Node.js 20 or later");
    }

    [Fact]
    public async Task Doctor_NodeTooOld_NamesItsVersion()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var node = _terminal.Write("node", "#!/bin/sh\necho v18.4.0\n");
        File.SetUnixFileMode(node, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _terminal.With("REBALANCER_NODE", Path.Combine(_terminal.Directory, "node"));
        (await _terminal.RunAsync("doctor")).ShouldBe(ExitCode.Failed);
        _terminal.Out.ShouldContain("18.4.0 at");
    }

    public void Dispose() => _terminal.Dispose();
}
