using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.Audit;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Actors.Tests.Portfolios;

public sealed class PortfolioCoordinatorTests : IAsyncDisposable
{
    private readonly PortfolioWorld _world = new();

    [Fact]
    public void Start_AnAccountThatDoesNotAnswer_IsWaitedForAndNothingIsDecided()
    {
        var silent = _world.Accounts["ib"];
        _world.Accounts.Remove("ib");
        _world.Ask<PortfolioView>(new GetPortfolio());
        _world.RunFor(60);

        _world.Events<RebalanceDecided>().ShouldBeEmpty();
        _world.Ask<PortfolioView>(new GetPortfolio()).WaitingFor.ShouldHaveSingleItem().ShouldContain("ib has not been read yet");

        _world.Accounts["ib"] = silent;
        _world.RunFor(60);

        _world.Events<RebalanceDecided>().ShouldHaveSingleItem().Trigger.Kind.ShouldBe(TriggerKind.AccountAdded);
    }

    [Fact]
    public void Message_NobodyKnows_LeavesThePortfolioAsItIs()
    {
        Rebalance();

        _world.Tell("what is this?");

        _world.System.Inspect().Children.Single(actor => actor.Path == "/user/portfolio").Children.ShouldHaveSingleItem().Restarts.ShouldBe(0);
        _world.Ask<PortfolioView>(new GetPortfolio()).Id.ShouldBe("main");
    }

    [Fact]
    public void Now_WhenAnAccountReadLessThanItsBooks_SendsNothingToAnyAccount()
    {
        _world.Accounts["kraken"].Quantity = 0;
        _world.Accounts["kraken"].Disputed = ["BTC"];

        var answer = Rebalance();

        answer.Refused.ShouldBeTrue();
        answer.Message.ShouldContain("less BTC at kraken was read than its books or the reading before say");
        _world.Sent().ShouldBeEmpty();
    }

    [Fact]
    public void Now_OffTarget_SendsEachAccountItsOrdersWithTheDecision()
    {
        var answer = Rebalance();

        answer.Refused.ShouldBeFalse(answer.Message);
        var sent = _world.Sent();
        sent.Select(item => item.Receiver).ShouldBe(["account/ib", "account/kraken"]);
        sent.ShouldAllBe(item => item.Execute.Scopes.SequenceEqual(new[] { "global", "portfolio/main" }));
        sent[1].Execute.Trades.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            trade => trade.Side.ShouldBe(TradeSide.Buy),
            trade => trade.Quantity.ShouldBe(0.08m),
            trade => trade.IntentId.ShouldBe($"{answer.DecisionId}/kraken/1"));
    }

    [Fact]
    public async Task Now_TheDecisionAndWhatItSends_AreJournaledUnderItsId()
    {
        var answer = Rebalance();

        var token = TestContext.Current.CancellationToken;
        var rows = await _world.Journal.ReadAllAsync(0, int.MaxValue, token).ToListAsync(token);
        rows.Where(row => row.EventName is "rebalance-decided" or "decision-dispatched").Select(row => row.CorrelationId).ShouldBe([answer.DecisionId, answer.DecisionId]);
        (await _world.Journal.ReadOutboxAsync(0, int.MaxValue, token)).ShouldAllBe(message => message.CorrelationId == answer.DecisionId);
    }

    [Fact]
    public void ExecutionCompleted_ByEveryAccount_MeasuresTheDriftThatIsLeft()
    {
        Rebalance();
        foreach (var (receiver, execute) in _world.Sent())
        {
            _world.Execute(execute, receiver["account/".Length..]);
        }

        _world.RunFor(20);

        var completed = _world.Events<RebalanceCompleted>().ShouldHaveSingleItem();
        completed.DriftAfter.ShouldBe(0, 1e-9);
        completed.Fees.ShouldBe(2);
        completed.Remainder.ShouldBeNull();
        _world.Ask<PortfolioView>(new GetPortfolio()).Score.ShouldNotBeNull().ShouldBe(1, 1e-9);
    }

    [Fact]
    public void ExecutionCompleted_HalfFilled_DecidesTheRemainderFromFreshBalances()
    {
        Rebalance();
        foreach (var (receiver, execute) in _world.Sent())
        {
            _world.Execute(execute, receiver["account/".Length..], share: 0.5m);
        }

        _world.RunFor(20);

        var remainder = _world.Events<RebalanceDecided>()[^1];
        remainder.Trigger.Kind.ShouldBe(TriggerKind.Remainder);
        remainder.Plan.Trades.Single(trade => trade.Asset == "BTC").Quantity.ShouldBe(0.04m);
    }

    [Fact]
    public void Now_AnAccountIsDown_CountsItAndTradesTheOthersOnly()
    {
        _world.Accounts["ib"].Down = "venue down since 14:58";

        Rebalance();

        var decided = _world.Events<RebalanceDecided>()[^1];
        decided.TotalValue.ShouldBe(20_000);
        decided.Accounts.Single(account => account.Id == "ib").FrozenBecause.ShouldBe("venue down since 14:58");
        _world.Sent().Select(item => item.Receiver).ShouldBe(["account/kraken"]);
    }

    [Fact]
    public async Task Apply_PricesUnmoved_SendsTheApprovedDecisionAnew()
    {
        await using var world = new PortfolioWorld(PortfolioWorld.Standard with { Approval = ApprovalMode.Manual });
        var waiting = world.Ask<RebalanceAnswer>(new RebalanceNow("ann", "monthly", DryRun: false));
        world.Sent().ShouldBeEmpty();

        var applied = world.Ask<RebalanceAnswer>(new ApplyDecision(waiting.DecisionId!, "ann", AcceptChanges: false));

        applied.Refused.ShouldBeFalse(applied.Message);
        world.Sent().ShouldAllBe(item => item.Execute.DecisionId == applied.DecisionId);
        world.Events<DecisionApplied>().ShouldHaveSingleItem().AppliedAs.ShouldBe(applied.DecisionId);
    }

    [Fact]
    public async Task Apply_PriceBeyondTheCollar_ShowsTheNewPlanAndAsksAgain()
    {
        await using var world = new PortfolioWorld(PortfolioWorld.Standard with { Approval = ApprovalMode.Manual });
        var waiting = world.Ask<RebalanceAnswer>(new RebalanceNow("ann", "monthly", DryRun: false));
        world.Accounts["kraken"].Price = 51_000;

        var refused = world.Ask<RebalanceAnswer>(new ApplyDecision(waiting.DecisionId!, "ann", AcceptChanges: false));

        refused.Refused.ShouldBeTrue();
        refused.Message.ShouldContain("50000 to 51000");
        world.Sent().ShouldBeEmpty();
        world.Ask<RebalanceAnswer>(new ApplyDecision(refused.DecisionId!, "ann", AcceptChanges: false)).Refused.ShouldBeFalse();
    }

    [Fact]
    public void Halt_WhileHalted_NothingIsSentAndResumeLetsItGoOn()
    {
        _world.Ask<CommandAnswer>(new HaltPortfolio("ann", "looks odd")).Error.ShouldBeNull();

        var refused = Rebalance();

        refused.Refused.ShouldBeTrue();
        refused.Message.ShouldContain("portfolio/main is halted");
        _world.Sent().ShouldBeEmpty();
        _world.Ask<PortfolioView>(new GetPortfolio()).Halts.ShouldHaveSingleItem().ShouldContain("looks odd");

        _world.Ask<CommandAnswer>(new ResumePortfolio("ann", "it was nothing")).Error.ShouldBeNull();
        Rebalance().Refused.ShouldBeFalse();
    }

    [Fact]
    public void Halt_OfBuysOnly_PlansSellsOnlyUntilResumed()
    {
        _world.Ask<CommandAnswer>(new HaltPortfolio("ann", "odd prices", BuysOnly: true)).Error.ShouldBeNull();
        Rebalance();
        AllowedNow().ShouldAllBe(allowed => allowed == AllowedSides.Sell);

        _world.Ask<CommandAnswer>(new ResumePortfolio("ann", "they are fine")).Error.ShouldBeNull();

        Rebalance();
        AllowedNow().ShouldAllBe(allowed => allowed == AllowedSides.Both);
        _world.Events<TradingResumed>().Single().Scope.ShouldBe("portfolio/main:buys");
    }

    [Fact]
    public void Settings_WhenALimitIsLoosened_AreJournaledWithWhoAndWhy()
    {
        var limits = _world.Settings.Limits with { MaxDailyTurnover = 0.9m, Reason = "first investment" };
        _world.Ask<CommandAnswer>(new ChangePortfolioSettings(_world.Settings with { Limits = limits }, "ann")).Error.ShouldBeNull();

        var changed = _world.Events<PortfolioSettingsChanged>()[^1];

        (changed.Who, changed.Why).ShouldBe(("ann", "first investment"));
        changed.Loosened.ShouldBe(["maxDailyTurnover from 0.5 to 0.9"]);
    }

    [Fact]
    public void Drawdown_BeyondItsLimit_HaltsThePortfolio()
    {
        Rebalance();
        foreach (var (receiver, execute) in _world.Sent())
        {
            _world.Execute(execute, receiver["account/".Length..]);
        }

        _world.RunFor(20);
        _world.Accounts["kraken"].Price = 20_000;

        Rebalance().Message.ShouldContain("limits.maxDrawdown");

        _world.Events<TradingHalted>().ShouldHaveSingleItem().Who.ShouldBe("risk gate");
    }

    [Fact]
    public void Settings_Invalid_AreRefusedAndNothingChanges()
    {
        var answer = _world.Ask<CommandAnswer>(new ChangePortfolioSettings(
            _world.Settings with { Schedule = new ScheduleSettings("every day", "Mars/Olympus") }, "ann"));

        answer.Error.ShouldNotBeNull().ShouldContain("Mars/Olympus");
        _world.Events<PortfolioSettingsChanged>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Restart_InTheMiddleOfADecision_HasTheSameStateAndCompletesIt()
    {
        Rebalance();
        var sent = _world.Sent();
        var before = await StateAsync();

        _world.Restart();

        (await StateAsync()).ShouldBe(before);
        foreach (var (receiver, execute) in sent)
        {
            _world.Execute(execute, receiver["account/".Length..]);
        }

        _world.RunFor(20);
        _world.Events<RebalanceCompleted>().ShouldHaveSingleItem();
        _world.Events<RebalanceDecided>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task DecisionHistory_OfTheJournal_TellsTheDecisionAndItsEnd()
    {
        var answer = Rebalance();
        foreach (var (receiver, execute) in _world.Sent())
        {
            _world.Execute(execute, receiver["account/".Length..]);
        }

        _world.RunFor(20);
        var history = new DecisionHistory(_world.Journal, _world.Catalog);

        var record = (await history.FindAsync(answer.DecisionId!, TestContext.Current.CancellationToken)).ShouldNotBeNull();

        record.Status.ShouldBe("completed");
        record.Reports.Count.ShouldBe(2);
        (await history.ListAsync(TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        (await history.FindAsync("main-99-x", TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private IReadOnlyList<AllowedSides> AllowedNow() =>
        [.. _world.Events<RebalanceDecided>()[^1].Problem.Accounts.SelectMany(account => account.Markets).Select(market => market.Allow)];

    private RebalanceAnswer Rebalance() => _world.Ask<RebalanceAnswer>(new RebalanceNow("ann", "by hand", DryRun: false));

    private async Task<string> StateAsync() => CanonicalJson.Write(await _world.DescribeAsync());
}
