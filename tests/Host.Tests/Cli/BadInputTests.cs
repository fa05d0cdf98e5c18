using System.Net;
using System.Net.Sockets;
using Rebalancer.Host.Cli;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Host.Tests.Cli;

/// <summary>What a user can get wrong before a service runs: each names its place and the remedy, exits 2, and leaves the directory as it was.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Journal = "data/rebalancer.db";

    private readonly Terminal _terminal = new();

    /// <summary>What is put in place of what in valid settings, and what must be said of it.</summary>
    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "\"mode\": \"paper\",", "\"mode\": \"paper\"", "rebalancer.json:5: " },
        { "\"BTC\": 0.3", "\"BTC\": 30", "rebalancer.json:5: portfolios[0].targets.weights: the weight of BTC is 30; weights are shares: write 0.25 for 25 %" },
        { "\"BTC\": 0.3", "\"BTCC\": 0.3", "rebalancer.json:5: portfolios[0].targets: no account of the portfolio trades BTCC; did you mean \"BTC\"? Otherwise add an account that trades it, or drop the target" },
        { "\"mode\"", "\"modee\"", "rebalancer.json:4: portfolios[0].modee: is not a known field; did you mean \"mode\"? Otherwise remove it" },
        { "\"USD\": 10000", "\"USD\": -5", "rebalancer.json:8: accounts[0].options.balances.USD: must not be negative, is -5; write what the account starts with" },
        { "\"USD\": 10000", "\"DOGE\": 5", "rebalancer.json:8: accounts[0].options.balances.DOGE: is not traded at a simulated exchange; did you mean " },
        { "\"simulated\"", "\"simulatd\"", "rebalancer.json:8: accounts[0].venue: \"simulatd\" is not a known venue; did you mean \"simulated\"?" },
        { "\"mode\": \"paper\"", "\"mode\": \"live\"", "--live: portfolio \"main\" is in mode live, which sends real orders; start with 'rebalancer run --live' to allow it, or set \"mode\": \"paper\"" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Run_WrongSettings_NamesLineFieldAndRemedy(string text, string mistake, string expected)
    {
        var settings = Settings(port: 0);
        settings.ShouldContain(text);
        _terminal.Write("rebalancer.json", settings.Replace(text, mistake, StringComparison.Ordinal));
        await RefusesAsync(expected, "run", "--once");
    }

    [Theory]
    [InlineData("this is a text that somebody keeps here, longer than the header of a database would be", "this is not a journal. Name another data directory, or move the file away.")]
    [InlineData("short", "this is not a journal. Name another data directory, or move the file away.")]
    public async Task Run_ForeignFileInTheJournalsPlace_IsLeftAlone(string content, string expected)
    {
        _terminal.Write("rebalancer.json", Settings(port: 0));
        var path = _terminal.Write(Journal, content);
        await RefusesAsync($"journal: {path}: {expected}", "run", "--once");
        (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ShouldBe(content);
    }

    [Fact]
    public async Task Run_DirectoryInTheJournalsPlace_SaysItCannotBeOpened()
    {
        _terminal.Write("rebalancer.json", Settings(port: 0));
        Directory.CreateDirectory(Path.Combine(_terminal.Directory, Journal));
        await RefusesAsync("the journal cannot be opened", "run", "--once");
    }

    [Fact]
    public async Task Run_JournalInUse_NamesItsHolder()
    {
        _terminal.Write("rebalancer.json", Settings(port: 0));
        var path = Path.Combine(_terminal.Directory, Journal);
        await using var held = SqliteJournal.Open(path, TimeProvider.System);
        await RefusesAsync($"(process {Environment.ProcessId}). Stop that process, or use another data directory.", "run", "--once");
    }

    [Fact]
    public async Task Run_PortInUse_NamesIt()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        _terminal.Write("rebalancer.json", Settings(port));
        await RefusesAsync($"listen: port {port} of 127.0.0.1 is in use by another program; choose another with --port or \"listen\"", "run", "--once");
        await RefusesAsync($"listen: port {port} of 127.0.0.1 is in use", "demo", "--cycles", "1", "--data", "demo", "--port", $"{port}");
    }

    [Fact]
    public async Task Run_NodeMissing_SaysHowToGetIt()
    {
        _terminal.Write("rebalancer.json", Settings(port: 0));
        _terminal.With("REBALANCER_NODE", Path.Combine(_terminal.Directory, "none"));
        await RefusesAsync("none'); install Node.js 20 or later, or set REBALANCER_NODE to its executable", "run", "--once");
        await RefusesAsync("none'); install Node.js 20 or later, or set REBALANCER_NODE to its executable", "demo", "--cycles", "1");
    }

    [Fact]
    public async Task Run_NodeTooOld_NamesItsVersion()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var node = _terminal.Write("node", "#!/bin/sh\necho v18.0.0\n");
        File.SetUnixFileMode(node, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _terminal.Write("rebalancer.json", Settings(port: 0));
        _terminal.With("REBALANCER_NODE", node);
        await RefusesAsync($"node: Node.js 18.0.0 at '{node}' is too old; install Node.js 20 or later", "run", "--once");
    }

    [Fact]
    public async Task Plan_PriceMissing_NamesTheAsset()
    {
        _terminal.Write("snapshot.json", """
            {
              "baseCurrency": "USD", "targets": { "BTC": 0.5 }, "prices": { },
              "accounts": [ { "id": "a", "cash": { "USD": 100 }, "holdings": { "BTC": 1 }, "markets": [ { "asset": "BTC" } ] } ]
            }
            """);
        await RefusesAsync("BTC", "plan", "snapshot.json");
        _terminal.Error.ShouldContain("snapshot.json:");
        _terminal.Error.ShouldContain("price");
    }

    public void Dispose() => _terminal.Dispose();

    private async Task RefusesAsync(string expected, params string[] line)
    {
        var before = _terminal.Files();
        (await _terminal.RunAsync(line)).ShouldBe(ExitCode.BadInput, _terminal.Error);
        _terminal.Error.ShouldContain(expected);
        _terminal.Out.ShouldBeEmpty();
        _terminal.Files().ShouldBe(before);
    }

    private static string Settings(int port) => $$"""
        {
          "journal": "sqlite:{{Journal}}", "listen": "http://127.0.0.1:{{port}}",
          "portfolios": [ {
            "id": "main", "baseCurrency": "USD", "mode": "paper",
            "targets": { "method": "fixed", "weights": { "BTC": 0.3 } },
            "accounts": [ "paper-1" ] } ],
          "accounts": [
            { "id": "paper-1", "venue": "simulated", "options": { "kind": "exchange", "balances": { "USD": 10000 } } } ]
        }
        """;
}
