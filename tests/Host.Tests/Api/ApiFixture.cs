using NSubstitute;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api;

namespace Rebalancer.Host.Tests.Api;

/// <summary>The real listener over stand-in operations.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    public const string Token = "0123456789abcdef0123456789abcdef";

    private ApiServer? _server;

    public IServiceOperations Operations { get; } = Substitute.For<IServiceOperations>();

    public Uri Address => _server!.Address;

    public static ApiServerSettings Settings(int port) => new(
        new Uri($"http://127.0.0.1:{port}"), new ApiSecuritySettings(Token, ["127.0.0.1", "localhost"], PageNeedsToken: false), Certificate: null);

    public async ValueTask InitializeAsync()
    {
        Operations.GetStatusAsync(default).ReturnsForAnyArgs(Status());
        Operations.GetDecisionsAsync(default, default, default).ReturnsForAnyArgs([]);
        _server = await ApiServer.StartAsync(Settings(0), Operations, Serilog.Core.Logger.None, CancellationToken.None);
    }

    public HttpClient Client(string? token = Token)
    {
        var client = new HttpClient { BaseAddress = Address };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        return client;
    }

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();

    private static ServiceStatus Status()
    {
        var at = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        var portfolio = new PortfolioView(
            "main", "USD", "paper", 55_800.5m, 0.97,
            [new AssetWeightView("<script>alert(1)</script>", 10_000m, 0.18, 0.3, 0.05, OutOfBand: true, Planned: 0.3)],
            [new AccountValueView("kraken-1", "simulated", 10_000m, "active", null, at.AddSeconds(-3), 1)],
            new DecisionView("d-1", at, "drift", "completed", 0.12, 0.004, 0.005, 9, 14, 3.1m, 0),
            ["prices of ETH"], [], at, null);
        return new ServiceStatus("1.0.0", at, Live: false, [new HaltView("global", "ann", "a test", at)], [portfolio]);
    }
}
