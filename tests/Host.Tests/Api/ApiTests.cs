using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using NSubstitute;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Host.Api;
using Rebalancer.Host.Api.Live;
using Rebalancer.Host.Api.Security;
using Rebalancer.Host.Audit;
using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Tests.Api;

public sealed class ApiTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Money_IsADecimalStringAndAWeightANumber()
    {
        using var client = api.Client();
        var text = await client.GetStringAsync("api/v1/status");
        text.ShouldContain("\"totalValue\":\"55800.5\"");
        text.ShouldContain("\"score\":0.97");
    }

    [Fact]
    public async Task UnknownField_IsNamedInProblemDetails()
    {
        using var client = api.Client();
        using var answer = await client.PostAsJsonAsync("api/v1/now", new { dryRunn = true });
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadAsStringAsync()).ShouldContain("the field 'dryRunn' is not known");
    }

    [Fact]
    public async Task UnknownPortfolio_Answers404AndNamesThoseThereAre()
    {
        using var client = api.Client();
        using var answer = await client.GetAsync("api/v1/portfolios/mian");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("there are main");
    }

    [Fact]
    public async Task Get_WithTheTagItGave_Answers304()
    {
        using var client = api.Client();
        using var first = await client.GetAsync("api/v1/status");
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/status") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await client.SendAsync(request);
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await second.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        using var other = new HttpRequestMessage(HttpMethod.Get, "api/v1/status") { Headers = { IfNoneMatch = { new EntityTagHeaderValue("\"other\"") } } };
        (await client.SendAsync(other)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(25)]
    public async Task Pages_FollowedByTheirLinks_GiveEveryEntryOnce(int limit)
    {
        // Several of one time: the cursor must tell them apart.
        var entries = Enumerable.Range(0, 25).Select(index => new DecisionEntry(
            $"d-{index:00}", "main", Noon.AddMinutes(-index / 4), "Manual: x", "completed", 1, 0, 0, 0, 1, 1, 1, 0)).ToList();
        api.Audit.ListAsync(default).ReturnsForAnyArgs([.. entries.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id, StringComparer.Ordinal)]);
        using var client = api.Client(api.ReadToken);
        var seen = new List<string>();
        for (var path = $"api/v1/audit/decisions?portfolio=main&limit={limit}"; path is not null;)
        {
            using var answer = await client.GetAsync(path);
            seen.AddRange(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.EnumerateArray().Select(entry => entry.GetProperty("id").GetString()!));
            path = answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1].TrimStart('/') : null;
        }

        seen.Order(StringComparer.Ordinal).ShouldBe(entries.Select(entry => entry.Id));
    }

    [Fact]
    public async Task Cursor_ThatIsNone_Answers400()
    {
        using var client = api.Client();
        (await client.GetAsync("api/v1/audit/decisions?cursor=%21")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await client.GetAsync("api/v1/orders?limit=many")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task OpenApiDocument_NamesEveryCallAndDecimalsAsStrings()
    {
        using var client = api.Client(api.ReadToken);
        var document = JsonDocument.Parse(await client.GetStringAsync("api/v1/openapi.json")).RootElement;
        var paths = document.GetProperty("paths");
        foreach (var path in new[] { "status", "portfolios/{id}/holdings", "accounts", "orders/cancel", "audit/decisions/{id}/what-if", "plan", "events" })
        {
            paths.TryGetProperty($"/api/v1/{path}", out _).ShouldBeTrue(path);
        }

        paths.EnumerateObject().ShouldAllBe(path => path.Name.StartsWith("/api/v1/"));
        document.GetProperty("components").GetProperty("schemas").GetProperty("HoldingView").GetProperty("properties").GetProperty("quantity")
            .GetProperty("type").GetString().ShouldBe("string");
        document.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString().ShouldBe("bearer");
    }

    [Fact]
    public async Task IssuedToken_IsJournaledAsWho_WhateverTheHeaderSays()
    {
        using var client = api.Client(api.OperateToken);
        client.DefaultRequestHeaders.Add(CallerExtensions.OperatorHeader, "someone-else");
        (await client.PostAsJsonAsync("api/v1/orders/cancel", new { intent = "who", why = "late" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await api.Operations.Received().CancelOrderAsync("who", new Operator("ann", "late"), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Events_BeginWithTheStatus()
    {
        using var client = api.Client(api.ReadToken);
        await using var stream = await client.GetStreamAsync("api/v1/events");
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync()).ShouldBe("event: status");
        (await reader.ReadLineAsync())!.ShouldContain("\"portfolios\":[{");
    }

    [Fact]
    public void Changes_OfAnUnchangedState_AreNone_AndOfAnOrderOne()
    {
        var status = new ServiceStatus("1", Noon, false, [], []);
        var order = new AccountOrder("a", new Actors.Accounts.OrderView(
            "d-1/a/1", "x", "d-1", new MarketId("BTC", "USD"), TradeSide.Buy, 1, null, 0, 0, OrderState.Working, null, Noon, Noon));
        var before = new LiveState(1, status, [], [order]);
        LiveEvents.Changes(before, before with { Version = 2, Status = status with { At = Noon.AddSeconds(1) } }).ShouldBeEmpty();
        var after = before with { Version = 2, Orders = [order with { Order = order.Order with { State = OrderState.Filled } }] };
        LiveEvents.Changes(before, after).ShouldHaveSingleItem().EventType.ShouldBe("order");
    }

    [Fact]
    public async Task LivePage_SendsTheRenderedBody()
    {
        using var client = api.Client(token: null);
        await using var stream = await client.GetStreamAsync("live/overview");
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync()).ShouldBe("event: page");
        (await reader.ReadLineAsync())!.ShouldStartWith("data: ");
    }

    [Fact]
    public async Task Start_PortInUse_NamesItAndExits2()
    {
        var settings = ApiFixture.Settings(api.Address.Port, "tokens");
        var refused = await Should.ThrowAsync<CommandException>(ApiServer.StartAsync(
            settings, api.Operations, api.Audit, TimeProvider.System, Serilog.Core.Logger.None, CancellationToken.None));
        refused.ExitCode.ShouldBe(ExitCode.BadInput);
        refused.Message.ShouldContain($"port {api.Address.Port} of 127.0.0.1 is in use");
    }
}
