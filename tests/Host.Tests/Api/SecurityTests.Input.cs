using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests.Api;

/// <summary>Attacks by what is sent: paths, bodies, headers, names.</summary>
public sealed partial class SecurityTests
{
    [Theory]
    [InlineData("assets/../../../../etc/passwd")]
    [InlineData("assets/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("assets/%2e%2e/api-token")]
    [InlineData("api/v1/accounts/..%2f..%2fapi-token")]
    public async Task PathTraversal_ReachesNoFile(string path)
    {
        var answer = await RawAsync($"GET /{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {ApiFixture.Token}\r\nConnection: close\r\n\r\n");
        answer.ShouldMatch("^HTTP/1.1 40[04]");
        answer.ShouldNotContain("root:");
    }

    [Fact]
    public async Task OversizedBody_IsRefused()
    {
        using var client = api.Client();
        using var body = new StringContent($$"""{"why":"{{new string('x', 300_000)}}"}""", Encoding.UTF8, "application/json");
        (await client.PostAsync("api/v1/orders/cancel", body)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task DeepJson_IsRefused()
    {
        using var client = api.Client();
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 1000)) + "1" + new string('}', 1000);
        using var account = new StringContent($$"""{"account":{{deep}}}""", Encoding.UTF8, "application/json");
        (await client.PostAsync("api/v1/accounts", account)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var snapshot = new StringContent(deep, Encoding.UTF8, "application/json");
        (await client.PostAsync("api/v1/plan", snapshot)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task HeaderInjection_IsRefusedOrNeutralised()
    {
        (await RawAsync($"GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {ApiFixture.Token}\r\nX-Operator: ann\nX-Evil: 1\r\nConnection: close\r\n\r\n"))
            .ShouldNotContain("X-Evil");
        using var client = api.Client(token: null);
        using var form = new FormUrlEncodedContent([new("token", ApiFixture.Token), new("next", "/\r\nSet-Cookie: evil=1")]);
        using var answer = await client.PostAsync("login", form);
        answer.Headers.Location!.ToString().ShouldBe("/");
        answer.Headers.GetValues("Set-Cookie").ShouldAllBe(cookie => !cookie.StartsWith("evil", StringComparison.Ordinal));
    }

    [Fact]
    public async Task HtmlAndScriptInAName_AreShownAsText()
    {
        using var client = api.Client(token: null);
        using var answer = await client.GetAsync("");
        var page = await answer.Content.ReadAsStringAsync();
        page.ShouldNotContain(ApiFixture.Scripted);
        page.ShouldContain("&lt;script&gt;alert(1)");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("default-src 'none'; script-src 'self';");
        policy.ShouldNotContain("unsafe");
        answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        answer.Headers.GetValues("X-Frame-Options").Single().ShouldBe("DENY");
    }

    [Fact]
    public async Task FormulaInACsvExport_IsText()
    {
        using var client = api.Client();
        var csv = await client.GetStringAsync("api/v1/portfolios/main/weights?format=csv");
        csv.ShouldContain("\n'=1+1,1,");
        csv.Split('\n').ShouldAllBe(line => !line.StartsWith('='));
    }

    [Fact]
    public async Task LogInjection_ControlCharactersDoNotReachWhoAndWhy()
    {
        using var client = api.Client();
        await client.PostAsJsonAsync("api/v1/orders/cancel", new { intent = "log", why = "odd\r\n2026-11-21 [ERR] forged\u001b[31m" });
        await api.Operations.Received().CancelOrderAsync("log", Arg.Is<Operator>(by => !by.Why.Any(char.IsControl) && !by.Who.Any(char.IsControl)), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task NonLoopbackBind_WithoutTlsAndToken_IsRefused()
    {
        using var terminal = new Terminal();
        terminal.Write("rebalancer.json", """{ "listen": "http://0.0.0.0:5080", "portfolios": [], "accounts": [] }""");
        (await terminal.RunAsync("config", "check")).ShouldBe(ExitCode.BadInput);
        terminal.Error.ShouldContain("needs TLS and a token");
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task OpenRedirect_LeadsHome(string next)
    {
        using var client = api.Client(token: null);
        using var form = new FormUrlEncodedContent([new("token", ApiFixture.Token), new("next", next)]);
        using var answer = await client.PostAsync("login", form);
        answer.Headers.Location!.ToString().ShouldBe("/");
        answer.Headers.GetValues("Set-Cookie").Single().ShouldContain("samesite=strict; httponly");
    }

    [Fact]
    public async Task VerboseError_SaysNothingOfTheInside()
    {
        api.Operations.GetConfigurationAsync(default).ThrowsAsyncForAnyArgs(new InvalidOperationException("/secret/path at Rebalancer.Inner.Method()"));
        using var client = api.Client();
        using var answer = await client.GetAsync("api/v1/config");
        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldNotContain("secret");
        text.ShouldNotContain("Rebalancer.");
        answer.Headers.Contains("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task MethodOverride_IsIgnored()
    {
        using var client = api.Client();
        using var answer = await SendAsync(client, HttpMethod.Get, "api/v1/status", ("X-HTTP-Method-Override", "POST"), ("X-Method-Override", "POST"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(client, HttpMethod.Get, "api/v1/now?_method=POST", ("X-HTTP-Method-Override", "POST"))).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    /// <summary>As a client that normalises nothing.</summary>
    private async Task<string> RawAsync(string request)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(api.Address.Host, api.Address.Port);
        await using var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
