using Rebalancer.Actors.Accounts;
using Rebalancer.Actors.Portfolios;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Portfolios;

namespace Rebalancer.Actors.Tests.Portfolios;

public sealed class PortfolioPauseTests : IAsyncDisposable
{
    private readonly PortfolioWorld _world = new();

    [Fact]
    public async Task Paused_WithEveryCauseToDecide_DecidesNothingUntilResumed()
    {
        Pause();
        _world.RunFor(120);

        _world.Events<RebalanceDecided>().ShouldBeEmpty();
        var refused = Rebalance();
        refused.Refused.ShouldBeTrue();
        refused.Message.ShouldContain("paused by ann: exchange maintenance; go on with: rebalancer portfolio resume main");
        View().Pause.ShouldBe(new PortfolioPause("ann", "exchange maintenance", (await _world.DescribeAsync()).Pause!.At));

        _world.Ask<CommandAnswer>(new UnpausePortfolio("ann", "it is over")).Error.ShouldBeNull();
        _world.RunFor(60);

        _world.Events<RebalanceDecided>().ShouldHaveSingleItem().Trigger.Kind.ShouldBe(TriggerKind.AccountAdded);
        _world.Events<PortfolioUnpaused>().ShouldHaveSingleItem().Why.ShouldBe("it is over");
    }

    [Fact]
    public async Task Paused_ADecisionThatWaits_CannotBeApplied()
    {
        await using var world = new PortfolioWorld(PortfolioWorld.Standard with { Approval = ApprovalMode.Manual });
        var waiting = world.Ask<RebalanceAnswer>(new RebalanceNow("ann", "monthly", DryRun: false));
        world.Ask<CommandAnswer>(new PausePortfolio("ann", "exchange maintenance")).Error.ShouldBeNull();

        world.Ask<RebalanceAnswer>(new ApplyDecision(waiting.DecisionId!, "ann", AcceptChanges: true)).Message.ShouldContain("paused by ann");

        world.Sent().ShouldBeEmpty();
        world.Ask<CommandAnswer>(new UnpausePortfolio("ann", "it is over")).Error.ShouldBeNull();
        world.Ask<RebalanceAnswer>(new ApplyDecision(waiting.DecisionId!, "ann", AcceptChanges: true)).Refused.ShouldBeFalse();
    }

    [Fact]
    public void Paused_WhileItsOrdersAreCarriedOut_FollowsThemToTheirEndAndLeavesTheRemainder()
    {
        Rebalance();
        Pause();

        foreach (var (receiver, execute) in _world.Sent())
        {
            _world.Execute(execute, receiver["account/".Length..], share: 0.5m);
        }

        _world.RunFor(60);

        _world.Events<RebalanceCompleted>().ShouldHaveSingleItem().Remainder.ShouldNotBeNull();
        _world.Events<RebalanceDecided>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Paused_AfterARestart_IsPausedStill()
    {
        Pause();
        var before = CanonicalJson.Write(await _world.DescribeAsync());

        _world.Restart();
        _world.RunFor(60);

        CanonicalJson.Write(await _world.DescribeAsync()).ShouldBe(before);
        _world.Events<RebalanceDecided>().ShouldBeEmpty();
    }

    [Fact]
    public void Retired_WhileOrdersAreOut_IsRefusedAndLaterLetsItsAccountsGo()
    {
        var decision = Rebalance().DecisionId!;
        _world.Ask<CommandAnswer>(new HaltPortfolio("ann", "odd prices", BuysOnly: true)).Error.ShouldBeNull();
        Pause();
        _world.Ask<CommandAnswer>(new RetirePortfolio("ann", "closed")).Error.ShouldNotBeNull().ShouldContain(decision);

        foreach (var (receiver, execute) in _world.Sent())
        {
            _world.Execute(execute, receiver["account/".Length..], share: 0);
        }

        _world.RunFor(20);
        _world.Ask<CommandAnswer>(new RetirePortfolio("ann", "closed")).Error.ShouldBeNull();

        _world.Events<AccountLeft>().Select(left => left.AccountId).ShouldBe(["ib", "kraken"], ignoreOrder: true);
        View().Halts.ShouldBeEmpty();
        _world.RunFor(60);
        _world.Events<AccountJoined>().Count.ShouldBe(2, "a retired portfolio takes no account back");
    }

    [Fact]
    public async Task Start_WithoutAnAccount_WaitsForOne()
    {
        await using var world = new PortfolioWorld(PortfolioWorld.Standard with { Accounts = [] });
        world.Ask<RebalanceAnswer>(new RebalanceNow("ann", "try", DryRun: false)).Message.ShouldContain("account add ID --venue VENUE --portfolio main");

        world.Ask<CommandAnswer>(new ChangePortfolioSettings(PortfolioWorld.Standard, "ann")).Error.ShouldBeNull();
        world.RunFor(60);

        world.Events<RebalanceDecided>().ShouldNotBeEmpty();
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private void Pause() => _world.Ask<CommandAnswer>(new PausePortfolio("ann", "exchange maintenance")).Error.ShouldBeNull();

    private PortfolioView View() => _world.Ask<PortfolioView>(new GetPortfolio());

    private RebalanceAnswer Rebalance() => _world.Ask<RebalanceAnswer>(new RebalanceNow("ann", "by hand", DryRun: false));
}
