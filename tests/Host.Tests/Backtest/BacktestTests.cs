using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests.Backtest;

public sealed class BacktestTests : IDisposable
{
    private const string Fixed = """{ "method": "fixed", "weights": { "AAA": 0.5, "BBB": 0.3, "CCC": 0.15 } }""";
    private const string Computed = """{ "method": "min-volatility", "assets": ["AAA", "BBB", "CCC"], "lookbackDays": 40 }""";

    private readonly Terminal _terminal = new();

    [Theory]
    [InlineData(Fixed)]
    [InlineData(Computed)]
    public async Task Backtest_WhenLaterPricesAreOthers_DoesTheSameBeforeThem(string targets)
    {
        var day = 80;
        var one = await PlayAsync(targets, (_, price) => price);
        var other = await PlayAsync(targets, (row, price) => row >= day ? price * (1.5 + (0.3 * (row % 3))) : price);

        var shown = one["dates"]!.AsArray().Count(date => string.CompareOrdinal(date!.ToString(), DateOf(day)) < 0);
        shown.ShouldBeGreaterThan(30);
        foreach (var (before, after) in one["strategies"]!.AsArray().Zip(other["strategies"]!.AsArray()))
        {
            Until(before!["equity"]!, shown).ShouldBe(Until(after!["equity"]!, shown));
            Until(before["costs"]!, shown - 1).ShouldBe(Until(after["costs"]!, shown - 1));
        }

        Decisions(one, DateOf(day)).ShouldBe(Decisions(other, DateOf(day)));
        Decisions(one, DateOf(day)).Count.ShouldBeGreaterThan(4);
        one["strategies"]![0]!["endValue"]!.ToString().ShouldNotBe(other["strategies"]![0]!["endValue"]!.ToString());
    }

    [Fact]
    public async Task Backtest_ChargesFeesAndSpreadOnEveryFill()
    {
        var result = await PlayAsync(Fixed, (_, price) => price, "--exchange-fee", "0.004", "--half-spread", "0.002");
        var own = result["strategies"]![0]!;
        var traded = 2 * Number(own["turnover"]!.AsArray()[^1]!);
        Number(own["costs"]!.AsArray()[^1]!).ShouldBe(Number(own["fees"]!) + Number(own["spread"]!), 0.011);

        // Only exchanges trade here, and a price on the tick is at most a hair from the spread asked for.
        Number(own["fees"]!).ShouldBe(0.004 * traded, traded * 1e-5);
        Number(own["spread"]!).ShouldBe(0.002 * traded, traded * 1e-5);
    }

    [Fact]
    public async Task Backtest_WithoutCosts_LosesNothingByTheFirstInvestment()
    {
        var result = await PlayAsync(Fixed, (_, price) => price, "--exchange-fee", "0", "--half-spread", "0");
        Number(result["strategies"]![0]!["startValue"]!).ShouldBe(60_000, 0.05);
    }

    [Fact]
    public async Task Backtest_OfTheSameInput_IsTheSameToTheByte()
    {
        var one = await PlayAsync(Fixed, (_, price) => price);
        var other = await PlayAsync(Fixed, (_, price) => price);
        other.ToJsonString().ShouldBe(one.ToJsonString());
    }

    [Fact]
    public async Task Backtest_KeepsThePortfolioNearerItsTargetsThanHoldingDoes()
    {
        var result = await PlayAsync(Fixed, (row, price) => price * (1 + (row * 0.01)), "--every", "week");
        var drifts = result["strategies"]!.AsArray().Select(strategy => Number(strategy!["averageDrift"]!)).ToList();
        drifts[0].ShouldBeLessThan(drifts[1]);
        result["strategies"]!.AsArray().Select(strategy => strategy!["name"]!.ToString()).ShouldBe(["Rebalancer", "Buy and hold", "Each account alone"]);
    }

    [Fact]
    public async Task Report_IsOneFileThatLoadsNothingAndStatesItsAssumptions()
    {
        WriteInput(Fixed, (_, price) => price);
        (await _terminal.RunAsync("backtest", "--prices", "prices.csv", "--every", "month", "--report", "report.html")).ShouldBe(ExitCode.Done, _terminal.Error);

        var report = await File.ReadAllTextAsync(Path.Combine(_terminal.Directory, "report.html"), TestContext.Current.CancellationToken);
        report.ShouldNotContain("{{");
        report.ShouldNotContain("src=");
        report.ShouldNotContain("<link");
        report.ShouldContain("default-src 'none'");
        report.ShouldContain("Nothing reads a later row");
        _terminal.Out.ShouldContain("Each account alone");
    }

    [Theory]
    [InlineData("rebalancer.json", "\"balances\": { \"USD\": 40000 }", "\"balances\": { }", "--cash: it is not known what one would start with")]
    [InlineData("prices.csv", "date,AAA,BBB", "date,AAA,XYZ", "prices.csv:1: BBB has a target, but the file has no column of it")]
    [InlineData("prices.csv", "2024-01-03,", "2024-01-03,-", "AAA has a price of -")]
    public async Task Backtest_OfWhatCannotBePlayed_SaysWhatToDo(string file, string from, string to, string expected)
    {
        WriteInput(Fixed, (_, price) => price);
        var path = Path.Combine(_terminal.Directory, file);
        _terminal.Write(file, (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Replace(from, to, StringComparison.Ordinal));
        (await _terminal.RunAsync("backtest", "--prices", "prices.csv")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain(expected);
    }

    [Theory]
    [InlineData("--from: the first day on which everything has its prices is 2024-02-10", "--from", "2024-01-05")]
    [InlineData("--every: 'hour' is not known", "--every", "hour")]
    [InlineData("--cash: there is no account six", "--cash", "six=5")]
    [InlineData("--half-spread: must be a share", "--half-spread", "2")]
    public async Task Backtest_WithOptionsThatCannotBe_NamesThem(string expected, params string[] options)
    {
        WriteInput(Computed, (_, price) => price);
        (await _terminal.RunAsync(["backtest", "--prices", "prices.csv", .. options])).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain(expected);
    }

    public void Dispose() => _terminal.Dispose();

    private async Task<JsonNode> PlayAsync(string targets, Func<int, double, double> change, params string[] options)
    {
        WriteInput(targets, change);
        string[] every = options.Contains("--every") ? [] : ["--every", "week"];
        (await _terminal.RunAsync(["backtest", "--prices", "prices.csv", "--output", "json", .. every, .. options])).ShouldBe(ExitCode.Done, _terminal.Error);
        return JsonNode.Parse(_terminal.Out)!;
    }

    private void WriteInput(string targets, Func<int, double, double> change)
    {
        var prices = new StringBuilder("date,AAA,BBB,CCC\n");
        for (var row = 0; row < 120; row++)
        {
            double[] of = [50 * (1 + (0.2 * Math.Sin(row / 9.0))), 20 * (1 + (0.1 * Math.Cos(row / 5.0))), 100 + (0.05 * row) + Math.Sin(row)];
            prices.AppendLine(DateOf(row) + string.Concat(of.Select(price => "," + change(row, price).ToString("0.####", CultureInfo.InvariantCulture))));
        }

        _terminal.Write("prices.csv", prices.ToString());
        _terminal.Write("rebalancer.json", $$"""
            { "journal": "sqlite:data/never.db",
              "portfolios": [ { "id": "main", "baseCurrency": "USD", "targets": {{targets}}, "limits": { "maxDrawdown": 0.9 }, "accounts": ["one", "two"] } ],
              "accounts": [
                { "id": "one", "venue": "simulated", "assets": ["AAA", "BBB"], "options": { "balances": { "USD": 40000 } } },
                { "id": "two", "venue": "simulated", "assets": ["BBB", "CCC"], "options": { "exchange": "second", "balances": { "USD": 20000 } } } ] }
            """);
    }

    private static string DateOf(int row) => new DateOnly(2024, 1, 1).AddDays(row).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static double Number(JsonNode node) => double.Parse(node.ToString(), CultureInfo.InvariantCulture);

    private static List<string> Until(JsonNode series, int rows) => [.. series.AsArray().Take(rows).Select(value => value?.ToString() ?? "")];

    private static List<string> Decisions(JsonNode result, string before) =>
        [.. result["decisions"]!.AsArray().Where(decision => string.CompareOrdinal(decision!["at"]!.ToString(), before) < 0).SkipLast(1).Select(decision => decision!.ToJsonString())];
}
