using System.Text;
using Rebalancer.Emulators.Alpaca;
using Rebalancer.Emulators.Binance;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Ibkr;
using Rebalancer.Emulators.Kraken;

namespace Rebalancer.Emulators;

/// <param name="Id">In the settings file.</param>
/// <param name="Name">In the venue's book.</param>
public sealed record EmulatedAccount(string Id, Book Book, string Name);

/// <summary>Every emulated venue at once, with the accounts and credentials that <c>examples/venues/rebalancer.json</c> speaks of.</summary>
public sealed class EmulatedVenues : IAsyncDisposable
{
    /// <summary>Of Binance; Kraken, Alpaca and TWS have the next ones.</summary>
    public const int FirstPort = 9001;

    /// <summary>Of VTI, in the file of the example's manual account.</summary>
    private const decimal ManualShares = 20;

    private const string TwsAccount = "DU1234567";

    private EmulatedVenues(BinanceEmulator binance, KrakenEmulator kraken, AlpacaEmulator alpaca, IbkrEmulator ibkr, string mark)
    {
        (Binance, Kraken, Alpaca, Ibkr) = (binance, kraken, alpaca, ibkr);
        var alpacaKey = mark + "-alpaca-key";
        Credentials = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["BINANCE_ONE_KEY"] = mark + "-binance-one-key", ["BINANCE_ONE_SECRET"] = mark + "-binance-one-secret",
            ["BINANCE_TWO_KEY"] = mark + "-binance-two-key", ["BINANCE_TWO_SECRET"] = mark + "-binance-two-secret",
            ["KRAKEN_KEY"] = mark + "-kraken-key", ["KRAKEN_SECRET"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(mark + "-kraken-secret")),
            ["ALPACA_KEY"] = alpacaKey, ["ALPACA_SECRET"] = AlpacaEmulator.SecretOf(alpacaKey),
        };
        Accounts =
        [
            new("binance-one", binance.Book, "one"), new("binance-two", binance.Book, "two"), new("kraken", kraken.Book, "main"),
            new("alpaca", alpaca.Book, alpacaKey), new("ibkr", ibkr.Book, TwsAccount),
        ];
    }

    public BinanceEmulator Binance { get; }

    public KrakenEmulator Kraken { get; }

    public AlpacaEmulator Alpaca { get; }

    public IbkrEmulator Ibkr { get; }

    /// <summary>Values of the environment variables that the settings name.</summary>
    public IReadOnlyDictionary<string, string> Credentials { get; }

    public IReadOnlyList<EmulatedAccount> Accounts { get; }

    /// <summary>Addresses in the order of their ports.</summary>
    public IReadOnlyList<string> Addresses =>
        [Binance.Address.Authority, Kraken.Address.Authority, Alpaca.Address.Authority, $"127.0.0.1:{Ibkr.Port}"];

    /// <summary>Requests of every venue that came over HTTP, and orders at TWS.</summary>
    public int RequestCount => Binance.Requests.Count + Kraken.Requests.Count + Alpaca.Requests.Count + Ibkr.Placements;

    /// <param name="mark">What every credential begins with.</param>
    /// <param name="firstPort">0 is any free ports.</param>
    public static async Task<EmulatedVenues> StartAsync(TimeProvider clock, string mark = "emulated", int firstPort = 0)
    {
        int Port(int number) => firstPort == 0 ? 0 : firstPort + number;
        var venues = new EmulatedVenues(
            await BinanceEmulator.StartAsync(clock, Port(0)), await KrakenEmulator.StartAsync(clock, Port(1)), await AlpacaEmulator.StartAsync(clock, Port(2)),
            IbkrEmulator.Start(TwsAccount, clock, Port(3)), mark);
        venues.AddMarkets();
        venues.Endow();
        return venues;
    }

    /// <summary>Quotes an asset at every venue that trades it.</summary>
    public void Quote(string asset, decimal price)
    {
        foreach (var book in Books)
        {
            foreach (var market in book.Markets.Where(market => AssetOf(market.Asset) == asset))
            {
                book.SetQuote(market.Symbol, price - market.Tick, price + market.Tick);
            }
        }
    }

    /// <summary>An asset's share of everything, the manual account included, at the venues' middle prices.</summary>
    public decimal Share(string asset)
    {
        var values = Accounts.SelectMany(account => account.Book.Balances(account.Name))
            .Select(balance => (Asset: AssetOf(balance.Asset), Value: (balance.Free + balance.Locked) * PriceOf(AssetOf(balance.Asset))))
            .Append((Asset: "VTI", Value: ManualShares * PriceOf("VTI"))).ToList();
        return values.Where(entry => entry.Asset == asset).Sum(entry => entry.Value) / values.Sum(entry => entry.Value);
    }

    /// <summary>The name that every venue but Kraken has for an asset, and dollars for what is worth one.</summary>
    public static string AssetOf(string name) => name switch
    {
        "XXBT" => "BTC",
        "XETH" => "ETH",
        "ZUSD" => "USD",
        _ => name,
    };

    public async ValueTask DisposeAsync()
    {
        await Binance.DisposeAsync();
        await Kraken.DisposeAsync();
        await Alpaca.DisposeAsync();
        await Ibkr.DisposeAsync();
    }

    private IReadOnlyList<Book> Books => [Binance.Book, Kraken.Book, Alpaca.Book, Ibkr.Book];

    private decimal PriceOf(string asset)
    {
        if (asset is "USD" or "USDT")
        {
            return 1;
        }

        var (book, symbol) = Books.SelectMany(book => book.Markets.Select(market => (book, market))).Where(entry => AssetOf(entry.market.Asset) == asset)
            .Select(entry => (entry.book, entry.market.Symbol)).First();
        var quote = book.QuoteOf(symbol) ?? throw new InvalidOperationException($"{symbol} has no quote");
        return (quote.Bid + quote.Ask) / 2;
    }

    private void AddMarkets()
    {
        Binance.Book.Add(new BookMarket("BTCUSDT", "BTC", "USDT", 0.01m, 0.00001m, 0.00001m, 5, 0.001m, 0.5m), 59_999, 60_001);
        Binance.Book.Add(new BookMarket("ETHUSDT", "ETH", "USDT", 0.01m, 0.0001m, 0.0001m, 5, 0.001m, 20), 2_999.9m, 3_000.1m);
        Kraken.Book.Add(new BookMarket("XXBTZUSD", "XXBT", "ZUSD", 0.1m, 0.00000001m, 0.00005m, 0.5m, 0.0026m, 0.5m), 59_999, 60_001);
        Kraken.Book.Add(new BookMarket("USDTZUSD", "USDT", "ZUSD", 0.0001m, 0.00000001m, 5, 0.5m, 0.002m, 10_000), 0.9999m, 1.0001m);
        foreach (var (book, fee) in new[] { (Alpaca.Book, 0m), (Ibkr.Book, 0.0001m) })
        {
            book.Add(new BookMarket("VTI", "VTI", "USD", 0.01m, 1e-9m, 1e-9m, 1, fee, 1_000), 299.99m, 300.01m);
            book.Add(new BookMarket("BND", "BND", "USD", 0.01m, 1e-9m, 1e-9m, 1, fee, 1_000), 79.99m, 80.01m);
        }
    }

    private void Endow()
    {
        Binance.Book.Endow("one", "USDT", 10_000);
        Binance.Book.Endow("two", "USDT", 3_000);
        Binance.Book.Endow("two", "BTC", 0.05m);
        Kraken.Book.Endow("main", "ZUSD", 8_000);
        Alpaca.Book.Endow(Credentials["ALPACA_KEY"], "USD", 10_000);
        Ibkr.Book.Endow(TwsAccount, "USD", 20_000);
        Binance.AddKey(new BinanceKey("one", Credentials["BINANCE_ONE_KEY"], Credentials["BINANCE_ONE_SECRET"]));
        Binance.AddKey(new BinanceKey("two", Credentials["BINANCE_TWO_KEY"], Credentials["BINANCE_TWO_SECRET"]));
        Kraken.AddKey(new KrakenKey("main", Credentials["KRAKEN_KEY"], Credentials["KRAKEN_SECRET"]));
    }
}
