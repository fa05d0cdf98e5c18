using System.Net;
using System.Net.Http.Json;
using System.Text;
using NSubstitute;
using Rebalancer.Host.Api;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Tests.Api;

public sealed class ApiSecurityTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string[] Writes =
    [
        "api/now", "api/fetch", "api/halt", "api/resume", "api/decisions/d-1/apply", "api/accounts", "api/accounts/a/pause", "api/accounts/a/resume",
        "api/accounts/a/remove",
    ];

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData("0123456789abcdef0123456789abcdeF")]
    public async Task Api_WithoutTheToken_Answers401(string? token)
    {
        using var client = api.Client(token);
        (await client.GetAsync("api/status")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await client.PostAsJsonAsync("api/halt", new { })).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await api.Operations.DidNotReceiveWithAnyArgs().HaltAsync(default!, default!, default);
    }

    [Fact]
    public async Task Api_WithTheToken_Answers()
    {
        using var client = api.Client();
        var text = await client.GetStringAsync("api/status");
        text.ShouldContain("\"totalValue\":\"55800.5\"");
        text.ShouldContain("\"score\":0.97");
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task AnyPath_ForeignHostHeader_IsRefused(string host)
    {
        using var client = api.Client();
        foreach (var path in new[] { "", "events", "api/status" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;
            (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
        }
    }

    [Fact]
    public async Task Write_WithoutJsonContentType_Answers415AndDoesNothing()
    {
        using var client = api.Client();
        foreach (var path in Writes)
        {
            using var form = new StringContent("{}", Encoding.UTF8, "text/plain");
            (await client.PostAsync(path, form)).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType, path);
        }

        await api.Operations.DidNotReceiveWithAnyArgs().ResumeAsync(default!, default!, default);
    }

    [Fact]
    public async Task Get_OnAWrite_IsNotAllowed()
    {
        using var client = api.Client();
        foreach (var path in Writes)
        {
            (await client.GetAsync(path)).StatusCode.ShouldBeOneOf(HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Write_UnknownField_AnswersProblemDetails()
    {
        using var client = api.Client();
        var answer = await client.PostAsJsonAsync("api/now", new { dryRunn = true });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Page_EscapesNamesAndForbidsForeignContent()
    {
        using var client = api.Client(token: null);
        using var answer = await client.GetAsync("");
        var page = await answer.Content.ReadAsStringAsync();
        page.ShouldNotContain("<script>alert");
        page.ShouldContain("&lt;script&gt;alert(1)");
        page.ShouldContain("HALT");
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none'");
        answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        (await client.GetStringAsync("overview.css")).ShouldContain("color-scheme");
        (await client.GetStringAsync("overview.js")).ShouldContain("EventSource");
    }

    [Fact]
    public async Task Events_SendTheRenderedOverview()
    {
        using var client = api.Client(token: null);
        await using var stream = await client.GetStreamAsync("events");
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync()).ShouldBe("event: overview");
        (await reader.ReadLineAsync())!.ShouldStartWith("data: ");
    }

    [Fact]
    public async Task Start_PortInUse_NamesItAndExits2()
    {
        var refused = await Should.ThrowAsync<CommandException>(
            ApiServer.StartAsync(ApiFixture.Settings(api.Address.Port), api.Operations, Serilog.Core.Logger.None, CancellationToken.None));
        refused.ExitCode.ShouldBe(ExitCode.BadInput);
        refused.Message.ShouldContain($"port {api.Address.Port} of 127.0.0.1 is in use");
    }
}
