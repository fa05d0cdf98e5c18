using System.Net.Http.Headers;
using NSubstitute;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests.Api;

/// <summary>The real listener over stand-in operations, with a token of every role.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    public const string Token = "0123456789abcdef0123456789abcdef";
    public const string AllowedOrigin = "https://dashboards.example";
    public const string Scripted = "<script>alert(1)</script>";

    private readonly Terminal _terminal = new();
    private ApiServer? _server;

    public IServiceOperations Operations { get; } = Substitute.For<IServiceOperations>();

    public IServiceAudit Audit { get; } = Substitute.For<IServiceAudit>();

    public Uri Address => _server!.Address;

    public string ReadToken { get; private set; } = "";

    public string OperateToken { get; private set; } = "";

    public string ExpiredToken { get; private set; } = "";

    public TokenStore Tokens => new(Path.Combine(_terminal.Directory, TokenStore.FileName));

    public static ApiServerSettings Settings(int port, string tokens, bool pageNeedsToken = false) => new(
        new Uri($"http://127.0.0.1:{port}"),
        new ApiSecuritySettings(Token, ["127.0.0.1", "localhost"], pageNeedsToken, tokens, [AllowedOrigin]), Certificate: null);

    public async ValueTask InitializeAsync()
    {
        Operations.GetStatusAsync(default).ReturnsForAnyArgs(Status());
        Operations.GetDecisionsAsync(default, default, default).ReturnsForAnyArgs([]);
        Operations.GetOrdersAsync(default, default, default).ReturnsForAnyArgs([]);
        Operations.GetAccountsAsync(default).ReturnsForAnyArgs([]);
        ReadToken = Issue("reader", Role.Read, null);
        OperateToken = Issue("ann", Role.Operate, TimeSpan.FromDays(1));
        ExpiredToken = Issue("past", Role.Admin, TimeSpan.FromTicks(-1));
        _server = await StartAsync(pageNeedsToken: false);
    }

    public Task<ApiServer> StartAsync(bool pageNeedsToken, Monitoring? monitoring = null) => ApiServer.StartAsync(
        Settings(0, Path.Combine(_terminal.Directory, TokenStore.FileName), pageNeedsToken) with { Monitoring = monitoring }, Operations, Audit, TimeProvider.System,
        Serilog.Core.Logger.None, CancellationToken.None);

    public HttpClient Client(string? token = Token, Uri? address = null)
    {
        // Redirects and cookies are looked at, not followed.
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address ?? Address };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    /// <summary>Signs in as a browser does.</summary>
    /// <returns>The session's cookie and its CSRF token, as the page carries it.</returns>
    public async Task<(string Cookie, string Csrf)> SignInAsync(string token = Token)
    {
        using var client = Client(token: null);
        using var form = new FormUrlEncodedContent([new("token", token), new("next", "/")]);
        using var answer = await client.PostAsync("login", form);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        using var request = new HttpRequestMessage(HttpMethod.Get, "") { Headers = { { "Cookie", cookie } } };
        var page = await (await client.SendAsync(request)).Content.ReadAsStringAsync();
        var at = page.IndexOf("X-CSRF-Token", StringComparison.Ordinal);
        return (cookie, System.Net.WebUtility.HtmlDecode(page[at..(at + 120)]).Split('"')[2]);
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _terminal.Dispose();
    }

    private string Issue(string name, Role role, TimeSpan? lifetime)
    {
        var (token, text) = IssuedToken.Create(name, role, TimeProvider.System.GetUtcNow(), lifetime);
        Tokens.Add(token);
        return text;
    }

    private static ServiceStatus Status()
    {
        var at = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        var portfolio = new PortfolioView(
            "main", "USD", "paper", 55_800.5m, 0.97,
            [new AssetWeightView(Scripted, 10_000m, 0.18, 0.3, 0.05, OutOfBand: true, Planned: 0.3), new AssetWeightView("=1+1", 1, 0, 0, 0, OutOfBand: false)],
            [new AccountValueView("kraken-1", "simulated", 10_000m, "active", null, at.AddSeconds(-3), 1)],
            new DecisionView("d-1", at, "drift", "completed", 0.12, 0.004, 0.005, 9, 14, 3.1m, 0),
            ["prices of ETH"], [], at, null);
        return new ServiceStatus("1.0.0", at, Live: false, [new HaltView("global", "ann", "a test", at)], [portfolio]);
    }
}
