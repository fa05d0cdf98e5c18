using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Rebalancer.Host.Api;
using Rebalancer.Host.Telemetry;
using Rebalancer.Host.Telemetry.Metrics;
using Rebalancer.Host.Telemetry.Prometheus;
using Rebalancer.Runtime.Actors;

namespace Rebalancer.Host.Tests.Api;

public sealed class MonitoringEndpointsTests(ApiFixture api) : IClassFixture<ApiFixture>, IAsyncLifetime
{
    private readonly ServiceMeter _meter = new();
    private readonly Health _health = new(TimeProvider.System);
    private PrometheusExporter _exporter = null!;
    private ServiceGauges _gauges = null!;

    public ValueTask InitializeAsync()
    {
        _exporter = new PrometheusExporter(_meter);
        _gauges = new ServiceGauges(_meter, api.Operations, _health, NullLogger.Instance);
        var account = new ActorInfo("/user/account/kraken-1", "AccountActor", "Running", 3, 1, []);
        api.Operations.GetTopologyAsync(default).ReturnsForAnyArgs(new ServiceTopology(
            "1", default, default, [], [], new ActorInfo("/user", null, "Running", 0, 0, [account]), 2, "sqlite", 0, []));
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Metrics_TellWhatTheServiceKnows()
    {
        await _gauges.ReadAsync(CancellationToken.None);
        await using var server = await StartAsync(pageNeedsToken: false);
        var text = await GetAsync(server, "metrics", token: null);
        text.ShouldContain("""rebalancer_portfolio_equity{currency="USD",portfolio="main"} 55800.5""");
        text.ShouldContain("""rebalancer_account_balance_age_seconds{account="kraken-1"} 3""");
        text.ShouldContain("""rebalancer_halted{scope="global"} 1""");
        text.ShouldContain("""rebalancer_actor_mailbox_depth{kind="AccountActor"} 3""");
        text.ShouldContain("rebalancer_dead_letters_total 2");
        text.ShouldContain("""asset="<script>alert(1)</script>",portfolio="main"} 0.18""");
    }

    [Fact]
    public async Task Metrics_WhereThePagesNeedAToken_NeedOneOfRoleRead()
    {
        await using var server = await StartAsync(pageNeedsToken: true);
        (await AnswerAsync(server, "metrics", token: null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await AnswerAsync(server, "metrics", api.ExpiredToken)).ShouldBe(HttpStatusCode.Unauthorized);
        (await AnswerAsync(server, "metrics", api.ReadToken)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Probes_AnswerAnyHostWithoutAToken_AndReadyOnlyOnceThePortfoliosHaveAnswered()
    {
        await using var server = await StartAsync(pageNeedsToken: true);
        (await AnswerAsync(server, "healthz/live", token: null, host: "10.1.2.3")).ShouldBe(HttpStatusCode.OK);
        (await AnswerAsync(server, "healthz/ready", token: null)).ShouldBe(HttpStatusCode.ServiceUnavailable);
        await _gauges.ReadAsync(CancellationToken.None);
        (await AnswerAsync(server, "healthz/ready", token: null, host: "10.1.2.3")).ShouldBe(HttpStatusCode.OK);
        (await AnswerAsync(server, "metrics", api.ReadToken, host: "10.1.2.3")).ShouldBe(HttpStatusCode.MisdirectedRequest);
    }

    public ValueTask DisposeAsync()
    {
        _exporter.Dispose();
        _meter.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<ApiServer> StartAsync(bool pageNeedsToken) => api.StartAsync(pageNeedsToken, new Monitoring(_exporter, _health));

    private async Task<HttpStatusCode> AnswerAsync(ApiServer server, string path, string? token, string? host = null)
    {
        using var client = api.Client(token, server.Address);
        client.DefaultRequestHeaders.Host = host;
        using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private async Task<string> GetAsync(ApiServer server, string path, string? token)
    {
        using var client = api.Client(token, server.Address);
        return await client.GetStringAsync(path, TestContext.Current.CancellationToken);
    }
}
