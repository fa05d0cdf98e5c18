using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Hosting;

namespace Rebalancer.Emulators.Kraken;

/// <param name="Secret">Base64.</param>
/// <param name="CanWithdraw">Whether the key has the permission to withdraw funds.</param>
public sealed record KrakenKey(string Account, string ApiKey, string Secret, bool CanWithdraw = false);

/// <summary>
/// Kraken's spot interface on loopback, written from its documentation: https://docs.kraken.com/api/docs/rest-api (endpoints, pages, errors)
/// and https://docs.kraken.com/api/docs/guides/spot-rest-auth (signature, nonce).
/// </summary>
public sealed class KrakenEmulator : IAsyncDisposable
{
    private readonly List<KrakenKey> _keys = [];
    private readonly SortedDictionary<string, long> _nonces = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly KrakenTrading _trading;
    private readonly KrakenMarketData _data;
    private readonly TimeProvider _clock;
    private EmulatorServer _server = null!;

    private KrakenEmulator(Book book, TimeProvider clock)
    {
        (Book, _clock) = (book, clock);
        _trading = new KrakenTrading(book);
        _data = new KrakenMarketData(book);
    }

    public Book Book { get; }

    public EmulatorFaults Faults => _server.Faults;

    public Uri Address => _server.Address;

    public IReadOnlyList<string> Requests => _server.Requests;

    private DateTimeOffset Now => _clock.GetUtcNow() + _server.Faults.ClockSkew;

    public static async Task<KrakenEmulator> StartAsync(TimeProvider clock, int port = 0)
    {
        var emulator = new KrakenEmulator(new Book(clock), clock);
        emulator._server = await EmulatorServer.StartAsync(emulator.Answer, new EmulatorFaults(), port);
        return emulator;
    }

    public void AddKey(KrakenKey key) => _keys.Add(key);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Kraken answers 200 to everything it understands; what is wrong stands in the list of errors.</summary>
    private EmulatorReply Answer(EmulatorRequest request)
    {
        try
        {
            return new EmulatorReply(200, new JsonObject { ["error"] = new JsonArray(), ["result"] = Route(request) }.ToJsonString());
        }
        catch (KrakenErrorException error)
        {
            return new EmulatorReply(200, new JsonObject { ["error"] = new JsonArray(error.Message) }.ToJsonString());
        }
    }

    private JsonNode Route(EmulatorRequest request) => request.Path switch
    {
        "/0/public/Time" => new JsonObject { ["unixtime"] = Now.ToUnixTimeSeconds(), ["rfc1123"] = Now.ToString("R", CultureInfo.InvariantCulture) },
        "/0/public/SystemStatus" => new JsonObject { ["status"] = "online", ["timestamp"] = Now.ToString("O", CultureInfo.InvariantCulture) },
        "/0/public/AssetPairs" => _data.AssetPairs(),
        "/0/public/Ticker" => _data.Ticker(request),
        "/0/public/OHLC" => _data.Ohlc(request, Now),
        "/0/private/Balance" => _trading.Balance(Signed(request).Account),
        "/0/private/BalanceEx" => _trading.BalanceEx(Signed(request).Account),
        "/0/private/AddOrder" => _trading.AddOrder(Signed(request).Account, request, Now),
        "/0/private/CancelOrder" => _trading.CancelOrder(Signed(request).Account, request),
        "/0/private/OpenOrders" => _trading.OpenOrders(Signed(request).Account, request),
        "/0/private/ClosedOrders" => _trading.ClosedOrders(Signed(request).Account, request),
        "/0/private/QueryOrders" => _trading.QueryOrders(Signed(request).Account, request),
        "/0/private/TradesHistory" => _trading.TradesHistory(Signed(request).Account, request),
        "/0/private/Ledgers" => _trading.Ledgers(Signed(request).Account, request),
        "/0/private/WithdrawMethods" => Signed(request).CanWithdraw ? new JsonArray() : throw new KrakenErrorException("EGeneral:Permission denied"),
        _ => throw new KrakenErrorException("EGeneral:Unknown method"),
    };

    /// <summary>API-Sign is the HMAC SHA-512, by the decoded secret, of the path and the SHA-256 of nonce and body; the nonce only grows.</summary>
    private KrakenKey Signed(EmulatorRequest request)
    {
        var key = _keys.Find(known => known.ApiKey == request.Headers["API-Key"].ToString()) ?? throw new KrakenErrorException("EAPI:Invalid key");
        var nonce = request.Field("nonce") ?? throw new KrakenErrorException("EAPI:Invalid nonce");
        var inner = SHA256.HashData(Encoding.UTF8.GetBytes(nonce + request.Body));
        var expected = HMACSHA512.HashData(Convert.FromBase64String(key.Secret), Encoding.UTF8.GetBytes(request.Path).Concat(inner).ToArray());
        if (request.Headers["API-Sign"].ToString() != Convert.ToBase64String(expected))
        {
            throw new KrakenErrorException("EAPI:Invalid signature");
        }

        lock (_gate)
        {
            var number = long.Parse(nonce, CultureInfo.InvariantCulture);
            if (number <= _nonces.GetValueOrDefault(key.ApiKey))
            {
                throw new KrakenErrorException("EAPI:Invalid nonce");
            }

            _nonces[key.ApiKey] = number;
        }

        return key;
    }
}

/// <summary>An error in Kraken's words.</summary>
internal sealed class KrakenErrorException(string message) : Exception(message);
