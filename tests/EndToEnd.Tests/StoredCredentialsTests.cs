using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Npgsql;
using Rebalancer.Emulators.Binance;
using Rebalancer.Emulators.Books;
using Rebalancer.Postgres.TestKit;
using Rebalancer.Runtime.Journals.Postgres;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>
/// Two nodes on one PostgreSQL and an account added on one of them, its secrets given on standard input: whichever node is left reads them and speaks
/// to the venue, and nobody finds them in the database, in a file, in an answer or on a command line.
/// </summary>
public sealed class StoredCredentialsTests : IAsyncLifetime
{
    private const string Mark = "canary5d21c8";
    private const string NodesSecret = "the secret that both nodes have";

    private readonly string _folder = Directory.CreateTempSubdirectory("stored-credentials-").FullName;
    private readonly SortedDictionary<string, Process> _nodes = new(StringComparer.Ordinal);
    private readonly List<string> _outputs = [];
    private PostgresServer _postgres = null!;
    private BinanceEmulator _binance = null!;
    private string _database = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _postgres = await PostgresServer.StartAsync();
        _database = await _postgres.CreateDatabaseAsync();
        _binance = await BinanceEmulator.StartAsync(TimeProvider.System);
        _binance.Book.Add(new BookMarket("BTCUSDT", "BTC", "USDT", 0.01m, 0.00001m, 0.00001m, 5, 0.001m, 0.5m), 59_999, 60_001);
        _binance.Book.Endow("kept", "USDT", 10_000);
        _binance.AddKey(new BinanceKey("kept", Mark + "-key", Mark + "-secret"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "cold.csv"), "Symbol,PositionValue,MarkPrice\nBTC,600,60000\n", Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values.Where(node => !node.HasExited))
        {
            node.Kill();
            await node.WaitForExitAsync();
        }

        await _binance.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Credentials_GivenToOneNode_AreReadByWhicheverIsLeft_AndFoundNowhere()
    {
        await StartAsync("one");
        await StartAsync("two");
        var (exitCode, output) = await AddAsync("one");
        exitCode.ShouldBe(0, output);
        await UntilReadAsync("two");

        await StopAsync("one");
        await UntilReadAsync("two");
        await StartAsync("one");
        await StopAsync("two");
        await UntilReadAsync("one");

        (await CommandAsync("one", "", "config", "show")).ExitCode.ShouldBe(0);
        (await TextsAsync("SELECT element FROM key_ring")).Count.ShouldBe(1);
        (await TextsAsync("SELECT account || ' ' || split_part(name, '-', 1) FROM credential ORDER BY 1")).ShouldBe(["kept apiKey", "kept secret"]);
        (await TextsAsync("SELECT payload FROM journal WHERE persistence_id = 'service/roster'")).ShouldHaveSingleItem().ShouldContain("stored:secret-");
        await ShouldHoldNoSecretAsync();

        (await CommandAsync("one", "", "account", "remove", "kept")).ExitCode.ShouldBe(0);
        (await TextsAsync("SELECT name FROM credential")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nodes_WithAnotherSecretOrNone_SaySoAtOnce_AndStoreNothing()
    {
        await StartAsync("without", secret: null);
        var (refused, why) = await AddAsync("without");
        (refused, why.Contains("credentialsSecret: is not set", StringComparison.Ordinal)).ShouldBe((2, true), why);
        (await TextsAsync("SELECT name FROM credential")).ShouldBeEmpty();
        await StopAsync("without");

        await StartAsync("one");
        (await AddAsync("one")).ExitCode.ShouldBe(0);
        foreach (var (name, secret, expected) in new[] { ("without", (string?)null, "credentialsSecret: is not set"), ("wrong", "some other secret of nobody", "credentialsSecret: env:VAULT does not open") })
        {
            var (ended, said) = await RebalancerProgram.RunAsync(["run", "--config", Write(name, secret)], "", Variables(secret), Cancellation);
            (ended, said.Contains(expected, StringComparison.Ordinal)).ShouldBe((2, true), said);
        }

        await ShouldHoldNoSecretAsync();
    }

    [Fact]
    public async Task Account_WhoseRowWasChanged_SaysSo_ComesBackWithTheRow_AndCanBeRemovedWithoutIt()
    {
        await StartAsync("one");
        (await AddAsync("one")).ExitCode.ShouldBe(0);
        await StopAsync("one");
        await RunAsync("UPDATE credential SET protected = reverse(protected)");
        await StartAsync("one");

        while (!(await SaidAsync("one")).Contains("does not open with env:VAULT", StringComparison.Ordinal))
        {
            (await CommandAsync("one", "", "accounts")).ExitCode.ShouldBe(0, "an account that cannot be opened answers none the less");
        }

        await RunAsync("UPDATE credential SET protected = reverse(protected)");
        await UntilReadAsync("one");

        await StopAsync("one");
        await RunAsync("UPDATE credential SET protected = reverse(protected)");
        await StartAsync("one");
        (await CommandAsync("one", "", "account", "remove", "kept")).ExitCode.ShouldBe(0);
        (await TextsAsync("SELECT name FROM credential")).ShouldBeEmpty();
        await ShouldHoldNoSecretAsync();
    }

    private Task<(int ExitCode, string Output)> AddAsync(string node) => CommandAsync(
        node, $$"""{ "apiKey": "{{Mark}}-key", "secret": "{{Mark}}-secret" }""",
        "account", "add", "kept", "--venue", "ccxt:binance", "--endpoint", _binance.Address.ToString(), "--credentials-stdin");

    private async Task<(int ExitCode, string Output)> CommandAsync(string node, string input, params string[] arguments)
    {
        var (exitCode, output) = await RebalancerProgram.RunAsync([.. arguments, "--config", Settings(node)], input, Variables(NodesSecret), Cancellation);
        _outputs.Add(output);
        return (exitCode, output);
    }

    private async Task StartAsync(string name, string? secret = NodesSecret)
    {
        var process = RebalancerProgram.Start(["run", "--config", Write(name, secret)], Variables(secret));
        var log = Path.Combine(_folder, name, $"life-{_nodes.Count}-{process.Id}");
        RebalancerProgram.Drain(process.StandardOutput, log + ".out");
        RebalancerProgram.Drain(process.StandardError, log + ".err");
        _nodes[name] = process;
        while ((await CommandAsync(name, "", "status")).ExitCode != 0)
        {
            process.HasExited.ShouldBeFalse($"node {name} ended: {await File.ReadAllTextAsync(log + ".err", Cancellation)}");
        }
    }

    private async Task StopAsync(string name)
    {
        using var terminate = Process.Start("kill", ["-TERM", $"{_nodes[name].Id}"]);
        await _nodes[name].WaitForExitAsync(Cancellation);
    }

    /// <summary>Waits until the account has been read at its venue after this moment, as a node tells it.</summary>
    private async Task UntilReadAsync(string node)
    {
        var now = DateTimeOffset.UtcNow;
        while (true)
        {
            var (exitCode, output) = await CommandAsync(node, "", "accounts", "--output", "json");
            if (exitCode == 0 && JsonDocument.Parse(output).RootElement.EnumerateArray().Any(account =>
                account.GetProperty("id").GetString() == "kept" && account.GetProperty("balancesAt") is { ValueKind: JsonValueKind.String } at && at.GetDateTimeOffset() > now))
            {
                return;
            }

            _nodes[node].HasExited.ShouldBeFalse(output);
        }
    }

    /// <summary>What the node has said in its latest life.</summary>
    private async Task<string> SaidAsync(string node)
    {
        var log = Directory.GetFiles(Path.Combine(_folder, node), $"*-{_nodes[node].Id}.err").Single();
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return await reader.ReadToEndAsync(Cancellation);
    }

    private async Task ShouldHoldNoSecretAsync()
    {
        var texts = _outputs.Select(output => Encoding.UTF8.GetBytes(output)).ToList();
        foreach (var file in Directory.GetFiles(_folder, "*", SearchOption.AllDirectories))
        {
            texts.Add(await File.ReadAllBytesAsync(file, Cancellation));
        }

        foreach (var node in _nodes.Values.Where(node => !node.HasExited))
        {
            texts.Add(await File.ReadAllBytesAsync($"/proc/{node.Id}/cmdline", Cancellation));
        }

        foreach (var table in await TextsAsync("SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'"))
        {
            texts.AddRange((await TextsAsync($"SELECT t::text FROM {table} AS t")).Select(Encoding.UTF8.GetBytes));
        }

        foreach (var form in new[] { Mark, NodesSecret, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Mark)), Convert.ToBase64String(Encoding.UTF8.GetBytes(Mark)) })
        {
            texts.Count(text => text.AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)) >= 0).ShouldBe(0, form);
        }
    }

    private Task RunAsync(string sql) => TextsAsync(sql);

    private async Task<IReadOnlyList<string>> TextsAsync(string sql)
    {
        await using var database = PostgresDatabase.Open(_database, "test");
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var texts = new List<string>();
        while (await reader.ReadAsync(Cancellation))
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    private static SortedDictionary<string, string> Variables(string? secret)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["CLUSTER_TOKEN"] = "a token of all nodes", ["DOTNET_TieredPGO"] = "0" };
        if (secret is not null)
        {
            variables["VAULT"] = secret;
        }

        return variables;
    }

    private string Settings(string node) => Path.Combine(_folder, node, "rebalancer.json");

    private string Write(string node, string? secret)
    {
        Directory.CreateDirectory(Path.Combine(_folder, node));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        File.WriteAllText(Settings(node), $$"""
            {
              "journal": "{{_database}}", "listen": "http://127.0.0.1:{{((IPEndPoint)listener.LocalEndpoint).Port}}", "node": { "name": "{{node}}" }, "clusterToken": "env:CLUSTER_TOKEN",
              {{(secret is null ? "" : "\"credentialsSecret\": \"env:VAULT\",")}}
              "portfolios": [ { "id": "main", "baseCurrency": "USDT", "mode": "dry-run", "targets": { "method": "fixed", "weights": { "BTC": 0.5 } }, "accounts": ["cold"] } ],
              "accounts": [ { "id": "cold", "venue": "manual", "options": { "positions": "../cold.csv" } } ]
            }
            """);
        return Settings(node);
    }
}
