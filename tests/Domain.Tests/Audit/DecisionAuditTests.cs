using Rebalancer.Domain.Audit;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Domain.Tests.Portfolios;

namespace Rebalancer.Domain.Tests.Audit;

public sealed class DecisionAuditTests
{
    [Fact]
    public void Explain_CompletedDecision_TellsTheWholeStory()
    {
        var record = Completed();

        DecisionExplanation.Explain(record).ReplaceLineEndings("\n").ShouldBe(
            $"""
            Decision {record.Decided.DecisionId} of portfolio main, 2026-11-21 15:00:00 UTC: completed.

            Why: it was asked for (asked for by ann).

            Before: the portfolio was worth 20,000.00 USD, and 40.00 % of it was in the wrong place.
              BTC    20.00 % held,   40.00 % wanted: 20.00 % too little, outside its band of ±5.00 %
              SPY    20.00 % held,   40.00 % wanted: 20.00 % too little, outside its band of ±5.00 %
              cash   60.00 % held,   20.00 % wanted

            It was decided on these readings:
              kraken (sim:kraken): balances 0 s old
              ib (sim:ib): balances 0 s old; frozen: venue down since 14:58
              prices of 2 assets, the oldest 0 s old (BTC from BTC/USD at kraken)

            Plan: 1 order, costing about 0.00 USD, to leave 20.00 % in the wrong place.
              buy 0.08 BTC at kraken for about 4,000.00 USD (price 50000, fee 0.00 USD): nearest its target

            What was not possible, and why:
              ib is frozen (venue down since 14:58): it counts with its last known balances and trades nothing

            How good: this is proven to be the best possible plan.

            What came of it:
              kraken: bought 0.08 of 0.16 BTC at 50010 USD on average in 2 fills, fees 8 USD (Expired: timed out)
            After: 20.00 % in the wrong place at the decision's prices, fees 8.00 USD.
            Still to do, and decided anew: of {record.Decided.DecisionId}, 0.08 of 0.16 BTC was bought at kraken.

            """.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(PlanStatus.Optimal, 0.0004, "How good: this is proven to be the best possible plan.")]
    [InlineData(PlanStatus.Optimal, 0.5, "How good: proven as good as was asked for. No plan is better by more than 1.00 USD, which is 0.005 % of the portfolio's value.")]
    [InlineData(PlanStatus.Feasible, 40, "How good: a better plan may exist, but none is better by more than 80.00 USD, which is 0.4 % of the portfolio's value.")]
    public void Explain_SaysHowGoodThePlanIs_InMoneyAndAsAShare(PlanStatus status, double gapBasisPoints, string expected)
    {
        var record = Completed();
        var plan = record.Decided.Plan;
        plan = plan with { Status = status, GapBasisPoints = gapBasisPoints, Bound = plan.Objective - ((decimal)gapBasisPoints * 20_000 / 10_000) };

        DecisionExplanation.Explain(record with { Decided = record.Decided with { Plan = plan } }).ShouldContain(expected);
    }

    [Fact]
    public void Replay_OfAJournaledDecision_RebuildsTheSameOrders()
    {
        var record = Reread(Completed());

        DecisionReplay.Replay(record, (_, _) => CanonicalJson.Read<Plan>(CanonicalJson.Write(record.Decided.Plan))).IsIdentical.ShouldBeTrue();
    }

    [Fact]
    public void Replay_OneDigitOff_SaysWhichOrderDiffers()
    {
        var record = Completed();
        var plan = record.Decided.Plan;

        var result = DecisionReplay.Replay(record, (_, _) => plan with { Trades = [plan.Trades[0] with { Quantity = 0.0801m }] });

        result.Difference.ShouldNotBeNull().ShouldContain("order 1 was");
        result.Difference.ShouldContain("\"quantity\":\"0.0801\"");
    }

    [Fact]
    public void Replay_OrdersSentThatThePlanDoesNotHave_Differ()
    {
        var record = Completed();
        var part = record.Dispatched!.Parts[0];
        var tampered = record with { Dispatched = record.Dispatched with { Parts = [part with { Trades = [part.Trades[0] with { Quantity = 9 }] }] } };

        DecisionReplay.Replay(tampered, (_, _) => record.Decided.Plan).Difference.ShouldNotBeNull().ShouldContain("the orders sent were");
    }

    [Theory]
    [InlineData(1.01, true)]
    [InlineData(1.05, false)]
    public void Resolve_ObjectiveWithinTheGap_IsTheSame(double objective, bool same)
    {
        // V is 20,000 and the gap asked for 0.01 basis points: 0.02.
        var record = Completed();

        DecisionReplay.Resolve(record, _ => new PlacementResult(record.Decided.Plan with { Objective = (decimal)objective }, []))
            .IsIdentical.ShouldBe(same);
    }

    private static DecisionRecord Reread(DecisionRecord record) => CanonicalJson.Read<DecisionRecord>(CanonicalJson.Write(record));

    private static DecisionRecord Completed()
    {
        var state = Given.State();
        var look = Given.Look(state, Given.Exchange(), Given.Broker() with { Frozen = "venue down since 14:58" });
        var events = new List<object>(Deciding.Decide(state, look, Given.Plan(look, ("kraken", "BTC", TradeSide.Buy, 0.08m)), Sending.BySettings, Given.Now));
        state = events.Aggregate(state, (current, next) => current.Evolve(next));
        events.Add(PortfolioTests.Report(state, 0.08m));
        state = state.Evolve(events[^1]);
        events.Add(Completing.Complete(state, state.Open!, Given.Readings(Given.Exchange(usd: 2_000, btc: 0.16m), Given.Broker()), Given.Now));
        return events.Skip(1).Aggregate(DecisionRecord.Start((RebalanceDecided)events[0]), (record, next) => record.Evolve(next));
    }
}
