using FsCheck;
using FsCheck.Fluent;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;
using Rebalancer.Domain.Placement.Positions;

namespace Rebalancer.Domain.Tests.Placement.Positions;

public sealed class IncrementStrategyTests
{
    private static (PlacementProblem Problem, Plan Plan) Hand(IReadOnlyList<BrokerPosition> positions, decimal amount, decimal step, TradeSide side)
    {
        var weight = Math.Floor(1000m / positions.Count) / 1000;
        var targets = new SortedDictionary<string, decimal>(positions.ToDictionary(position => position.Symbol, _ => weight));
        var money = new SortedDictionary<string, decimal> { ["broker"] = amount };
        var problem = PositionsProblem.Create(new PositionsRequest
        {
            Positions = positions, Targets = targets, AsOf = new DateOnly(2026, 11, 21),
            Invest = side == TradeSide.Buy ? money : [], Withdraw = side == TradeSide.Sell ? money : [],
        });
        return (problem, IncrementStrategy.Plan(problem, positions, amount, step, side));
    }

    private static string Trades(string csv, decimal amount, decimal step, TradeSide side) =>
        string.Join(' ', Hand(BrokerCsv.Read($"Symbol,PositionValue,MarkPrice,FifoPnlUnrealized\n{csv}", "p.csv"), amount, step, side).Plan.Trades
            .Select(trade => $"{trade.Asset}{(trade.Side == TradeSide.Buy ? '+' : '-')}{trade.Quantity:0}"));

    [Theory]
    [InlineData(50000, "FOO+5000")]
    [InlineData(100000, "BAR+5000 FOO+7500")]
    [InlineData(999, "")]
    public void Plan_WhenInvesting_FillsTheMostUnderweightFirst(int amount, string trades) =>
        Trades("FOO,50000,10,-1000\nBAR,100000,5,1000", amount, 1000, TradeSide.Buy).ShouldBe(trades);

    [Fact]
    public void Plan_WhenWithdrawing_TakesFromTheMostOverweightFirst() =>
        Trades("FOO,50000,10,-1000\nBAR,100000,5,1000", 10000, 1000, TradeSide.Sell).ShouldBe("BAR-2000");

    [Theory]
    [InlineData("FOO,50000,10,-2000\nBAR,50000,10,-1000\nBUZ,50000,10,0", "FOO-100")]
    [InlineData("FOO,50000,10,0\nBAR,50000,10,-1000\nBUZ,50000,10,0", "BAR-100")]
    [InlineData("FOO,50000,10,0\nBAR,50000,10,0\nBUZ,50000,10,-1000", "BUZ-100")]
    public void Plan_WhenAssetsTie_SellsTheLargestLoss(string csv, string trades) => Trades(csv, 1000, 1000, TradeSide.Sell).ShouldBe(trades);

    [Fact]
    public void Plan_RoundsSharesDown() => Trades("A,1000,300,0\nB,2000,10,0", 500, 500, TradeSide.Buy).ShouldBe("A+1");

    [Fact]
    public void Plan_KeepsEveryRuleAndNeverMovesMoreThanAsked()
    {
        var positions = from values in Gen.Choose(0, 50000).ListOf(4)
                        from prices in Gen.Choose(1, 900).ListOf(4)
                        from amount in Gen.Choose(1, 20000)
                        from step in Gen.Choose(1, 3000)
                        from side in Gen.Elements(TradeSide.Buy, TradeSide.Sell)
                        select (Positions: values.Zip(prices, (value, price) => (value, price)).Select((pair, index) => new BrokerPosition("broker", $"S{index}", pair.value, pair.price, null)).ToList(), amount, step, side);
        Prop.ForAll(positions.ToArbitrary(), example =>
        {
            var amount = example.side == TradeSide.Buy ? example.amount : Math.Min(example.amount, example.Positions.Sum(position => position.Value));
            var (problem, plan) = Hand(example.Positions, amount, example.step, example.side);
            PlanChecker.Check(problem, plan).ShouldBeEmpty();
            plan.Trades.ShouldAllBe(trade => trade.Side == example.side && trade.Quantity == decimal.Truncate(trade.Quantity));
            plan.Trades.Sum(trade => trade.Notional).ShouldBeLessThanOrEqualTo(amount);
        }).QuickCheckThrowOnFailure();
    }
}
