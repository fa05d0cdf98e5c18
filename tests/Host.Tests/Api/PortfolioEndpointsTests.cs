using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Rebalancer.Host.Api;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Pbm;
using Rebalancer.Host.Pbm.Palettes;

namespace Rebalancer.Host.Tests.Api;

/// <summary>Portfolios over the API and in pbm: who and why reach the service, and what it refuses reaches the caller.</summary>
public sealed class PortfolioEndpointsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pause_ByAnOperator_IsHandedOnWithWhoAndWhy()
    {
        using var client = api.Client(api.OperateToken);

        (await client.PostAsJsonAsync("api/v1/portfolios/main/pause", new { why = "maintenance" }, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.PostAsJsonAsync("api/v1/portfolios/main/resume", new { why = "over" }, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await api.Operations.Received().PausePortfolioAsync("main", new Operator("ann", "maintenance"), Arg.Any<CancellationToken>());
        await api.Operations.Received().ResumePortfolioAsync("main", new Operator("ann", "over"), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Add_AnObjectOrItsText_IsHandedOn()
    {
        using var client = api.Client();

        foreach (var portfolio in new object[] { new { id = "second" }, "{ \"id\": \"second\" } // mine" })
        {
            (await client.PostAsJsonAsync("api/v1/portfolios", new { portfolio, why = "more", confirmLive = "second" }, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        await api.Operations.Received(2).AddPortfolioAsync(Arg.Is<AddPortfolioRequest>(request => request.ConfirmLive == "second"), Arg.Any<Operator>(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Remove_ThatIsRefused_SaysWhyInTheProblem()
    {
        api.Operations.RemovePortfolioAsync("busy", default!, default).ThrowsAsyncForAnyArgs(new OperationRefusedException("busy: an order is Quarantined; the portfolio stays, paused"));
        using var client = api.Client();

        using var answer = await client.PostAsJsonAsync("api/v1/portfolios/busy/remove", new { }, Cancellation);

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("the portfolio stays, paused");
    }

    [Fact]
    public async Task Document_NamesEveryCall()
    {
        using var client = api.Client();

        var paths = (await client.GetFromJsonAsync<JsonElement>("api/v1/openapi.json", Cancellation)).GetProperty("paths");

        foreach (var path in new[] { "portfolios", "portfolios/{id}/pause", "portfolios/{id}/resume", "portfolios/{id}/remove" })
        {
            paths.GetProperty($"/api/v1/{path}").TryGetProperty("post", out _).ShouldBeTrue(path);
        }
    }

    [Fact]
    public async Task Pbm_CarriesOutTheSameAndNeedsTheSameRoles()
    {
        var operations = Substitute.For<IServiceOperations>();
        var host = new PbmHost([new PortfolioPalette(operations)], Substitute.For<IPbmNodes>());

        (await RunAsync("portfolio pause main --why maintenance", Role.Read)).Error.ShouldNotBeNull().ShouldContain("needs a token of role operate");
        (await RunAsync("portfolio remove main", Role.Operate)).Error.ShouldNotBeNull().ShouldContain("needs a token of role admin");
        (await RunAsync("portfolio pause main --why maintenance", Role.Operate)).Items.ShouldHaveSingleItem().Line.ShouldBe("main is paused; its open orders go on.");
        (await RunAsync("portfolio add --settings '{ \"id\": \"second\" }' --confirm-live second", Role.Admin)).Error.ShouldBeNull();

        await operations.Received().PausePortfolioAsync("main", new Operator("ann", "maintenance"), Arg.Any<CancellationToken>());
        await operations.Received().AddPortfolioAsync(
            Arg.Is<AddPortfolioRequest>(request => request.Portfolio.GetString() == "{ \"id\": \"second\" }" && request.ConfirmLive == "second"),
            Arg.Any<Operator>(), Arg.Any<CancellationToken>());

        Task<PbmAnswer> RunAsync(string line, Role role) => host.RunAsync(new PbmRequest(line, null, "ann", role), isForwarded: false, Cancellation);
    }
}
