using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Exact;
using Rebalancer.Domain.Placement.Facts;
using Rebalancer.Domain.Placement.Search;

namespace Rebalancer.Placement.Tests.Exact;

public sealed class BranchingTests
{
    private const double Cutoff = 100;

    private readonly SearchProblem _problem = SearchProblem.Of(new Portfolio(RandomProblems.Create(3, accounts: 3, assets: 4)));
    private readonly TradeRanges _ranges;
    private readonly PriceMaster _master;
    private readonly PseudoCosts _costs;
    private readonly List<Decision> _candidates;
    private int _climbs;

    public BranchingTests()
    {
        _ranges = TradeRanges.Of(_problem, isRestored: true);
        _master = new PriceMaster(new LagrangianRelaxation(_problem, _ranges, isRestored: true), _problem, _ranges, objective: Cutoff);
        _costs = new PseudoCosts(_problem.TradeCount);
        _candidates = [.. _problem.OpenTrades().Where(trade => _ranges.StatesOf(trade).Count() > 1).Select(trade => new Decision(trade, 0, 0, 0))];
    }

    [Fact]
    public void Choose_WhereOneTradeRaisesTheBoundMostInEveryState_TakesItAndLeavesTheRangesAsTheyWere()
    {
        var (wanted, before) = (_candidates[1].Trade, _ranges.Copy());

        var choice = Branching(isTrying: true, () => IsDecided(wanted) ? 9 : 2).Choose(_candidates, bound: 0, Cutoff, deadline: null);

        choice!.Value.Trade.ShouldBe(wanted);
        _ranges.StatesOf(wanted).Select(choice.Value.Bound).ShouldAllBe(bound => bound == 9);
        _ranges.Least.ShouldBe(before.Least);
        _ranges.Most.ShouldBe(before.Most);
        _ranges.MustTrade.ShouldBe(before.MustTrade);
    }

    [Fact]
    public void Choose_PrefersWhatRaisesBothStatesToWhatRaisesOneByMuch()
    {
        // By the least rise it would be the first, by the next the second, by their sum the second too.
        Decision[] candidates = [Known(0, off: 4, trading: 4), Known(1, off: 1, trading: 12), Known(2, off: 3, trading: 9)];

        Branching(isTrying: false, () => 5).Choose(candidates, bound: 0, Cutoff, deadline: null)!.Value.ShouldBe(candidates[2]);
    }

    [Fact]
    public void Choose_WhatWasSeenOftenEnough_IsNotTriedAgain()
    {
        var candidate = _candidates[0];
        foreach (var state in _ranges.StatesOf(candidate.Trade))
        {
            for (var time = 0; time < 4; time++)
            {
                _costs.Learn(candidate.Trade, state, share: 0, rise: 1);
            }
        }

        Branching(isTrying: true, () => 5).Choose([candidate], bound: 0, Cutoff, deadline: null)!.Value.ShouldBe(candidate);

        _climbs.ShouldBe(0);
    }

    [Fact]
    public void Choose_WithoutTrying_GoesByWhatWasSeenAlone()
    {
        var (little, much) = (_candidates[0].Trade, _candidates[^1].Trade);
        foreach (var state in _ranges.StatesOf(much))
        {
            _costs.Learn(little, state, share: 0, rise: 1);
            _costs.Learn(much, state, share: 0, rise: 50);
        }

        Branching(isTrying: false, () => 5).Choose(_candidates, bound: 0, Cutoff, deadline: null)!.Value.Trade.ShouldBe(much);

        _climbs.ShouldBe(0);
    }

    [Fact]
    public void Choose_AfterTheDeadline_TriesNothingAndChoosesAllTheSame()
    {
        Branching(isTrying: true, () => 5).Choose(_candidates, bound: 0, Cutoff, new Over()).ShouldNotBeNull();

        _climbs.ShouldBe(0);
    }

    [Fact]
    public void Choose_WithNothingToDecide_IsNothing() => Branching(isTrying: true, () => 5).Choose([], bound: 0, Cutoff, deadline: null).ShouldBeNull();

    private Branching Branching(bool isTrying, Func<double> bound) => new(_ranges, _master, _costs, () => { _climbs++; return bound(); }, isTrying);

    private Decision Known(int candidate, double off, double trading) => new(_candidates[candidate].Trade, off, trading, trading);

    private bool IsDecided(int trade) => _ranges.StatesOf(trade).Count() == 1;

    private sealed class Over : IDeadline
    {
        public double SecondsLeft => 0;

        public bool HasPassed => true;
    }
}
