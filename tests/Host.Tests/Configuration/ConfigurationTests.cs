using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests.Configuration;

public sealed class ConfigurationTests : IDisposable
{
    private const string Valid = """
        {
          // comments are allowed
          "journal": "sqlite:data/rebalancer.db",
          "listen": "http://127.0.0.1:5080",
          "portfolios": [ {
            "id": "main", "baseCurrency": "USD", "mode": "paper",
            "targets": { "method": "fixed", "weights": { "BTC": 0.2, "VTI": 0.5 } },
            "bands": { "absolute": 0.05, "relative": 0.25, "assets": { "BTC": { "absolute": 0.02 } } },
            "accounts": [ "kraken-main", "paper-1" ]
          } ],
          "accounts": [
            { "id": "kraken-main", "venue": "simulated", "credentials": { "apiKey": "env:KRAKEN_KEY" } },
            { "id": "paper-1", "venue": "simulated", "options": { "kind": "broker", "balances": { "USD": 10000 } } },
          ]
        }
        """;

    private readonly Terminal _terminal = new();

    /// <summary>What is put in place of what, and the line that must come of it.</summary>
    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "\"journal\"", "\"jurnal\"", "rebalancer.json:3: jurnal: is not a known field; did you mean \"journal\"? Otherwise remove it" },
        { "\"mode\": \"paper\"", "\"mode\": \"papr\"", "rebalancer.json:6: portfolios[0].mode: \"papr\" is not known; use \"dry-run\", \"paper\", \"live\"" },
        { "0.2, \"VTI\": 0.5", "0.6, \"VTI\": 0.5", "rebalancer.json:7: portfolios[0].targets.weights: the weights add up to 1.1; they may add up to at most 1, the rest is cash" },
        { "\"BTC\": 0.2", "\"BTC\": -0.2", "rebalancer.json:7: portfolios[0].targets.weights: the weight of BTC is -0.2; give a weight from 0 to 1" },
        { "\"VTI\": 0.5", "\"USD\": 0.5", "rebalancer.json:7: portfolios[0].targets.weights: USD is the base currency; what the other weights leave to 1 is its target already" },
        { "\"paper-1\" ]", "\"paper-2\" ]", "rebalancer.json:9: portfolios[0].accounts: \"paper-2\" is not one of the accounts; did you mean \"paper-1\"? Otherwise add it to \"accounts\"" },
        { "env:KRAKEN_KEY", "s3cr3t-literal", "rebalancer.json:12: accounts[0].credentials.apiKey: must not hold the secret itself; write \"env:NAME\" or \"file:PATH\" and keep the secret there" },
        { "127.0.0.1:5080", "0.0.0.0:5080", "rebalancer.json:4: listen: 0.0.0.0 can be reached from other machines, which needs TLS and a token; listen on 127.0.0.1, or use https with \"tls\" and \"apiToken\"" },
        { "sqlite:data", "mysql:data", "rebalancer.json:3: journal: 'mysql:' is not a journal; write \"sqlite:PATH\", as \"sqlite:data/rebalancer.db\", or \"postgres://user@host:5432/database\"" },
        { "sqlite:data/rebalancer.db", "postgres://me@db/journal", "rebalancer.json:1: clusterToken: is missing: the nodes that share a PostgreSQL journal show it to each other; write \"env:NAME\"" },
        { "sqlite:data/rebalancer.db", "postgres://me:s3cr3t-literal@db/journal", "rebalancer.json:3: journal: The address of the database on db contains a password" },
        { "\"listen\"", "\"passwordFile\": \"pw\", \"listen\"", "rebalancer.json:4: passwordFile: is the password of a PostgreSQL journal, and this one is not" },
        { "\"listen\"", "\"node\": { \"name\": \"a b\" }, \"listen\"", "rebalancer.json:4: node.name: \"a b\" cannot be the name of a node" },
        { "\"id\": \"paper-1\"", "\"id\": \"kraken-main\"", "rebalancer.json:11: accounts: the id \"kraken-main\" is used twice; give each its own id" },
        { "\"id\": \"main\"", "\"id\": \"ma/in\"", "rebalancer.json:6: portfolios[0].id: \"ma/in\" cannot be an id; use up to 64 letters, digits, '-', '_' or '.'" },
        { "\"mode\": \"paper\"", "\"schedule\": { \"cron\": \"0 0 9 * * ?\", \"whenClosed\": \"holiday\" }", "rebalancer.json:6: portfolios[0].schedule.whenClosed: \"holiday\" is not known; use \"trade-open\", \"wait\", \"skip\"" },
        { "\"absolute\": 0.05", "\"absolute\": true", "rebalancer.json:8: portfolios[0].bands.absolute: must be a number of at most 28 digits, is true; write a number or a decimal text, as 0.25 or \"0.25\"" },
        { "\"accounts\": [\n", "\"accounts\": [[\n", "rebalancer.json:" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Check_Mistake_NamesFileLineFieldAndRemedyAndExits2(string text, string mistake, string expected)
    {
        Valid.ShouldContain(text);
        _terminal.Write("rebalancer.json", Valid.Replace(text, mistake, StringComparison.Ordinal));
        (await _terminal.With("KRAKEN_KEY", "kraken-key").RunAsync("config", "check")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain(expected);
        _terminal.Error.ShouldNotContain("s3cr3t-literal");
        _terminal.Out.ShouldBeEmpty();
        _terminal.Files().ShouldBe(["rebalancer.json"]);
    }

    [Fact]
    public async Task Check_Valid_SaysSo()
    {
        _terminal.Write("rebalancer.json", Valid);
        (await _terminal.With("KRAKEN_KEY", "kraken-key").RunAsync("config", "check")).ShouldBe(0, _terminal.Error);
        _terminal.Out.ShouldContain("valid: 1 portfolio(s), 2 account(s)");
    }

    [Fact]
    public async Task Check_AccountInTwoPortfolios_IsRefused()
    {
        var second = """{ "id": "second", "baseCurrency": "USD", "targets": { "method": "equal", "assets": ["ETH"] }, "accounts": [ "paper-1" ] } ],""";
        _terminal.Write("rebalancer.json", Valid.Replace("} ],", "}, " + second, StringComparison.Ordinal));
        (await _terminal.RunAsync("config", "check")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain("portfolios[1].accounts: \"paper-1\" already belongs to portfolio \"main\"");
    }

    [Fact]
    public async Task Check_SecretMissing_NamesWhereItShouldBe()
    {
        _terminal.Write("rebalancer.json", Valid);
        (await _terminal.RunAsync("config", "check")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain("accounts[kraken-main].credentials.apiKey: the environment variable KRAKEN_KEY is not set");
    }

    [Fact]
    public async Task Check_SecretTooShortToBeTakenOutOfMessages_IsRefusedWithoutRepeatingIt()
    {
        _terminal.Write("rebalancer.json", Valid);
        _terminal.With("KRAKEN_KEY", "a1b2c3");
        (await _terminal.RunAsync("config", "check")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain("accounts[kraken-main].credentials.apiKey: what env:KRAKEN_KEY holds has fewer than 7 characters");
        _terminal.Error.ShouldNotContain("a1b2c3");
    }

    [Fact]
    public async Task Check_FileMissing_SaysWhatToDo()
    {
        (await _terminal.RunAsync("config", "check", "--config", "none.json")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain("none.json: there is no such file; name the settings file with --config");
    }

    [Fact]
    public async Task Show_PrintsTheMergeWithoutSecrets()
    {
        _terminal.Write("rebalancer.json", Valid);
        _terminal.With("REBALANCER__PORTFOLIOS__0__MODE", "dry-run").With("REBALANCER__PORTFOLIOS__0__MINTRADEVALUE", "25");
        (await _terminal.RunAsync("config", "show")).ShouldBe(0, _terminal.Error);
        _terminal.Out.ShouldContain("\"mode\": \"dry-run\"");
        _terminal.Out.ShouldContain("\"minTradeValue\": \"25\"");
        _terminal.Out.ShouldContain("env:KRAKEN_KEY");
    }

    [Fact]
    public void Format_SecretThatIsNoReference_IsHidden()
    {
        var tree = LocatedJsonParser.Parse("""{ "options": { "password": "hunter2", "clientId": 7 }, "apiKey": "env:KEY" }""", new InputErrors());
        var text = RedactedJson.Format(tree!);
        text.ShouldNotContain("hunter2");
        text.ShouldContain("\"password\": \"***\"");
        text.ShouldContain("\"clientId\": 7");
        text.ShouldContain("env:KEY");
    }

    [Fact]
    public async Task Show_VariableWithWrongValue_IsNamed()
    {
        _terminal.Write("rebalancer.json", Valid);
        (await _terminal.With("REBALANCER__PORTFOLIOS__0__MODE", "maybe").RunAsync("config", "show")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain("set by the environment variable REBALANCER__PORTFOLIOS__0__MODE");
    }

    [Fact]
    public async Task Status_TokenOnTheCommandLine_IsRefused()
    {
        (await _terminal.RunAsync("status", "--url", "http://127.0.0.1:1", "--token", "abcdef")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain("--token: a command line is seen by others");
        _terminal.Error.ShouldNotContain("abcdef");
    }

    public void Dispose() => _terminal.Dispose();
}
