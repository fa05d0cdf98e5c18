using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Emulators.Hosting;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Brokers;

/// <summary>What ccxt writes for an order of ours at exchanges without an emulator: path, client order id, quantity in the asset, and a signature that is right.</summary>
public sealed class CcxtWireTests
{
    private const string Id = "rbwire000000000001";
    private const string Secret = "the-secret";

    private const string BybitMarkets = """
        {"retCode":0,"retMsg":"OK","result":{"category":"spot","list":[{"symbol":"BTCUSDT","baseCoin":"BTC","quoteCoin":"USDT","status":"Trading",
        "lotSizeFilter":{"basePrecision":"0.000001","quotePrecision":"0.00000001","minOrderQty":"0.000048","maxOrderQty":"71","minOrderAmt":"1","maxOrderAmt":"4000000"},
        "priceFilter":{"tickSize":"0.01"}}]},"time":1}
        """;

    private const string OkxMarkets = """
        {"code":"0","msg":"","data":[{"instType":"SPOT","instId":"BTC-USDT","baseCcy":"BTC","quoteCcy":"USDT","tickSz":"0.1","lotSz":"0.00000001","minSz":"0.00001",
        "state":"live","lever":"10","maxLmtSz":"9999999999","expTime":"","listTime":"1548133413000"}]}
        """;

    private const string CoinbaseMarkets = """
        {"products":[{"product_id":"BTC-USD","price":"60000","base_increment":"0.00000001","quote_increment":"0.01","quote_min_size":"1","base_min_size":"0.00000001",
        "base_max_size":"3400","status":"online","trading_disabled":false,"product_type":"SPOT","quote_currency_id":"USD","base_currency_id":"BTC","price_increment":"0.01"}]}
        """;

    private const string CoinbaseFees = """{"total_volume":0,"total_fees":0,"fee_tier":{"usd_from":"0","taker_fee_rate":"0.006","maker_fee_rate":"0.004"}}""";

    [Theory]
    [InlineData(null)]
    [InlineData("50000")]
    public async Task Bybit_GetsOrderLinkId_AndTheQuantityInCoins(string? limit)
    {
        var request = await SentAsync("bybit", "USDT", limit, ("/v5/market/instruments-info", BybitMarkets), ("/v5/order/create", """{"retCode":0,"retMsg":"OK","result":{"orderId":"1"},"time":1}"""));

        var body = JsonNode.Parse(request.Body)!;
        request.Path.ShouldBe("/v5/order/create");
        (Text(body["orderLinkId"]), Text(body["qty"]), Text(body["symbol"]), Text(body["price"])).ShouldBe((Id, "0.01", "BTCUSDT", limit));
        (limit is not null || Text(body["marketUnit"]) == "baseCoin").ShouldBeTrue("a market order without it would be of so much money");
        var headers = request.Headers;
        headers["X-BAPI-SIGN"].ShouldBe(Hex($"{headers["X-BAPI-TIMESTAMP"]}{headers["X-BAPI-API-KEY"]}{headers["X-BAPI-RECV-WINDOW"]}{request.Body}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("50000")]
    public async Task Okx_GetsItsClientIdAndDeadline_AndTheQuantityInCoins(string? limit)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        var request = await SentAsync("okx", "USDT", limit, ("/api/v5/public/instruments", OkxMarkets), ("/api/v5/trade/", """{"code":"0","msg":"","data":[{"ordId":"1","sCode":"0","sMsg":""}]}"""));

        var body = JsonNode.Parse(request.Body)!.AsArray().Single()!;
        (Text(body["clOrdId"]), Text(body["sz"]), Text(body["instId"]), Text(body["px"]), Text(body["tdMode"])).ShouldBe((Id, "0.01", "BTC-USDT", limit, "cash"));
        Text(body["tgtCcy"]).ShouldBe("base_ccy");
        (long.Parse(request.Headers["expTime"], CultureInfo.InvariantCulture) - now).ShouldBeInRange(1, 60_000);
        request.Headers["OK-ACCESS-SIGN"].ShouldBe(Convert.ToBase64String(Mac($"{request.Headers["OK-ACCESS-TIMESTAMP"]}POST{request.Path}{request.Body}")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("50000")]
    public async Task Coinbase_GetsOurClientOrderId_NotOneOfCcxt(string? limit)
    {
        var request = await SentAsync(
            "coinbase", "USD", limit, ("/brokerage/market/products", CoinbaseMarkets), ("/brokerage/transaction_summary", CoinbaseFees), ("/brokerage/orders", """{"success":true,"order_id":"1","success_response":{"order_id":"1"}}"""));

        var body = JsonNode.Parse(request.Body)!;
        var details = body["order_configuration"]![limit is null ? "market_market_ioc" : "limit_limit_gtc"]!;
        (Text(body["client_order_id"]), Text(body["product_id"]), Text(details["base_size"]), Text(details["limit_price"])).ShouldBe((Id, "BTC-USD", "0.01", limit));
        request.Headers["CB-ACCESS-SIGN"].ShouldBe(Hex($"{request.Headers["CB-ACCESS-TIMESTAMP"]}POST{request.Path}{request.Body}"));
    }

    /// <summary>The one request that could make an order.</summary>
    private static async Task<Sent> SentAsync(string exchange, string quote, string? limit, params (string Path, string Json)[] answers)
    {
        var requests = new List<Sent>();
        await using var recorder = await EmulatorServer.StartAsync(Answer, new EmulatorFaults());
        using var brokers = new BrokersProcess(TimeProvider.System, NullLogger.Instance);
        var credentials = new SortedDictionary<string, string> { ["apiKey"] = "the-key", ["secret"] = Secret, ["password"] = "the-passphrase" };
        var allowing = new LocatedObject(1, [new LocatedMember("allowWithdrawalKey", 1, new LocatedFlag(1, true))]);
        await using var venue = new CcxtVenueProvider(brokers, TimeProvider.System).Open(
            new VenueAccount("wire", "ccxt:" + exchange, recorder.Address.ToString(), credentials, allowing, "accounts[0]", 1) { Mode = TradingMode.Live });
        var price = limit is null ? (decimal?)null : decimal.Parse(limit, CultureInfo.InvariantCulture);
        var order = new OrderRequest(Id, new MarketId("BTC", quote), limit is null ? TradeSide.Sell : TradeSide.Buy, limit is null ? OrderType.Market : OrderType.Limit, 0.01m, price);

        var outcome = await venue.PlaceAsync(order, SendDeadline.After(TimeSpan.FromSeconds(30), UptimeClock.OfMachine), CancellationToken.None);

        outcome.ShouldBeOfType<SendOutcome.Acknowledged>(outcome.ToString());
        return requests.Where(request => request.Method == "POST").ShouldHaveSingleItem();

        EmulatorReply Answer(EmulatorRequest request)
        {
            lock (requests)
            {
                // Copied, since the server takes a request's headers back once it is answered.
                var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
                requests.Add(new Sent(request.Method, request.Path, request.Body, headers));
            }

            var (_, json) = answers.FirstOrDefault(answer => request.Path.Contains(answer.Path, StringComparison.Ordinal));
            return json is null ? new EmulatorReply(404, """{"code":"404","message":"not recorded"}""") : new EmulatorReply(200, json);
        }
    }

    private static string? Text(JsonNode? value) => value?.ToString();

    private static byte[] Mac(string text) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(text));

    private static string Hex(string text) => Convert.ToHexStringLower(Mac(text));

    private sealed record Sent(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers);
}
