using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Domain.Weights.Estimates;
using Rebalancer.Domain.Weights.Settings;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests.Configuration;

/// <summary>Computed targets in the settings: the options of <c>optimize</c> under the same names, and errors with their lines.</summary>
public sealed class TargetSettingsTests : IDisposable
{
    private readonly Terminal _terminal = new();

    public static TheoryData<string, string> Mistakes => new()
    {
        { "\"method\": \"max-sharp\", \"assets\": [\"BTC\"]", "portfolios[0].targets.method: \"max-sharp\" is not known; did you mean \"max-sharpe\"?" },
        { "\"method\": \"max-sharpe\"", "portfolios[0].targets.assets: no asset is named; name some, or write \"*\"" },
        { "\"method\": \"max-sharpe\", \"assets\": [\"BTC\"], \"lookbackDay\": 3", "portfolios[0].targets.lookbackDay: is not a known field; did you mean \"lookbackDays\"?" },
        { "\"method\": \"max-sharpe\", \"assets\": [\"BTC\"], \"bounds\": \"0.5:0.1\"", "portfolios[0].targets.bounds: must be a range, is the text \"0.5:0.1\"; write \"LO:HI\"" },
        { "\"method\": \"max-sharpe\", \"assets\": [\"BTC\"], \"bounds\": \"-1:1\"", "portfolios[0].targets.bounds: a weight below zero would be a short sale" },
        { "\"method\": \"max-sharpe\", \"assets\": [\"BTC\"], \"riskModel\": \"ledoit\"", "portfolios[0].targets.riskModel: \"ledoit\" is not known; use \"sample\"" },
        { "\"method\": \"efficient-risk\", \"assets\": [\"BTC\"]", "portfolios[0].targets.targetVolatility: efficient-risk needs it; give the most volatility a year" },
        { "\"method\": \"max-sharpe\", \"assets\": [\"BTC\"], \"assetBounds\": { \"BTCC\": [0, 1] }", "portfolios[0].targets.assetBounds.BTCC: is not one of the assets; did you mean \"BTC\"?" },
        { "\"method\": \"max-sharpe\", \"assets\": [\"BTC\"], \"groups\": \"no.json\"", "portfolios[0].targets.groups: no.json cannot be read" },
        { "\"method\": \"max-sharpe\", \"assets\": [\"BTC\"], \"current\": { \"BTC\": 1 }", "portfolios[0].targets.current: is what the portfolio holds when the targets are computed; leave it out" },
        { "\"method\": \"max-sharpe\", \"assets\": [\"BTC\"], \"lookbackDays\": 0", "portfolios[0].targets.lookbackDays: must be above 0" },
        { "\"method\": \"max-sharpe\", \"assets\": [\"XYZ\"]", "no account of the portfolio trades XYZ" },
        { "\"method\": \"max-sharpe\", \"assets\": \"*\", \"filter\": { \"minVolume\": 1 }", "portfolios[0].targets.filter.minVolume: is not a known field; did you mean \"minDailyVolume\"?" },
        { "\"method\": \"glide-path\", \"risky\": [\"BTC\"], \"bonds\": \"PAXG\"", "portfolios[0].targets.age: glide-path needs either an age or a birthDate" },
        { "\"method\": \"glide-path\", \"age\": 30, \"risky\": [\"BTC\"], \"bonds\": \"BTC\"", "portfolios[0].targets: BTC is in two classes of the glide path" },
        { "\"method\": \"hrp\", \"assets\": [\"BTC\"] }, \"history\": { \"symbols\": { \"BTC\": \"BTC-USD\" }", "portfolios[0].history.symbols: are Yahoo's; set \"provider\": \"yahoo\", or remove them" },
        { "\"method\": \"hrp\", \"assets\": [\"BTC\"] }, \"history\": { \"provider\": \"csv:no.csv\"", "portfolios[0].history.provider: there is no file no.csv" },
        { "\"method\": \"hrp\", \"assets\": [\"BTC\"] }, \"history\": { \"timeframe\": \"2d\"", "portfolios[0].history.timeframe: \"2d\" is not known; use \"15m\", \"1h\", \"4h\", \"1d\", \"1w\"" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Check_WrongTargets_NamesFileLineFieldAndRemedy(string targets, string expected)
    {
        _terminal.Write("rebalancer.json", Settings(targets));

        (await _terminal.RunAsync("config", "check")).ShouldBe(2, _terminal.Error);

        _terminal.Error.ShouldContain("rebalancer.json:3: ");
        _terminal.Error.ShouldContain(expected);
    }

    [Fact]
    public void Load_EveryOption_ReadsItUnderItsName()
    {
        _terminal.Write("views.json", "{ \"views\": [ { \"assets\": { \"BTC\": 1, \"ETH\": -1 }, \"return\": 0.05, \"confidence\": 0.6 } ], \"tau\": 0.1, \"prior\": { \"BTC\": 0.2 } }");
        _terminal.Write("prices.csv", "date,BTC,ETH\n");
        var targets = Load("""
            "method": "max-utility", "assets": ["BTC", "ETH"], "lookbackDays": 200, "minHistoryDays": 100, "market": "SOL",
            "returnsModel": "capm", "riskModel": "exp", "missing": "drop", "frequency": 365, "span": 90, "logReturns": true, "arithmetic": true, "riskFree": 0.01,
            "bounds": "0.05:0.9", "assetBounds": { "BTC": [0.1, 0.8] },
            "groups": { "kind": { "assets": { "BTC": "coin" }, "min": { "coin": 0.2 }, "max": { "coin": 0.7 } } },
            "net": "0.5:1", "sum": 0.9, "grossMax": 1, "maxTurnover": 0.3, "transactionCost": 0.001, "l2": 0.1, "maxAssets": 2, "minWeightIfHeld": 0.05,
            "targetReturn": 0.1, "targetVolatility": 0.2, "riskAversion": 3, "beta": 0.9, "benchmarkReturn": 0.0001, "linkage": "ward",
            "riskBudgets": { "BTC": 0.4, "ETH": 0.6 }, "views": "views.json" }, "history": { "provider": "csv:prices.csv", "timeframe": "1h"
            """);

        targets.Settings.Computed.ShouldNotBeNull().ShouldSatisfyAllConditions(
            computed => (computed.LookbackDays, computed.MinHistoryDays, computed.Market).ShouldBe((200, 100, "SOL")),
            computed => (computed.Options.ReturnsModel, computed.Options.RiskModel, computed.Options.Missing).ShouldBe((ReturnModel.Capm, RiskModel.Exponential, MissingReturns.Drop)),
            computed => (computed.Options.Frequency, computed.Options.Span, computed.Options.LogReturns, computed.Options.Arithmetic, computed.Options.RiskFree).ShouldBe((365, 90, true, true, 0.01)),
            computed => computed.Options.Bounds.ShouldBe(new WeightRange(0.05, 0.9)),
            computed => computed.Options.AssetBounds["BTC"].ShouldBe(new WeightRange(0.1, 0.8)),
            computed => computed.Options.Groups.ShouldHaveSingleItem().Maximum["coin"].ShouldBe(0.7),
            computed => (computed.Options.Net, computed.Options.Sum, computed.Options.GrossMax).ShouldBe((new WeightRange(0.5, 1), 0.9, 1)),
            computed => (computed.Options.MaxTurnover, computed.Options.TransactionCost, computed.Options.L2).ShouldBe((0.3, 0.001, 0.1)),
            computed => (computed.Options.MaxAssets, computed.Options.MinWeightIfHeld).ShouldBe((2, 0.05)),
            computed => (computed.Options.TargetReturn, computed.Options.TargetVolatility, computed.Options.RiskAversion).ShouldBe((0.1, 0.2, 3)),
            computed => (computed.Options.Beta, computed.Options.BenchmarkReturn).ShouldBe((0.9, 0.0001)),
            computed => computed.Options.Linkage.ShouldBe(Domain.Weights.Optimisation.LinkageMethod.Ward),
            computed => computed.Options.RiskBudgets.ShouldNotBeNull()["ETH"].ShouldBe(0.6),
            computed => computed.Options.Views.ShouldHaveSingleItem().Confidence.ShouldBe(0.6),
            computed => computed.Options.Prior.ShouldNotBeNull()["BTC"].ShouldBe(0.2),
            computed => computed.Options.Tau.ShouldBe(0.1));
        targets.History.ShouldBe(new HistorySettings(HistoryProvider.Csv, Path.Combine(_terminal.Directory, "prices.csv"), TimeFrame.OneHour));
    }

    [Fact]
    public void Load_HistoryOfYahoo_ReadsItsSymbols()
    {
        var history = Load("""
            "method": "hrp", "assets": ["BTC", "ETH"] }, "history": { "provider": "yahoo", "symbols": { "BTC": "BTC-EUR" }
            """).History;

        (history.Provider, history.Symbols!["BTC"]).ShouldBe((HistoryProvider.Yahoo, "BTC-EUR"));
    }

    [Fact]
    public void Load_EveryAssetWithAFilter_ReadsTheFilter() =>
        Load("\"method\": \"hrp\", \"assets\": \"*\", \"filter\": { \"venues\": [\"x\"], \"minHistoryDays\": 300, \"minDailyVolume\": 1000000 }").Settings.Computed!.Every
            .ShouldNotBeNull().ShouldSatisfyAllConditions(
                filter => filter.Venues.ShouldBe(["x"]),
                filter => (filter.MinHistoryDays, filter.MinDailyVolume).ShouldBe((300, 1_000_000)));

    [Fact]
    public void Load_GlidePath_TakesAgeFromTheDateOfBirth()
    {
        var glide = Load("\"method\": \"glide-path\", \"birthDate\": \"1986-11-21\", \"risky\": [\"BTC\", \"ETH\"], \"bonds\": \"PAXG\", \"knots\": [[30, 0.9], [50, 0.5]]").Settings.Computed!.Glide!;

        glide.On(new DateOnly(2026, 11, 21)).Weights()["BTC"].ShouldBe(0.35, 1e-4);
    }

    [Fact]
    public async Task Show_PrintsTheTargetsAsTheyAreWritten()
    {
        _terminal.Write("rebalancer.json", Settings("\"method\": \"max-sharpe\", \"assets\": [\"BTC\"], \"bounds\": \"0:1\", \"lookbackDays\": 90"));

        (await _terminal.With("REBALANCER__PORTFOLIOS__0__TARGETS__LOOKBACKDAYS", "120").RunAsync("config", "show")).ShouldBe(0, _terminal.Error);

        _terminal.Out.ShouldContain("\"method\": \"max-sharpe\"");
        _terminal.Out.ShouldContain("\"lookbackDays\": \"120\"");
    }

    public void Dispose() => _terminal.Dispose();

    private (Domain.Portfolios.TargetSettings Settings, HistorySettings History) Load(string targets)
    {
        var path = _terminal.Write("rebalancer.json", Settings(targets));
        var portfolio = ConfigurationFile.Load(path, "rebalancer.json", new SortedDictionary<string, string>()).Configuration.Portfolios[0];
        return (portfolio.Targets, portfolio.History);
    }

    private static string Settings(string targets) => $$"""
        {
          "portfolios": [ { "id": "main", "baseCurrency": "USD",
            "targets": { {{targets.ReplaceLineEndings(" ")}} }, "accounts": ["x"] } ],
          "accounts": [ { "id": "x", "venue": "simulated", "options": { "kind": "exchange", "balances": { "USD": 10000 } } } ]
        }
        """;
}
