using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using NSubstitute;
using Rebalancer.Host.Api;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Web;

namespace Rebalancer.Host.Tests.Api;

/// <summary>Attacks on the API and the dashboard, one a test; docs/security.md lists them with their outcome.</summary>
public sealed partial class SecurityTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string[] Writes =
    [
        "api/v1/now", "api/v1/fetch", "api/v1/halt", "api/v1/resume", "api/v1/decisions/d-1/apply", "api/v1/accounts", "api/v1/accounts/a/pause",
        "api/v1/accounts/a/resume", "api/v1/accounts/a/remove", "api/v1/portfolios", "api/v1/portfolios/main/pause", "api/v1/portfolios/main/resume",
        "api/v1/portfolios/main/remove", "api/v1/orders/cancel", "api/v1/orders/resolve", "api/v1/plan",
        "api/v1/audit/decisions/d-1/replay", "api/v1/audit/decisions/d-1/what-if", "ui/halt", "ui/resume", "ui/pause", "ui/plan", "ui/approve", "ui/cancel",
        "ui/replay", "ui/accounts", "ui/accounts/remove", "logout",
    ];

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData("0123456789abcdef0123456789abcdeF")]
    public async Task NoToken_OrAWrongOne_IsRefused(string? token)
    {
        using var client = api.Client(token);
        foreach (var path in new[] { "status", "config", "orders", "audit/decisions", "events", "openapi.json", "nothing-here" })
        {
            (await client.GetAsync($"api/v1/{path}")).StatusCode.ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests);
        }

        (await client.PostAsJsonAsync("api/v1/halt", new { })).StatusCode.ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests);
        await api.Operations.DidNotReceiveWithAnyArgs().HaltAsync(default!, default!, default);
    }

    [Fact]
    public async Task WrongRole_IsRefused()
    {
        using var reader = api.Client(api.ReadToken);
        (await reader.GetAsync("api/v1/status")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await reader.PostAsJsonAsync("api/v1/now", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var operate = api.Client(api.OperateToken);
        (await operate.PostAsJsonAsync("api/v1/accounts", new { account = new { } })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await operate.PostAsJsonAsync("api/v1/portfolios", new { portfolio = new { } })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await operate.PostAsJsonAsync("api/v1/portfolios/main/remove", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await reader.PostAsJsonAsync("api/v1/portfolios/main/pause", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await api.Operations.DidNotReceiveWithAnyArgs().AddAccountAsync(default!, default!, default);
    }

    [Fact]
    public async Task ExpiredOrRevokedToken_IsRefused()
    {
        await using var server = await api.StartAsync(pageNeedsToken: true);
        using var expired = api.Client(api.ExpiredToken, server.Address);
        (await expired.GetAsync("api/v1/status")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var (token, text) = IssuedToken.Create("gone", Role.Read, TimeProvider.System.GetUtcNow(), null);
        api.Tokens.Add(token);
        using var revoked = api.Client(text, server.Address);
        (await revoked.GetAsync("api/v1/status")).StatusCode.ShouldBe(HttpStatusCode.OK);
        api.Tokens.Revoke(token.Id, TimeProvider.System.GetUtcNow()).ShouldBeTrue();
        (await revoked.GetAsync("api/v1/status")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task TokenInTheUrl_IsNotRead()
    {
        await using var server = await api.StartAsync(pageNeedsToken: true);
        using var client = api.Client(token: null, server.Address);
        foreach (var name in new[] { "token", "access_token", "apiToken", "authorization" })
        {
            (await client.GetAsync($"api/v1/status?{name}={ApiFixture.Token}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task BruteForce_IsAnsweredTooMany_AndLocksNobodyOut()
    {
        await using var server = await api.StartAsync(pageNeedsToken: true);
        using var client = api.Client("guess", server.Address);
        var answers = new List<HttpStatusCode>();
        for (var guess = 0; guess < 2 * FailureLimiter.Limit; guess++)
        {
            answers.Add((await client.GetAsync("api/v1/status")).StatusCode);
        }

        answers.Take(FailureLimiter.Limit).ShouldAllBe(status => status == HttpStatusCode.Unauthorized);
        answers.Skip(FailureLimiter.Limit).ShouldAllBe(status => status == HttpStatusCode.TooManyRequests);
        using var form = new FormUrlEncodedContent([new("token", "guess")]);
        (await client.PostAsync("login", form)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        using var owner = api.Client(ApiFixture.Token, server.Address);
        (await owner.GetAsync("api/v1/status")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Times cannot be asserted without chance; that hashes of one length are compared, and by the fixed-time routine, can.</summary>
    [Fact]
    public void TimingOfCompare_HashesAreComparedNotTokens()
    {
        var (token, text) = IssuedToken.Create("ann", Role.Read, TimeProvider.System.GetUtcNow(), null);
        token.Hash.Length.ShouldBe(64);
        token.Hash.ShouldNotContain(text);
        token.Matches(text).ShouldBeTrue();
        token.Matches(text[..^1] + "x").ShouldBeFalse();
        token.Matches("").ShouldBeFalse();
        File.ReadAllText(Path.Combine(Source.Root, "src/Host/Api/Security/IssuedToken.cs")).ShouldContain("CryptographicOperations.FixedTimeEquals");
        File.ReadAllText(Path.Combine(Source.Root, "src/Host/Api/ApiToken.cs")).ShouldContain("CryptographicOperations.FixedTimeEquals");
    }

    [Fact]
    public async Task CsrfForm_WithTheCookieAlone_IsRefused()
    {
        var (cookie, csrf) = await api.SignInAsync();
        (await PostFormAsync("ui/halt", cookie, csrf: null)).ShouldBe(HttpStatusCode.Forbidden);
        (await PostFormAsync("ui/halt", cookie, csrf: new string('0', csrf.Length))).ShouldBe(HttpStatusCode.Forbidden);
        await api.Operations.DidNotReceiveWithAnyArgs().ResumeAsync(default!, default!, default);
        (await PostFormAsync("ui/pause", cookie, csrf)).ShouldBe(HttpStatusCode.OK);
        await api.Operations.ReceivedWithAnyArgs().PauseAccountAsync(default!, default, default!, default);
    }

    [Fact]
    public async Task CsrfWithJson_IsRefused()
    {
        var (cookie, _) = await api.SignInAsync();
        using var client = api.Client(token: null);
        foreach (var type in new[] { "application/json", "text/plain", "application/x-www-form-urlencoded" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/orders/cancel")
            {
                Headers = { { "Cookie", cookie } },
                Content = new StringContent("""{"intent":"forged"}""", Encoding.UTF8, type),
            };
            (await client.SendAsync(request)).StatusCode.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.UnsupportedMediaType);
        }

        await api.Operations.DidNotReceive().CancelOrderAsync("forged", Arg.Any<Operator>(), Arg.Any<CancellationToken>());
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("https://dashboards.example.evil.example")]
    [InlineData("http://dashboards.example")]
    public async Task WrongOrigin_IsRefused(string origin)
    {
        using var client = api.Client();
        foreach (var (method, path) in new[] { (HttpMethod.Get, "api/v1/status"), (HttpMethod.Post, "api/v1/resume"), (HttpMethod.Get, ""), (HttpMethod.Post, "login") })
        {
            using var answer = await SendAsync(client, method, path, ("Origin", origin));
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
            answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task WrongHost_AsByDnsRebinding_IsRefused(string host)
    {
        using var client = api.Client();
        foreach (var path in new[] { "", "live/overview", "api/v1/status", "assets/app.css", "login" })
        {
            (await SendAsync(client, HttpMethod.Get, path, ("Host", host))).StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
        }
    }

    [Fact]
    public async Task CorsPreflight_OnlyAListedOriginIsLetThrough()
    {
        using var client = api.Client(token: null);
        using var foreign = await SendAsync(client, HttpMethod.Options, "api/v1/halt", ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST"));
        foreign.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var listed = await SendAsync(client, HttpMethod.Options, "api/v1/halt", ("Origin", ApiFixture.AllowedOrigin), ("Access-Control-Request-Method", "POST"));
        listed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        listed.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([ApiFixture.AllowedOrigin]);
        listed.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
        using var pages = await SendAsync(client, HttpMethod.Options, "ui/halt", ("Origin", ApiFixture.AllowedOrigin));
        pages.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task EventStreamFromAnotherOrigin_IsRefused()
    {
        using var client = api.Client();
        foreach (var path in new[] { "live/overview", "api/v1/events" })
        {
            (await SendAsync(client, HttpMethod.Get, path, ("Origin", "https://evil.example"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await SendAsync(client, HttpMethod.Get, path, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        using var socket = await SendAsync(client, HttpMethod.Get, "live/overview", ("Origin", "https://evil.example"), ("Upgrade", "websocket"), ("Connection", "Upgrade"));
        socket.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task StateChangeByGet_IsNotPossible()
    {
        using var client = api.Client();
        foreach (var path in Writes.Except(["api/v1/accounts", "api/v1/portfolios"]))
        {
            (await client.GetAsync(path)).StatusCode.ShouldBeOneOf(HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound);
        }

        await api.Operations.DidNotReceiveWithAnyArgs().RebalanceAsync(default, default, default!, default);
    }

    [Fact]
    public async Task PageThatNeedsAToken_LeadsToTheSignIn()
    {
        await using var server = await api.StartAsync(pageNeedsToken: true);
        using var client = api.Client(token: null, server.Address);
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        foreach (var page in Page.All)
        {
            using var answer = await client.GetAsync(page.Path);
            answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, page.Path);
            answer.Headers.Location!.ToString().ShouldStartWith("/login?next=");
        }

        (await client.GetAsync("data/weights?portfolio=main")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    /// <summary>The list in the documentation and the tests are the same list.</summary>
    [Fact]
    public void EveryAttack_IsInTheDocumentation()
    {
        var tests = typeof(SecurityTests).GetMethods().Where(method => method.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0)
            .Select(method => method.Name).Where(name => name != nameof(EveryAttack_IsInTheDocumentation)).Order(StringComparer.Ordinal);
        var listed = File.ReadAllLines(Path.Combine(Source.Root, "docs/security.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains('`', StringComparison.Ordinal))
            .Select(line => line.Split('`')[^2]).Order(StringComparer.Ordinal);
        listed.ShouldBe(tests);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private async Task<HttpStatusCode> PostFormAsync(string path, string cookie, string? csrf)
    {
        using var client = api.Client(token: null);
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Headers = { { "Cookie", cookie } },
            Content = new FormUrlEncodedContent([new("Account", "kraken-1")]),
        };
        if (csrf is not null)
        {
            request.Headers.Add(Authorisation.CsrfHeader, csrf);
        }

        return (await client.SendAsync(request)).StatusCode;
    }
}
