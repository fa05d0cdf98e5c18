using Rebalancer.Domain.Accounts;

namespace Rebalancer.Domain.Tests.Accounts;

/// <summary>Deposits and the like, told by balances, by the venue's history, or by both, in any order and under any date.</summary>
public sealed class TransferTests
{
    private readonly AccountScenario _scenario = new();

    [Theory]
    [InlineData(0)]
    [InlineData(-30)]
    [InlineData(+30)]
    public void ReportBalances_WhenHistoryNamesTheDifference_BooksItOnceWhateverItsDate(int days)
    {
        _scenario.Transfers = [Deposit("t1", 500, days)];
        ReadAll(10_500);

        var observed = _scenario.Events.OfType<TransferObserved>().Single();
        (observed.TransferId, observed.Amount).ShouldBe(("t1", 500));
        _scenario.Account.Expected["USD"].ShouldBe(10_500);
        _scenario.Account.TradingState.ShouldBe(TradingState.Active);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-30)]
    [InlineData(+30)]
    public void ReportBalances_WhenABalanceToldItBefore_ExplainsItAndBooksNothing(int days)
    {
        ReadAll(10_500);
        _scenario.Transfers = [Deposit("t1", 500, days)];
        ReadAll(10_500);

        _scenario.Events.OfType<TransferObserved>().Single().TransferId.ShouldBeNull();
        _scenario.Events.OfType<TransferExplained>().Single().TransferId.ShouldBe("t1");
        _scenario.Account.Expected["USD"].ShouldBe(10_500);
        _scenario.Account.TradingState.ShouldBe(TradingState.Active);
    }

    [Fact]
    public void ReportBalances_WhenHistoryNamesItsPartsLater_ExplainsBoth()
    {
        ReadAll(10_503);
        _scenario.Transfers = [Deposit("t1", 500, 0), Deposit("t2", 3, 0)];
        ReadAll(10_503);

        _scenario.Events.OfType<TransferExplained>().Count().ShouldBe(2);
        _scenario.Account.Expected["USD"].ShouldBe(10_503);
    }

    [Fact]
    public void ReportBalances_WhenHistoryKnowsMoreThanTheReading_BooksOnlyWhatTheReadingShows()
    {
        _scenario.Transfers = [Deposit("t1", 500, 0), Deposit("t2", 3, 0)];
        _scenario.Now += TimeSpan.FromSeconds(10);
        _scenario.Read(10_500, 2);
        _scenario.Events.OfType<TransferObserved>().Single().TransferId.ShouldBe("t1");

        _scenario.Now += TimeSpan.FromSeconds(5);
        _scenario.Read(10_503, 2);
        _scenario.Events.OfType<TransferObserved>().Last().TransferId.ShouldBe("t2");
        _scenario.Account.Expected["USD"].ShouldBe(10_503);
    }

    [Fact]
    public void ReportBalances_WhenAWithdrawalIsNamed_IsNoUnexplainedDecrease()
    {
        _scenario.Transfers = [Deposit("t1", -400, 0)];
        ReadAll(9_600);
        _scenario.Account.Expected["USD"].ShouldBe(9_600);
        _scenario.Account.TradingState.ShouldBe(TradingState.Active);
    }

    [Fact]
    public void ReportBalances_WhenListedAtTheFirstReading_IsInItAlready()
    {
        _scenario.Transfers = [Deposit("t1", 10_000, 0)];
        ReadAll(10_000);
        _scenario.Events.ShouldNotContain(e => e is TransferObserved);
        _scenario.Account.Expected["USD"].ShouldBe(10_000);
    }

    /// <summary>More than are searched for what adds up: none of them may be left for the next difference to be confused with.</summary>
    [Fact]
    public void ReportBalances_WhenManyCameBeforeTheFirstReading_AndMoreComeAfterIt_BooksOnlyThose()
    {
        var account = Account.Replay(Account.Open("new", "sim", "exchange", _scenario.Now));
        var before = Enumerable.Range(1, 20).Select(number => Deposit($"t{number}", 100 + number, 0)).ToList();
        var readings = new AccountReadings();
        for (var second = 0; second <= 60; second += 5)
        {
            var now = _scenario.Now.AddSeconds(second);
            var after = Enumerable.Range(1, Math.Max(0, (second - 10) / 5)).Select(number => Deposit($"u{number}", 7 * number, 0)).ToList();
            Balance[] balances = [new("USD", 5_000 + after.Sum(transfer => transfer.Amount), 0, 0, true)];
            readings = readings with { FillsReadAt = now };
            var round = account.ReportBalances(
                new BalanceReport(now, balances), [.. before, .. after], now, new Circumstances(now, _scenario.Policy, readings, TimeSpan.FromMinutes(1)));
            readings = readings with { FirstReading = round.Unconfirmed, Unexplained = round.Unexplained, PendingTransfers = round.PendingTransfers };
            account = round.Events.Aggregate(account, (state, e) => state.Evolve(e));
        }

        account.Expected["USD"].ShouldBe(5_000 + (7 * 55));
        account.TradingState.ShouldBe(TradingState.Active);
    }

    [Fact]
    public void Forget_WhileTheVenueMayStillListATransfer_RemembersIt()
    {
        _scenario.Transfers = [Deposit("t1", 500, days: 40)];
        ReadAll(10_500);
        _scenario.Refresh();
        _scenario.PlanSell(0.5m);
        _scenario.Arm();
        _scenario.Fill(0.5m);
        ReadAll(10_549.9m, 1.5m);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances));
        _scenario.Apply(_scenario.Account.Finish("d1", _scenario.Now));
        _scenario.Wait(TimeSpan.FromDays(15).TotalSeconds);
        _scenario.Apply(_scenario.Account.Tick(_scenario.Circumstances)).Single().ShouldBeOfType<HistoryForgotten>();

        _scenario.Account.SeenTransfers.ShouldContainKey("t1");
        ReadAll(10_549.9m, 1.5m);
        _scenario.Events.OfType<TransferObserved>().ShouldHaveSingleItem();
    }

    private VenueTransfer Deposit(string id, decimal amount, int days) => new(id, "deposit", "USD", amount, _scenario.Now.AddDays(days));

    /// <summary>Three readings that all say the same, far enough apart to confirm it.</summary>
    private void ReadAll(decimal dollars, decimal bitcoin = 2)
    {
        for (var round = 0; round < 3; round++)
        {
            _scenario.Now += TimeSpan.FromSeconds(11);
            _scenario.Read(dollars, bitcoin);
        }
    }
}
