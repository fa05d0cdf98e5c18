using System.Net.Http.Headers;
using System.Text;
using Rebalancer.EndToEnd.RealVenues;
using Rebalancer.Emulators;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>
/// Credentials of every kind are planted in the environment of a service that trades while everything goes wrong at its venues: keys, secrets, a
/// passphrase, a token, an account's password. None may be found anywhere but there.
/// </summary>
public sealed class PlantedSecretsTests : IAsyncLifetime
{
    private const string Mark = "canary7f3a91";
    private const string ApiToken = Mark + "-api-token";

    private static readonly KeyValuePair<string, string>[] Others =
    [
        new("OKX_KEY", Mark + "-okx-key"), new("OKX_SECRET", Mark + "-okx-secret"), new("OKX_PASSPHRASE", Mark + "-okx-passphrase"),
        new("NDAX_KEY", Mark + "-ndax-key"), new("NDAX_SECRET", Mark + "-ndax-secret"), new("NDAX_PASSWORD", Mark + "-ndax-password"), new("NDAX_ID", "17"),
        new("ONETRADING_TOKEN", Mark + "-onetrading-token"), new("API_TOKEN", ApiToken),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("planted-secrets-").FullName;
    private EmulatedVenues _venues = null!;
    private RealVenuesService _service = null!;

    public async ValueTask InitializeAsync()
    {
        _venues = await EmulatedVenues.StartAsync(TimeProvider.System, Mark);
        _service = new RealVenuesService(_folder, _venues, Others);
        await _service.WriteSettingsAsync(WithMoreAccounts, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _venues.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Secrets_InARunWithEveryFault_AreInNoLogJournalReplyOrChild()
    {
        var cancellation = TestContext.Current.CancellationToken;
        _service.Start();
        while (_venues.Accounts.Count(account => account.Book.Fills(account.Name).Count > 0) < 3)
        {
            _service.HasExited.ShouldBeFalse(_service.Said());
            await Task.Delay(100, cancellation);
        }

        var texts = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        await AddAccountAsync(texts, cancellation);
        await InjectEveryFaultAsync(cancellation);
        await ReadRepliesAsync(texts, cancellation);
        ReadProcesses(texts);
        (await _service.StopAsync(cancellation)).ShouldBe(0, _service.Said());
        foreach (var file in Directory.GetFiles(_folder, "*", SearchOption.AllDirectories))
        {
            texts[file] = await File.ReadAllBytesAsync(file, cancellation);
        }

        texts.Keys.Count(name => name.EndsWith(".db", StringComparison.Ordinal)).ShouldBe(1);
        Encoding.UTF8.GetString(texts.Single(text => text.Key.EndsWith("service-001.err", StringComparison.Ordinal)).Value).ShouldContain("failed");
        foreach (var (name, content) in texts)
        {
            Forms().Where(form => content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)) >= 0).ShouldBeEmpty(name);
        }
    }

    /// <summary>Its secrets come on standard input and are kept in the journal's database.</summary>
    private async Task AddAccountAsync(SortedDictionary<string, byte[]> texts, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "account", "add", "bybit", "--venue", "ccxt:bybit", "--endpoint", $"http://{_venues.Binance.Address.Authority}/nowhere", "--credentials-stdin", "--config",
            _service.Settings,
        ];
        var (exitCode, output) = await RebalancerProgram.RunAsync(
            arguments, $$"""{ "apiKey": "{{Mark}}-bybit-key", "secret": "{{Mark}}-bybit-secret" }""",
            new SortedDictionary<string, string>(_venues.Credentials.Concat(Others).ToDictionary()), cancellation);
        exitCode.ShouldBe(0, output);
        texts["what the command printed"] = Encoding.UTF8.GetBytes(output);
    }

    /// <summary>While prices move, so that orders are among what goes wrong.</summary>
    private async Task InjectEveryFaultAsync(CancellationToken cancellation)
    {
        foreach (var (number, fault) in Enum.GetValues<EmulatorFault>().Index())
        {
            foreach (var faults in new[] { _venues.Binance.Faults, _venues.Kraken.Faults, _venues.Alpaca.Faults })
            {
                faults.Plan("", fault, times: 4);
            }

            _venues.Quote("BTC", number % 2 == 0 ? 70_000 : 60_000);
            _venues.Ibkr.Restart();
            var before = _venues.RequestCount;
            while (_venues.RequestCount < before + 12)
            {
                _service.HasExited.ShouldBeFalse(_service.Said());
                await Task.Delay(50, cancellation);
            }
        }
    }

    private async Task ReadRepliesAsync(SortedDictionary<string, byte[]> texts, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = _service.FindAddress() };
        texts["reply without a token"] = await (await http.GetAsync(new Uri("api/v1/status", UriKind.Relative), cancellation)).Content.ReadAsByteArrayAsync(cancellation);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiToken);
        foreach (var path in new[] { "api/v1/status", "api/v1/orders", "api/v1/decisions", "api/v1/nothing", "" })
        {
            var reply = await http.GetAsync(new Uri(path, UriKind.Relative), cancellation);
            texts[$"reply of {path}"] = Encoding.UTF8.GetBytes(reply + await reply.Content.ReadAsStringAsync(cancellation));
        }

        Encoding.UTF8.GetString(texts["reply of api/v1/status"]).ShouldContain("binance-one");
    }

    private void ReadProcesses(SortedDictionary<string, byte[]> texts)
    {
        texts["the service's command line"] = File.ReadAllBytes($"/proc/{_service.ProcessId}/cmdline");
        var children = _service.FindChildren();
        children.Count.ShouldBe(2);
        foreach (var (id, commandLine) in children)
        {
            texts[$"the command line of {id}"] = Encoding.UTF8.GetBytes(commandLine);
            texts[$"the environment of {id}"] = File.ReadAllBytes($"/proc/{id}/environ");
        }
    }

    /// <summary>The mark of all of them, and how base64 and hexadecimal digits write it from each offset that it may stand at.</summary>
    private IEnumerable<string> Forms() =>
    [
        Mark, _venues.Credentials["KRAKEN_SECRET"], Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Mark)),
        .. Enumerable.Range(0, 3).Select(offset => Convert.ToBase64String(Encoding.UTF8.GetBytes(new string(' ', offset) + Mark))[(offset + 3)..^4]),
    ];

    /// <summary>Accounts in no portfolio, with what only they have for credentials, at an address that does not understand them.</summary>
    private string WithMoreAccounts(string settings)
    {
        var nowhere = $"http://{_venues.Binance.Address.Authority}/nowhere";
        return settings
            .Replace("\"portfolios\"", "\"apiToken\": \"env:API_TOKEN\",\n  \"portfolios\"", StringComparison.Ordinal)
            .Replace("  \"accounts\": [\n", $$"""
                "accounts": [
                  { "id": "okx", "venue": "ccxt:okx", "endpoint": "{{nowhere}}",
                    "credentials": { "apiKey": "env:OKX_KEY", "secret": "env:OKX_SECRET", "password": "env:OKX_PASSPHRASE" } },
                  { "id": "ndax", "venue": "ccxt:ndax", "endpoint": "{{nowhere}}",
                    "credentials": { "apiKey": "env:NDAX_KEY", "secret": "env:NDAX_SECRET", "password": "env:NDAX_PASSWORD", "uid": "env:NDAX_ID", "login": "env:NDAX_ID" } },
                  { "id": "onetrading", "venue": "ccxt:onetrading", "endpoint": "{{nowhere}}", "credentials": { "apiKey": "env:ONETRADING_TOKEN" } },

                """, StringComparison.Ordinal);
    }
}
