using System.Text.Json;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>What an owner writes into a file counts in the portfolio, and nothing else trades it.</summary>
public sealed class ManualAccountTests
{
    private const string Settings = """
        { "listen": "http://127.0.0.1:0",
          "portfolios": [ { "id": "main", "baseCurrency": "USD", "mode": "paper", "targets": { "method": "fixed", "weights": { "BTC": 0.5, "ETH": 0.4 } },
                            "orders": { "type": "market" }, "accounts": ["sim", "cold"] } ],
          "accounts": [ { "id": "sim", "venue": "simulated", "options": { "balances": { "USD": 20000 } } },
                        { "id": "cold", "venue": "manual", "options": { "positions": "cold.csv", "cash": { "USD": 500 } } } ] }
        """;

    [Fact]
    public async Task Service_WithAManualAccount_CountsItsPositions_AndBuysOnlyTheRest()
    {
        var data = Directory.CreateTempSubdirectory("manual-account-").FullName;
        var cancellation = TestContext.Current.CancellationToken;
        var settings = Path.Combine(data, "rebalancer.json");
        await File.WriteAllTextAsync(settings, Settings, cancellation);
        await File.WriteAllTextAsync(Path.Combine(data, "cold.csv"), "Symbol,Quantity\nBTC,0.1\n", cancellation);
        try
        {
            var run = await RunAsync("run", "--once", "--config", settings);

            run.ExitCode.ShouldBe(0, run.Output);
            var audit = await RunAsync("audit", "list", "--config", settings, "--output", "json");
            audit.ExitCode.ShouldBe(0, audit.Output);
            var decision = JsonDocument.Parse(audit.Output).RootElement[0].GetProperty("id").GetString()!;
            var shown = await RunAsync("audit", "show", decision, "--config", settings, "--output", "json");
            shown.ExitCode.ShouldBe(0, shown.Output);
            var decided = JsonDocument.Parse(shown.Output).RootElement.GetProperty("decided");
            var cold = decided.GetProperty("accounts").EnumerateArray().Single(account => account.GetProperty("id").GetString() == "cold");
            cold.GetProperty("balances").EnumerateArray()
                .Select(balance => $"{balance.GetProperty("asset").GetString()} {balance.GetProperty("free").GetString()}").ShouldBe(["BTC 0.1", "USD 500"]);
            var trades = decided.GetProperty("plan").GetProperty("trades").EnumerateArray().ToList();
            trades.Select(trade => trade.GetProperty("account").GetString()).Distinct().ShouldBe(["sim"]);
            trades.Count.ShouldBe(2);
        }
        finally
        {
            await Venues.Simulated.SimulatedVenueProcess.StopAsync(
                new(Path.Combine(data, "data"), 0, 1, 1, null), TimeProvider.System, CancellationToken.None);
            Directory.Delete(data, recursive: true);
        }

        async Task<(int ExitCode, string Output)> RunAsync(params IReadOnlyList<string> arguments)
        {
            using var process = RebalancerProgram.Start(arguments);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await errors;
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, output);
        }
    }
}
