using System.Text.Json;

namespace Rebalancer.Host.Tests.Cli.Plan;

/// <summary>The examples do what their comments say. They are the files of the repository, not copies.</summary>
public sealed class PlanExampleTests : IDisposable
{
    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Theory]
    [InlineData("two-brokers", "")]
    [InlineData("one-exchange", "broker-1 +40 SPY; broker-2 +97 BND; exchange +0.2 BTC")]
    [InlineData("reserve-and-withdrawal", "broker +10 SPY")]
    [InlineData("settled-cash-only", "cash-account +10 BND; cash-account -45 SPY")]
    [InlineData("minimum-order", "exchange +0.05 ETH")]
    [InlineData("fewest-trades", "broker -3 A")]
    [InlineData("taxes", "retirement -50 VTI")]
    [InlineData("frozen-account", "broker +20 SPY")]
    [InlineData("currencies", "broker +10 DAX; broker +1000 EUR")]
    [InlineData("funds-and-replacements", "broker-1 +3 VTI; broker-2 +4 ITOT")]
    public async Task Plan_OfAnExample_IsWhatItsCommentSays(string name, string trades)
    {
        (await _terminal.RunAsync("plan", Example($"{name}.json"), "--output", "json")).ShouldBe(0, _terminal.Error);
        Trades().ShouldBe(trades);
    }

    [Fact]
    public async Task Plan_OfTheContribution_FillsBothUnderweightAssetsToTheSameLevel()
    {
        (await _terminal.RunAsync("plan", Example("contribution.json"), "--output", "json")).ShouldBe(0, _terminal.Error);
        Trades().ShouldBe("broker +100 B; broker +200 A");
    }

    [Fact]
    public async Task Plan_OfTheGroupCap_StaysWithinIt()
    {
        (await _terminal.RunAsync("plan", Example("group-cap.json"), "--output", "json")).ShouldBe(0, _terminal.Error);
        using var plan = JsonDocument.Parse(_terminal.Out);
        plan.RootElement.GetProperty("assets").EnumerateArray().Where(asset => asset.GetProperty("asset").GetString() != "SPY")
            .Sum(asset => asset.GetProperty("after").GetDouble()).ShouldBe(0.4, 0.0001);
    }

    [Fact]
    public async Task Plan_OfPositions_SpendsOnlyNewMoneyOnTheMostUnderweight()
    {
        var code = await _terminal.RunAsync(
            "plan", "--positions", Example("positions.csv"), "--targets", "equal", "--invest", "5000", "--objective", "buy-only", "--output", "json");
        code.ShouldBe(0, _terminal.Error);
        using var plan = JsonDocument.Parse(_terminal.Out);
        var trades = plan.RootElement.GetProperty("trades").EnumerateArray().ToList();
        trades.ShouldAllBe(trade => trade.GetProperty("side").GetString() == "buy" && !trade.GetProperty("quantity").GetString()!.Contains('.'));
        trades.Sum(trade => decimal.Parse(trade.GetProperty("notional").GetString()!)).ShouldBeInRange(4700, 5000);
        var value = trades.ToDictionary(trade => trade.GetProperty("asset").GetString()!, trade => decimal.Parse(trade.GetProperty("notional").GetString()!));
        value["VCR"].ShouldBeGreaterThan(value["VDC"]);
        value["VDC"].ShouldBeGreaterThan(value["VIS"]);
    }

    [Fact]
    public async Task Plan_OfPositions_PrintsATableThatFits()
    {
        (await _terminal.RunAsync("plan", "--positions", Example("positions.csv"), "--invest", "5000", "--increment", "1000")).ShouldBe(0, _terminal.Error);
        _terminal.Out.ShouldContain("VCR          6,798.48  279.68    +2,796.80           +10         34.31     9,595.28");
        _terminal.Out.ShouldContain("Cash 5,000.00 → 423.97 USD");
        _terminal.Out.Split('\n').ShouldAllBe(line => line.Length <= 100);
    }

    [Fact]
    public async Task Plan_OfASnapshot_PrintsTablesThatFit()
    {
        (await _terminal.RunAsync("plan", Example("one-exchange.json"), "--explain")).ShouldBe(0, _terminal.Error);
        _terminal.Out.ShouldContain("broker-1  buy         40  SPY       500.00  20,000.00  USD              1.00");
        _terminal.Out.ShouldContain("Value 40,000.00 USD");
    }

    [Fact]
    public async Task Plan_WithExitCode_TellsDriftApartFromNone()
    {
        (await _terminal.RunAsync("plan", Example("one-exchange.json"), "--exit-code")).ShouldBe(3);
        (await _terminal.RunAsync("plan", Example("two-brokers.json"), "--exit-code")).ShouldBe(0);
    }

    [Fact]
    public async Task Plan_WhenNoBandIsFeasible_EndsWithInfeasibleAndTheTrackingPlan()
    {
        var file = _terminal.Write("s.json", """
            { "baseCurrency": "USD", "targets": { "A": 0.5 }, "prices": { "A": 300 }, "objective": "fewest-trades", "band": 0.01,
              "accounts": [ { "id": "x", "cash": { "USD": 1000 }, "markets": [ { "asset": "A", "lotSize": 1 } ] } ] }
            """);
        (await _terminal.RunAsync("plan", file, "--output", "json")).ShouldBe(5, _terminal.Error);
        _terminal.Out.ShouldContain("\"fallbackObjective\": \"tracking\"");
    }

    [Fact]
    public async Task Plan_AsCsv_PrintsOneLineATrade()
    {
        (await _terminal.RunAsync("plan", Example("minimum-order.json"), "--output", "csv")).ShouldBe(0);
        _terminal.Out.ReplaceLineEndings("\n").ShouldBe("Account,Side,Quantity,Asset,Price,Notional,Fee,Quote\nexchange,buy,0.05,ETH,2000,100,0,USD\n");
    }

    [Theory]
    [InlineData("--threshold", "0.05", "broker +40 A")]
    [InlineData("--min-trade", "400", "broker +40 A")]
    [InlineData("--band", "1", "broker +20 C; broker +40 A; broker -20 B")]
    public async Task Plan_WithNarrowerWishes_TradesOnlyWhatTheyLeave(string option, string value, string trades)
    {
        var file = _terminal.Write("s.json", """
            { "baseCurrency": "USD", "targets": { "A": 0.5, "B": 0.3, "C": 0.2 }, "prices": { "A": 10, "B": 10, "C": 10 },
              "accounts": [ { "id": "broker", "cash": { "USD": 400 }, "holdings": { "A": 210, "B": 170, "C": 80 },
                "markets": [ { "asset": "A", "lotSize": 1, "halfSpread": 0 }, { "asset": "B", "lotSize": 1, "halfSpread": 0 }, { "asset": "C", "lotSize": 1, "halfSpread": 0 } ] } ] }
            """);
        (await _terminal.RunAsync("plan", file, option, value, "--output", "json")).ShouldBe(0, _terminal.Error);
        Trades().ShouldBe(trades);
    }

    [Fact]
    public async Task Plan_WithAThresholdThatIsNoShare_SaysWhatToWrite()
    {
        (await _terminal.RunAsync("plan", Example("two-brokers.json"), "--threshold", "5")).ShouldBe(2);
        _terminal.Error.ShouldContain("--threshold: must be a share from 0 to 1");
    }

    [Fact]
    public async Task Plan_WithPricesFile_UsesItsLastPrices()
    {
        var prices = _terminal.Write("prices.csv", "date,SPY,BND\n2026-11-19,400,80\n2026-11-20,600,\n");
        (await _terminal.RunAsync("plan", Example("two-brokers.json"), "--prices", prices, "--output", "json")).ShouldBe(0, _terminal.Error);
        _terminal.Out.ShouldContain("\"totalValue\": \"56000\"");
    }

    private string Trades()
    {
        using var plan = JsonDocument.Parse(_terminal.Out);
        return string.Join("; ", plan.RootElement.GetProperty("trades").EnumerateArray()
            .Select(trade => $"{trade.GetProperty("account").GetString()} {(trade.GetProperty("side").GetString() == "buy" ? "+" : "-")}{trade.GetProperty("quantity").GetString()} {trade.GetProperty("asset").GetString()}")
            .Order(StringComparer.Ordinal));
    }

    private static string Example(string name) => Path.Combine(Source.Root, "examples", name);
}
