using System.Net;
using System.Net.Sockets;
using System.Text;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Simulated;

public sealed class SimulatedVenueServerTests : IAsyncDisposable
{
    private static readonly MarketId Btc = new("BTC", "USD");

    private static readonly SimulatedAccountOptions Account = new()
    {
        Exchange = "kestrel",
        LatencyMilliseconds = 0,
        Balances = new SortedDictionary<string, decimal> { ["BTC"] = 1 },
    };

    private readonly HttpHarness _harness = new();
    private readonly HttpClient _http = new();

    [Fact]
    public async Task Restart_KeepsTheBookItAnsweredFrom()
    {
        var venue = await _harness.OpenAsync("a", Account);
        await PlaceAsync(venue, "open", OrderType.Limit);
        await PlaceAsync(venue, "filled", OrderType.Market);
        var before = await venue.GetBalancesAsync(CancellationToken.None);

        await _harness.RestartAsync();

        (await venue.GetBalancesAsync(CancellationToken.None)).Balances.ShouldBe(before.Balances);
        (await venue.FindOrderAsync("open", Btc, CancellationToken.None))!.Status.ShouldBe(VenueOrderStatus.Open);
        (await venue.FindOrderAsync("filled", Btc, CancellationToken.None))!.Status.ShouldBe(VenueOrderStatus.Filled);
        BookFile.Read(_harness.Options.BookPath).OfType<BookLine.ExchangeEvents>().SelectMany(line => line.Events)
            .OfType<OrderAccepted>().Select(accepted => accepted.Order.ClientOrderId).ShouldBe(["open", "filled"]);
    }

    [Fact]
    public async Task Send_ToAServerThatIsGone_IsNotSent_AndAQueryThrows()
    {
        var venue = await _harness.OpenAsync("a", Account);
        await _harness.StopAsync();

        (await PlaceAsync(venue, "c1", OrderType.Market)).ShouldBeOfType<SendOutcome.NotSent>();
        (await Should.ThrowAsync<VenueException>(() => venue.GetBalancesAsync(CancellationToken.None))).Kind.ShouldBe(VenueErrorKind.Unavailable);
    }

    [Theory]
    [InlineData("", "application/json")]
    [InlineData("{\"order\":", "application/json")]
    [InlineData("[]", "application/json")]
    [InlineData("{\"order\":null,\"expiresAt\":\"2030-01-01T00:00:00Z\",\"extra\":1}", "application/json")]
    [InlineData("{}", "text/plain")]
    public async Task MalformedBody_IsRefusedAndBooksNothing(string body, string type)
    {
        await _harness.OpenAsync("a", Account);
        using var content = new StringContent(body, Encoding.UTF8, type);

        using var answer = await _http.PostAsync(new Uri(_harness.Endpoint!.Address, "exchanges/kestrel/accounts/a/orders"), content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("malformed");
    }

    /// <summary>As from a service that is killed while it sends.</summary>
    [Fact]
    public async Task RequestThatBreaksOffHalfway_BooksNothing_AndTheVenuesGoOn()
    {
        var venue = await _harness.OpenAsync("a", Account);
        var address = _harness.Endpoint!.Address;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /exchanges/kestrel/accounts/a/orders HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{{\"order\":"));
        client.Client.Shutdown(SocketShutdown.Send);
        (await AnswerOrResetAsync(stream)).ShouldNotContain("200 OK");

        (await PlaceAsync(venue, "next", OrderType.Market)).ShouldBeOfType<SendOutcome.Acknowledged>();
        (await venue.GetClosedOrdersAsync(default, CancellationToken.None)).ShouldHaveSingleItem().ClientOrderId.ShouldBe("next");
    }

    [Fact]
    public async Task Order_ThatArrivesPastItsDeadline_IsRefused()
    {
        await _harness.OpenAsync("a", Account);
        var order = CanonicalJson.Write(new OrderRequest("c1", Btc, TradeSide.Sell, OrderType.Market, 0.1m, null));
        using var content = new StringContent($"{{\"order\":{order},\"expiresAt\":\"2026-03-10T13:59:59Z\"}}", Encoding.UTF8, "application/json");

        using var answer = await _http.PostAsync(new Uri(_harness.Endpoint!.Address, "exchanges/kestrel/accounts/a/orders"), content);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("deadline-passed");
    }

    [Fact]
    public async Task Request_UnderAForeignHostName_IsRefused()
    {
        await _harness.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_harness.Endpoint!.Address, "health"));
        request.Headers.Host = "evil.example";

        using var answer = await _http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task SecondServer_OnTheSameBook_IsRefused()
    {
        await _harness.StartAsync();

        var error = await Should.ThrowAsync<IOException>(
            () => SimulatedVenueServer.RunAsync(_harness.Options, _harness.Clock, CancellationToken.None));

        error.Message.ShouldContain("in use");
    }

    [Fact]
    public async Task Account_AskingForAnotherKindOfAnOpenExchange_IsToldSo()
    {
        await _harness.OpenAsync("a", Account);

        var error = await Should.ThrowAsync<VenueException>(() => _harness.OpenAsync("b", Account with { Kind = "broker" }));

        error.Message.ShouldContain("kestrel is a simulated exchange, not a broker");
    }

    [Fact]
    public async Task EnsureRunning_FindsTheRunningServer_AndStopEndsIt()
    {
        await _harness.StartAsync();
        var never = new ProgramCommand("/nonexistent/program", []);

        var found = await SimulatedVenueProcess.EnsureRunningAsync(_harness.Options, never, TimeProvider.System, CancellationToken.None);

        found.ShouldBe(_harness.Endpoint);
        await SimulatedVenueProcess.StopAsync(_harness.Options, TimeProvider.System, CancellationToken.None);
        (await SimulatedVenueProcess.FindAsync(_harness.Options, _http, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task EnsureRunning_WhenTheProgramFails_SaysWhy()
    {
        var missing = new ProgramCommand("/bin/sh", ["-c", "echo no such command >&2; exit 7"]);

        var error = await Should.ThrowAsync<InvalidOperationException>(
            () => SimulatedVenueProcess.EnsureRunningAsync(_harness.Options, missing, TimeProvider.System, CancellationToken.None));

        error.Message.ShouldContain("exit code 7: no such command");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _harness.DisposeAsync();
    }

    /// <summary>A server may end a broken connection with a reset; then there is no answer to read.</summary>
    private static async Task<string> AnswerOrResetAsync(NetworkStream stream)
    {
        using var answer = new StreamReader(stream);
        try
        {
            return await answer.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static Task<SendOutcome> PlaceAsync(IVenue venue, string id, OrderType type) => venue.PlaceAsync(
        new OrderRequest(id, Btc, TradeSide.Sell, type, 0.1m, type == OrderType.Limit ? 90_000 : null),
        SendDeadline.After(TimeSpan.FromSeconds(5), UptimeClock.Of(TimeProvider.System)), CancellationToken.None);
}
