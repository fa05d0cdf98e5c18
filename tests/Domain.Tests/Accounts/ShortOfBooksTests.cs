using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>What a reading has less of than the books is disputed until something explains it.</summary>
public sealed class ShortOfBooksTests
{
    private readonly AccountScenario _scenario = new();

    [Fact]
    public void ShortOfBooks_WhenOneReadingOmitsAnAsset_NamesItUntilAReadingAgrees()
    {
        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(new Balance("USD", 10_000, 0, 0, true));
        ShortOfBooks().ShouldBe(["BTC"]);
        _scenario.Account.TradingState.ShouldBe(TradingState.Active);

        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(10_000, 2);

        ShortOfBooks().ShouldBeEmpty();
    }

    [Fact]
    public void ShortOfBooks_WhenResumed_IsEmpty()
    {
        for (var round = 0; round < 2; round++)
        {
            _scenario.Now += TimeSpan.FromSeconds(11);
            _scenario.Read(9_000, 2);
        }

        ShortOfBooks().ShouldBe(["USD"]);

        _scenario.Apply(_scenario.Account.Resume("ann", "moved to savings", _scenario.Circumstances));

        ShortOfBooks().ShouldBeEmpty();
    }

    [Fact]
    public void ShortOfBooks_WhenMoreIsReadThanBooked_IsEmpty()
    {
        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(10_500, 2);
        ShortOfBooks().ShouldBeEmpty();
    }

    [Fact]
    public void ShortOfBooks_WhenFilledSinceTheReading_IsEmptyUntilTheNextReading()
    {
        _scenario.PlanSell();
        _scenario.Arm();
        _scenario.Now += TimeSpan.FromSeconds(1);
        _scenario.Fill(1);
        ShortOfBooks().ShouldBeEmpty();

        _scenario.Now += TimeSpan.FromSeconds(1);
        _scenario.Read(10_000, 1);

        ShortOfBooks().ShouldBe(["USD"]);
    }

    [Fact]
    public void ShortOfBooks_WhileALiveOrderMaySpend_NamesOnlyWhatIsShortBeyondIt()
    {
        _scenario.PlanSell();
        _scenario.Arm();
        _scenario.Now += TimeSpan.FromSeconds(1);
        _scenario.Read(10_000, 1);
        ShortOfBooks().ShouldBeEmpty();

        _scenario.Read(new Balance("USD", 10_000, 0, 0, true));

        ShortOfBooks().ShouldBe(["BTC"]);
    }

    private IReadOnlyList<string> ShortOfBooks() => _scenario.Account.ShortOfBooks(_scenario.Readings.BalancesReadAt!.Value);
}
