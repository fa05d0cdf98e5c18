using Rebalancer.Emulators.Alpaca;
using Rebalancer.Emulators.Books;
using Rebalancer.Emulators.Ibkr;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>One portfolio over brokers of different makes, each through its own library, against their emulated venues' own books.</summary>
public sealed class RealVenuesTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("real-venues-").FullName;
    private AlpacaEmulator _alpaca = null!;
    private IbkrEmulator _ibkr = null!;

    public async ValueTask InitializeAsync()
    {
        _alpaca = await AlpacaEmulator.StartAsync(TimeProvider.System);
        _ibkr = IbkrEmulator.Start("DU123", TimeProvider.System);
        foreach (var (book, account, money) in new[] { (_alpaca.Book, "key", 10_000m), (_ibkr.Book, "DU123", 20_000m) })
        {
            book.Add(new BookMarket("VTI", "VTI", "USD", 0.01m, 1e-9m, 1e-9m, 1, 0, 1_000), 299.99m, 300.01m);
            book.Add(new BookMarket("BND", "BND", "USD", 0.01m, 1e-9m, 1e-9m, 1, 0, 1_000), 79.99m, 80.01m);
            book.Endow(account, "USD", money);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _alpaca.DisposeAsync();
        await _ibkr.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Service_OverAlpacaInteractiveBrokersAndAFile_ReachesItsTargets_AsTheirBooksSay()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var settings = Path.Combine(_data, "rebalancer.json");
        await File.WriteAllTextAsync(Path.Combine(_data, "cold.csv"), "Symbol,Quantity\nVTI,20\n", cancellation);
        await File.WriteAllTextAsync(Path.Combine(_data, "key"), "key", cancellation);
        await File.WriteAllTextAsync(Path.Combine(_data, "secret"), AlpacaEmulator.SecretOf("key"), cancellation);
        await File.WriteAllTextAsync(settings, $$"""
            { "listen": "http://127.0.0.1:0",
              "portfolios": [ { "id": "main", "baseCurrency": "USD", "mode": "paper", "targets": { "method": "fixed", "weights": { "VTI": 0.6, "BND": 0.35 } },
                                "limits": { "maxDailyTurnover": 1 }, "orders": { "type": "market" }, "accounts": ["al", "ib", "cold"] } ],
              "accounts": [ { "id": "al", "venue": "alpaca:paper", "endpoint": "{{_alpaca.Address}}", "credentials": { "apiKey": "file:key", "secret": "file:secret" } },
                            { "id": "ib", "venue": "ibkr", "endpoint": "127.0.0.1:{{_ibkr.Port}}" },
                            { "id": "cold", "venue": "manual", "options": { "positions": "cold.csv" } } ] }
            """, cancellation);

        using var run = RebalancerProgram.Start(["run", "--once", "--config", settings]);
        var errors = run.StandardError.ReadToEndAsync(cancellation);
        var output = await run.StandardOutput.ReadToEndAsync(cancellation);
        await run.WaitForExitAsync(cancellation);

        run.ExitCode.ShouldBe(0, output + await errors);
        Share("VTI", 300).ShouldBe(0.6m, 0.02m, output + await errors);
        Share("BND", 80).ShouldBe(0.35m, 0.02m, output + await errors);
        foreach (var (book, account) in new[] { (_alpaca.Book, "key"), (_ibkr.Book, "DU123") })
        {
            book.Orders(account).ShouldAllBe(order => order.Status == BookStatus.Filled && order.Request.ClientId!.StartsWith("rb"));
            book.Orders(account).Select(order => order.Request.ClientId).ShouldBeUnique();
        }

        (output + await errors).ShouldNotContain(AlpacaEmulator.SecretOf("key"));
    }

    /// <summary>Of all accounts' value, the file's 20 shares included.</summary>
    private decimal Share(string asset, decimal price)
    {
        var balances = _alpaca.Book.Balances("key").Concat(_ibkr.Book.Balances("DU123")).ToList();
        var total = balances.Sum(balance => balance.Free * (balance.Asset switch { "VTI" => 300, "BND" => 80, _ => 1 })) + (20 * 300);
        return ((balances.Where(balance => balance.Asset == asset).Sum(balance => balance.Free) + (asset == "VTI" ? 20 : 0)) * price) / total;
    }
}
