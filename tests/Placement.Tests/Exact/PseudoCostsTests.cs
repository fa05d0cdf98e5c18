using Rebalancer.Domain.Placement.Bounds;
using Rebalancer.Domain.Placement.Exact;

namespace Rebalancer.Placement.Tests.Exact;

public sealed class PseudoCostsTests
{
    private readonly PseudoCosts _costs = new(trades: 3);

    [Fact]
    public void Rise_BeforeAnythingWasSeen_IsNone() => _costs.Rise(0, TradeState.Buy, 0).ShouldBe(0);

    [Fact]
    public void Rise_OfWhatWasSeen_IsForEveryUnitOfShareThatMustMove()
    {
        // Half of the mixture moved for 3: a whole unit costs 6, and the mean of all is 6 too.
        _costs.Learn(1, TradeState.Sell, share: 0.5, rise: 3);

        _costs.Rise(1, TradeState.Sell, share: 0).ShouldBe(6, 1e-12);
        _costs.Rise(1, TradeState.Sell, share: 0.75).ShouldBe(1.5, 1e-12);
    }

    [Fact]
    public void Rise_OfWhatWasNeverSeen_IsTheMeanOfAll()
    {
        _costs.Learn(0, TradeState.Off, share: 0, rise: 2);
        _costs.Learn(2, TradeState.Buy, share: 0, rise: 6);

        _costs.Rise(2, TradeState.Off, share: 0).ShouldBe(4, 1e-12);
        _costs.Seen(2, TradeState.Off).ShouldBe(0);
        _costs.Seen(2, TradeState.Buy).ShouldBe(1);
    }

    [Fact]
    public void Learn_WhereTheMixtureHadTheStateAllButWhole_DoesNotTakeTheRiseForALargeOne()
    {
        _costs.Learn(0, TradeState.Off, share: 1 - 1e-9, rise: 1e-6);

        _costs.Rise(0, TradeState.Off, share: 0).ShouldBeLessThan(1e-4);
    }
}
