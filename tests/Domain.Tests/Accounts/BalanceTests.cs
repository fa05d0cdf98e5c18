using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;

namespace Rebalancer.Domain.Tests.Accounts;

public sealed class BalanceTests
{
    private readonly AccountScenario _scenario = new();

    [Fact]
    public void ReportBalances_WhenUnchanged_AppendsNothing()
    {
        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(10_000, 2).ShouldBeEmpty();
        _scenario.Readings.BalancesReadAt.ShouldBe(_scenario.Now);
    }

    [Fact]
    public void ReportBalances_OfAnAccountNeverRead_BelievesNothingUntilASecondReadingAgrees()
    {
        var account = Account.Replay(Account.Open("new", "sim", "exchange", _scenario.Now));
        var readings = new AccountReadings();
        (double At, decimal Bitcoin)[] script = [(0, 0), (10, 2), (15, 2), (19.9, 2), (20, 2)];
        var begun = new List<double>();
        foreach (var (at, bitcoin) in script)
        {
            // At first an asset is missing; the reading that has it starts the count afresh.
            Balance[] balances = [new("USD", 100, 0, 0, true), .. bitcoin == 0 ? Array.Empty<Balance>() : [new Balance("BTC", bitcoin, 0, 0, false)]];
            var now = _scenario.Now.AddSeconds(at);
            var round = account.ReportBalances(new BalanceReport(now, balances), [], now, new Circumstances(now, _scenario.Policy, readings, TimeSpan.FromMinutes(1)));
            readings = readings with { FirstReading = round.Unconfirmed };
            account = round.Events.Aggregate(account, (state, e) => state.Evolve(e));
            if (account.BalancesAt is not null)
            {
                begun.Add(at);
            }
        }

        begun.ShouldBe([20]);
        (account.Expected["USD"], account.Expected["BTC"]).ShouldBe((100, 2));
    }

    [Fact]
    public void ReportBalances_OfAnAccountNeverRead_StartsAfreshWhenAFillCameInBetween()
    {
        var account = Account.Replay(Account.Open("new", "sim", "exchange", _scenario.Now));
        Balance[] balances = [new("USD", 100, 0, 0, true)];
        var readings = new AccountReadings();
        var fill = new VenueFill("t1", "v1", null, AccountScenario.Btc, TradeSide.Buy, 1, 50, 0, "USD", _scenario.Now.AddSeconds(5));
        account = account.BookFills([fill], "after-t1", _scenario.Now.AddSeconds(10)).Aggregate(account, (state, e) => state.Evolve(e));
        foreach (var at in (int[])[9, 20, 30])
        {
            account.BalancesAt.ShouldBeNull();
            var now = _scenario.Now.AddSeconds(at);
            var round = account.ReportBalances(new BalanceReport(now, balances), [], now, new Circumstances(now, _scenario.Policy, readings, TimeSpan.FromMinutes(1)));
            readings = readings with { FirstReading = round.Unconfirmed };
            account = round.Events.Aggregate(account, (state, e) => state.Evolve(e));
        }

        account.BalancesAt.ShouldNotBeNull();
        account.Expected["USD"].ShouldBe(100, "the reading that counts began after the fill");
    }

    [Fact]
    public void ReportBalances_WhenIncreaseIsReadTwice_IsATransfer()
    {
        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(10_500, 2).OfType<TransferObserved>().ShouldBeEmpty();
        _scenario.Now += TimeSpan.FromSeconds(9);
        _scenario.Read(10_500, 2).OfType<TransferObserved>().ShouldBeEmpty();
        _scenario.Now += TimeSpan.FromSeconds(1);

        _scenario.Read(10_500, 2).OfType<TransferObserved>().Single().Amount.ShouldBe(500);

        _scenario.Account.Expected["USD"].ShouldBe(10_500);
        _scenario.Account.TradingState.ShouldBe(TradingState.Active);
    }

    [Fact]
    public void ReportBalances_WhenIncreaseKeepsChanging_StartsCountingAfresh()
    {
        for (var amount = 10_100; amount < 10_500; amount += 100)
        {
            _scenario.Now += TimeSpan.FromSeconds(6);
            _scenario.Read(amount, 2).OfType<TransferObserved>().ShouldBeEmpty();
        }
    }

    /// <summary>Two false readings began the books without the money, a true one shows it, and a third false one hides it again.</summary>
    [Fact]
    public void ReportBalances_WhenAnIncreaseIsGoneAtTheNextReading_BelievesNeitherUntilOneIsReadAgain()
    {
        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(new Balance("USD", 10_000, 0, 0, true), new Balance("BTC", 2, 0, 0, false), new Balance("ETH", 5, 0, 0, false));
        _scenario.Readings.TakenBack.ShouldBeEmpty();

        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(10_000, 2).OfType<BalancesReported>().Single().Matched.ShouldNotContain("ETH");
        _scenario.Readings.TakenBack.ShouldBe(["ETH"]);

        _scenario.Now += TimeSpan.FromSeconds(5);
        _scenario.Read(new Balance("USD", 10_000, 0, 0, true), new Balance("BTC", 2, 0, 0, false), new Balance("ETH", 5, 0, 0, false));
        _scenario.Readings.TakenBack.ShouldBeEmpty();
        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(new Balance("USD", 10_000, 0, 0, true), new Balance("BTC", 2, 0, 0, false), new Balance("ETH", 5, 0, 0, false))
            .OfType<TransferObserved>().Single().Amount.ShouldBe(5);
    }

    [Fact]
    public void ReportBalances_WhenAnIncreaseStaysGone_AgreesWithTheBooksAgainAndHasNothingForResumeToBook()
    {
        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(new Balance("USD", 10_000, 0, 0, true), new Balance("BTC", 2, 0, 0, false), new Balance("ETH", 5, 0, 0, false));
        _scenario.Apply(_scenario.Account.Halt("ann", "what is that", _scenario.Now));
        _scenario.Now += TimeSpan.FromSeconds(5);
        _scenario.Read(10_000, 2);
        _scenario.Now += TimeSpan.FromSeconds(9);
        _scenario.Read(10_000, 2);
        _scenario.Readings.TakenBack.ShouldBe(["ETH"]);
        _scenario.Now += TimeSpan.FromSeconds(1);
        _scenario.Apply(_scenario.Account.Resume("ann", "over", _scenario.Circumstances with { Readings = _scenario.Readings with { BalancesReadAt = _scenario.Now } }));

        _scenario.Read(10_000, 2);

        _scenario.Readings.TakenBack.ShouldBeEmpty();
        _scenario.Events.ShouldNotContain(e => e is TransferObserved);
    }

    /// <summary>A venue that answers once with what was before a trade: the books had the asset all the time.</summary>
    [Fact]
    public void ReportBalances_WhenAnIncreaseOfWhatTheBooksHaveIsGone_AgreesAtOnce()
    {
        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(10_500, 2);
        _scenario.Now += TimeSpan.FromSeconds(5);
        _scenario.Read(10_000, 2);
        _scenario.Readings.TakenBack.ShouldBeEmpty();
        _scenario.Readings.Unexplained.ShouldBeEmpty();
    }

    [Fact]
    public void ReportBalances_WhenAnIncreaseIsExplainedAndSoldAgain_IsNotTakenBack()
    {
        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(new Balance("USD", 10_000, 0, 0, true), new Balance("BTC", 2, 0, 0, false), new Balance("ETH", 5, 0, 0, false));
        _scenario.Transfers = [new VenueTransfer("T1", "deposit", "ETH", 5, _scenario.Now)];
        _scenario.Now += TimeSpan.FromSeconds(1);
        _scenario.Apply(_scenario.Account.BookFills(
            [new VenueFill("t1", "v1", null, AccountScenario.Eth, TradeSide.Sell, 5, 10, 0, "USD", _scenario.Now)], "after-t1", _scenario.Now));
        _scenario.Now += TimeSpan.FromSeconds(30);

        _scenario.Read(10_050, 2);

        _scenario.Events.OfType<TransferObserved>().Single().TransferId.ShouldBe("T1");
        _scenario.Readings.TakenBack.ShouldBeEmpty();
    }

    [Fact]
    public void ReportBalances_WhenDecreaseIsReadTwice_OnlyReducesAndAlarmsOnce()
    {
        for (var round = 0; round < 4; round++)
        {
            _scenario.Now += TimeSpan.FromSeconds(11);
            _scenario.Read(9_000, 2);
        }

        _scenario.Events.OfType<AccountReducing>().Single().Why.ShouldContain("USD is 1000 less");
    }

    [Theory]
    [InlineData(9_000)]
    [InlineData(11_000)]
    public void ReportBalances_WrittenByTheOwner_AreBookedAtOnce_InEitherDirection(decimal money)
    {
        _scenario.Policy = _scenario.Policy with { ReadingsAreTheBooks = true };
        _scenario.Now += TimeSpan.FromSeconds(11);

        _scenario.Read(money, 2).OfType<TransferObserved>().Single().Amount.ShouldBe(money - 10_000);

        _scenario.Account.Expected["USD"].ShouldBe(money);
        _scenario.Account.ShortOfBooks(_scenario.Now).ShouldBeEmpty();
        _scenario.Account.TradingState.ShouldBe(TradingState.Active);
    }

    [Fact]
    public void Resume_BooksTheDifferenceWithWhoAndWhy()
    {
        for (var round = 0; round < 2; round++)
        {
            _scenario.Now += TimeSpan.FromSeconds(11);
            _scenario.Read(9_000, 2);
        }

        _scenario.Apply(_scenario.Account.Resume("ann", "moved to savings", _scenario.Circumstances));

        _scenario.Events.OfType<TransferObserved>().Single().Explanation.ShouldBe("accepted by ann: moved to savings");
        _scenario.Account.Expected["USD"].ShouldBe(9_000);
        _scenario.Account.TradingState.ShouldBe(TradingState.Active);
    }

    /// <summary>A venue's error read as an empty list, then an operator who lifts an older alarm: nobody has looked at what that reading left out.</summary>
    [Fact]
    public void Resume_WhenTheShortageWasReadOnce_DoesNotBookIt_AndJudgesItAsBefore()
    {
        _scenario.Apply(_scenario.Account.Halt("ann", "venue trouble", _scenario.Now));
        _scenario.Now += TimeSpan.FromSeconds(11);
        _scenario.Read();

        _scenario.Apply(_scenario.Account.Resume("ann", "over", _scenario.Circumstances));

        _scenario.Events.ShouldNotContain(e => e is TransferObserved);
        _scenario.Account.Expected["USD"].ShouldBe(10_000);
        _scenario.Account.TradingState.ShouldBe(TradingState.Active);

        _scenario.Now += TimeSpan.FromSeconds(11);
        _scenario.Read();
        _scenario.Account.TradingState.ShouldBe(TradingState.Reducing);

        _scenario.Apply(_scenario.Account.Resume("ann", "moved to savings", _scenario.Circumstances));
        _scenario.Account.Expected["USD"].ShouldBe(0);
        _scenario.Account.TradingState.ShouldBe(TradingState.Active);
    }

    [Fact]
    public void ReportBalances_WhileAnOrderIsLive_JudgesNothing()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        for (var round = 0; round < 4; round++)
        {
            _scenario.Now += TimeSpan.FromSeconds(11);
            _scenario.Read(9_899.8m, 3);
        }

        _scenario.Events.ShouldNotContain(e => e is TransferObserved || e is AccountReducing);
    }

    [Fact]
    public void ReportBalances_WhenAnAssetIsMissingFromTheReading_IsADecreaseAndNotForgotten()
    {
        for (var round = 0; round < 2; round++)
        {
            _scenario.Now += TimeSpan.FromSeconds(11);
            _scenario.Read(new Balance("USD", 10_000, 0, 0, true));
        }

        _scenario.Events.OfType<AccountReducing>().Single().Why.ShouldContain("BTC is 2 less");
    }

    [Fact]
    public void ReportBalances_WhenVenueRoundedAFill_AgreesWithinTheSmallestUnitPerFill()
    {
        _scenario.PlanBuy();
        _scenario.Arm();
        _scenario.Fill(1);
        _scenario.Now += TimeSpan.FromSeconds(11);

        _scenario.Read(9_899.80000001m, 3);
        _scenario.Account.AgreesWithBooks("USD").ShouldBeTrue();
        _scenario.Now += TimeSpan.FromSeconds(11);
        _scenario.Read(9_899.80000002m, 3);
        _scenario.Readings.Unexplained.ShouldContainKey("USD");
    }
}
