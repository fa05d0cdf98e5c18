using Rebalancer.Actors.Audit;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Portfolios.Targets;
using Rebalancer.Domain.Weights.Settings;

namespace Rebalancer.Actors.Tests.Portfolios;

/// <summary>Targets that the coordinator computes from its accounts' price history, journals, and decides by.</summary>
public sealed class ComputedTargetTests : IAsyncDisposable
{
    private static readonly TargetSettings InverseVolatility = new("inverse-volatility", [], ["BTC", "SPY"]) { Computed = new ComputedTargetSettings { LookbackDays = 60 } };

    private readonly PortfolioWorld _world = new(PortfolioWorld.Standard with { Targets = InverseVolatility });

    [Fact]
    public void Start_WithHistory_ComputesJournalsAndDecidesByTheComputedTargets()
    {
        _world.History = Bars;

        Run(60);

        var computed = _world.Events<TargetsComputed>().ShouldHaveSingleItem();
        computed.History.Series.Select(series => (series.Asset, series.Source)).ShouldBe([("BTC", "BTC/USD at kraken"), ("SPY", "SPY/USD at ib")]);
        computed.History.Times.Count.ShouldBe(60);

        // BTC moves four times as much as SPY, so it gets a quarter of its weight.
        ((double)computed.Weights["SPY"]).ShouldBe(0.8, 0.005);
        computed.Weights.Values.Sum().ShouldBe(1);
        var decided = _world.Events<RebalanceDecided>().ShouldHaveSingleItem();
        decided.Targets.ShouldBe(computed.Weights);
        decided.TargetsFrom.ShouldBe(computed.ComputationId);
    }

    [Fact]
    public void Start_WithoutHistoryOfOneAsset_DecidesNothingAndSaysWhatItWaitsFor_UntilTheHistoryIsThere()
    {
        _world.History = market => market.Asset == "SPY" ? "the venue is down" : Bars(market);

        Run(60);

        _world.Events<TargetsComputed>().ShouldBeEmpty();
        _world.Events<RebalanceDecided>().ShouldBeEmpty();
        _world.Ask<PortfolioView>(new GetPortfolio()).WaitingFor.ShouldContain(reason => reason.Contains("history of SPY (SPY/USD at ib): the venue is down"));
        Rebalance().Message.ShouldContain("history of SPY");

        _world.History = Bars;
        Run(120);

        _world.Events<TargetsComputed>().ShouldHaveSingleItem();
        _world.Events<RebalanceDecided>().ShouldHaveSingleItem();
    }

    [Fact]
    public void Start_WithAShortHistory_WaitsForIt_UnlessLessIsAskedFor()
    {
        _world.History = market => market.Asset == "SPY" ? Bars(market).TakeLast(20).ToList() : Bars(market);
        Run(60);
        _world.Ask<PortfolioView>(new GetPortfolio()).WaitingFor
            .ShouldContain("history of SPY: it has 21 days, and 60 are needed; lower targets.minHistoryDays or targets.lookbackDays, or leave the asset out");

        Change(InverseVolatility with { Computed = InverseVolatility.Computed! with { MinHistoryDays = 15 } });
        Run(60);

        _world.Events<TargetsComputed>().ShouldHaveSingleItem().Warnings.ShouldContain(warning => warning.StartsWith("SPY: its history begins on "));
    }

    [Fact]
    public void LaterLooks_DoNotComputeAgain_BeforeADayHasPassed()
    {
        _world.History = Bars;
        Run(3600 * 12);
        _world.Events<TargetsComputed>().ShouldHaveSingleItem();
        var asked = _world.AskedHistories.Count;

        Run(3600 * 13);

        _world.Events<TargetsComputed>().Count.ShouldBe(2);
        _world.AskedHistories.Count.ShouldBe(asked * 2);
    }

    [Fact]
    public void WithASchedule_TargetsAreComputedOnItsSlots_AndNotDaily()
    {
        _world.History = Bars;
        _world.Settings = _world.Settings with { Schedule = new ScheduleSettings("0 0 12 ? * FRI", "Etc/UTC") };
        _world.Restart();

        Run(3600 * 24 * 3);
        _world.Events<TargetsComputed>().ShouldHaveSingleItem();
        Run(3600 * 24 * 2);

        _world.Events<TargetsComputed>().Select(computed => computed.Slot).ShouldBe([null, "2026-11-27T12:00:00"]);
    }

    [Fact]
    public void Smoothing_MovesAShareOfTheWayAtEachComputation_AndDecisionsInBetweenDoNotMoveItOn()
    {
        _world.Settings = _world.Settings with { Smoothing = 0.5m };
        _world.Restart();
        _world.History = Bars;
        Run(60);
        Finish();
        Rebalance();
        Finish();
        _world.Events<RebalanceDecided>().Select(decided => decided.Targets["SPY"]).Distinct().ShouldHaveSingleItem();

        // From now on both move the same, so half and half is recommended.
        _world.History = market => Bars(market with { Asset = "SPY" });
        Run(3600 * 25);

        var last = _world.Events<TargetsComputed>()[^1];
        ((double)last.Recommended["SPY"]).ShouldBe(0.5, 1e-6);
        last.Weights["SPY"].ShouldBe((_world.Events<TargetsComputed>()[0].Weights["SPY"] + last.Recommended["SPY"]) / 2);
    }

    [Fact]
    public async Task Replay_ComputesTheSameTargets_AndFindsATamperedHistory()
    {
        _world.History = Bars;
        Run(60);
        var history = new DecisionHistory(_world.Journal, _world.Catalog);
        var record = (await history.ListAsync(TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        var computed = record.Computation.ShouldNotBeNull();

        DecisionReplay.Replay(record, (_, _) => record.Decided.Plan).IsIdentical.ShouldBeTrue();
        var prices = computed.History.Series[0].Prices.Select((price, row) => row == 30 ? price * 2 : price).ToList();
        var tampered = computed with { History = computed.History with { Series = [computed.History.Series[0] with { Prices = prices }, computed.History.Series[1]] } };
        DecisionReplay.Replay(record with { Computation = tampered }, (_, _) => record.Decided.Plan).Difference
            .ShouldNotBeNull().ShouldContain("the targets of main-targets-1 were");
        DecisionExplanation.Explain(record).ShouldContain("Targets: method inverse-volatility");
        _world.Restart();
        Run(60);
        _world.Events<TargetsComputed>().ShouldHaveSingleItem();
    }

    [Fact]
    public void Yahoo_GivesTheHistory_ByItsOwnSymbols_InTheBaseCurrency()
    {
        _world.Settings = _world.Settings with
        {
            History = new HistorySettings(HistoryProvider.Yahoo, null, TimeFrame.OneDay) { Symbols = new SortedDictionary<string, string> { ["SPY"] = "SPY-X" } },
        };
        _world.History = market => Bars(market with { Asset = market.Asset.Split('-')[0] });
        _world.Restart();
        Run(60);

        var computed = _world.Events<TargetsComputed>().ShouldHaveSingleItem();
        computed.History.Series.Select(series => (series.Asset, series.Source)).ShouldBe([("BTC", "BTC-USD/USD at yahoo"), ("SPY", "SPY-X/USD at yahoo")]);
        _world.AskedHistories.SelectMany(asked => asked.Markets).Distinct().ShouldBe([new MarketId("BTC-USD", "USD"), new MarketId("SPY-X", "USD")]);
    }

    [Fact]
    public void Yahoo_ThatDoesNotAnswer_IsGivenUpOnTheServicesOwnClock_AndAskedAgain()
    {
        _world.Settings = _world.Settings with { History = new HistorySettings(HistoryProvider.Yahoo, null, TimeFrame.OneDay) };
        _world.History = market => Bars(market with { Asset = market.Asset.Split('-')[0] });
        _world.YahooAnswers = false;
        _world.Restart();
        Run(200);
        _world.Ask<PortfolioView>(new GetPortfolio()).WaitingFor.ShouldContain("history from Yahoo: no answer within 00:03:00; it is asked for again");

        _world.YahooAnswers = true;
        Run(120);
        _world.Events<TargetsComputed>().ShouldHaveSingleItem();
    }

    [Fact]
    public void File_GivesTheHistory_AndAMissingColumnIsWaitedFor()
    {
        _world.Settings = _world.Settings with { History = new HistorySettings(HistoryProvider.Csv, "/prices.csv", TimeFrame.OneDay) };
        _world.Files["/prices.csv"] = "date,BTC\n2026-11-01,5\n2026-11-02,6\n2026-11-03,7\n";
        _world.Restart();
        Run(30);
        _world.Ask<PortfolioView>(new GetPortfolio()).WaitingFor.ShouldContain("history of SPY: /prices.csv has no column of it; add one, or leave the asset out");

        _world.Files["/prices.csv"] = "date,BTC,SPY\n2026-11-01,5,50\n2026-11-02,6,55\n2026-11-03,7,54\n2026-11-04,5,55\n";
        Run(90);

        var computed = _world.Events<TargetsComputed>().ShouldHaveSingleItem();
        computed.History.Series[1].Prices.ShouldBe([50, 55, 54, 55]);
        computed.Warnings.ShouldContain("/prices.csv ends on 2026-11-04, 19 days ago");
        _world.AskedHistories.ShouldBeEmpty();
    }

    [Fact]
    public void NoWeightsThatMeetTheOptions_AreAReasonToWait_WithTheRuleResponsible()
    {
        _world.History = Bars;
        _world.Settings = _world.Settings with
        {
            Targets = new TargetSettings("min-volatility", [], ["BTC", "SPY"])
            {
                Computed = new ComputedTargetSettings { LookbackDays = 60, Options = new OptimisationOptions { Bounds = new WeightRange(0, 0.3) } },
            },
        };
        _world.Restart();
        Run(60);

        _world.Ask<PortfolioView>(new GetPortfolio()).WaitingFor.ShouldHaveSingleItem().ShouldContain("BTC at most 0.3; SPY at most 0.3");
        _world.Events<RebalanceDecided>().ShouldBeEmpty();
    }

    [Fact]
    public void EveryAsset_TakesWhatTheAccountsTrade_AndTheFilterLeavesOutWhatIsTooYoungOrTooQuiet()
    {
        _world.History = Bars;
        _world.Settings = _world.Settings with
        {
            Targets = new TargetSettings("equal", [], []) { Computed = new ComputedTargetSettings { LookbackDays = 60, Every = new AssetFilter([], null, 5_000) } },
        };
        _world.Restart();
        Run(60);

        // A day's volume is 100: of BTC at 50,000 worth more than of SPY at 500 — which is enough too, and of a quieter one not.
        _world.Events<TargetsComputed>().ShouldHaveSingleItem().Weights.Keys.ShouldBe(["BTC", "SPY"]);
        Finish();
        Change(_world.Settings.Targets with { Computed = _world.Settings.Targets.Computed! with { Every = new AssetFilter([], null, 1_000_000) } });
        Run(60);
        var computed = _world.Events<TargetsComputed>()[^1];
        computed.Recommended.ShouldBe(new SortedDictionary<string, decimal> { ["BTC"] = 1 });
        computed.Warnings.ShouldContain(warning => warning.StartsWith("SPY is left out: 50,500.00 USD are traded on a median day"));
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    /// <summary>Daily closes that go up and down by 4 % (BTC) or 1 % (SPY), until now.</summary>
    private IReadOnlyList<PriceBar> Bars(MarketId market)
    {
        var (price, move) = market.Asset == "BTC" ? (50_000m, 0.04m) : (500m, 0.01m);
        var today = TimeFrame.OneDay.Floor(_world.Now);
        return
        [
            .. Enumerable.Range(1, 400).Select(days => today.AddDays(days - 401)).Select(at =>
            {
                var close = price * (1 + (at.Day % 2 == 0 ? move : 0));
                return new PriceBar(at, close, close, close, close, 100);
            }),
        ];
    }

    private void Run(double seconds)
    {
        _world.Ask<PortfolioView>(new GetPortfolio());
        _world.RunFor(seconds);
    }

    private void Change(TargetSettings targets)
    {
        _world.Settings = _world.Settings with { Targets = targets };
        _world.Ask<Actors.Accounts.CommandAnswer>(new ChangePortfolioSettings(_world.Settings, "test")).Error.ShouldBeNull();
    }

    private void Finish()
    {
        foreach (var (receiver, execute) in _world.Sent().TakeLast(2))
        {
            _world.Execute(execute, receiver["account/".Length..]);
        }

        _world.RunFor(5);
    }

    private RebalanceAnswer Rebalance() => _world.Ask<RebalanceAnswer>(new RebalanceNow("test", "to see", DryRun: false));
}
