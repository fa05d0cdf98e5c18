using Rebalancer.Actors.Portfolios;
using Rebalancer.Host.Api;
using Rebalancer.Host.Notifications;

namespace Rebalancer.Host.Tests.Notifications;

public sealed class StaleAccountsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    private readonly StaleAccounts _stale = new(TimeSpan.FromMinutes(1));

    [Fact]
    public void Look_AtAnAccountThatIsDownForLong_TellsItUntilTold_ThenNoMore()
    {
        _stale.Look(Status(0, "venue down")).ShouldBeEmpty("venues restart");
        var due = _stale.Look(Status(60, "venue down")).ShouldHaveSingleItem();
        (due.Kind, due.Text).ShouldBe((NotificationKind.Stale, "account/kraken cannot be relied on: venue down"));
        _stale.Look(Status(65, "venue down")).ShouldHaveSingleItem().Id.ShouldBe(due.Id);
        _stale.Told(due);
        _stale.Look(Status(70, "venue down")).ShouldBeEmpty();
    }

    [Fact]
    public void Look_AtAnAccountThatCameBackAndFellAgain_TellsItAnew()
    {
        _stale.Look(Status(0, "venue down"));
        _stale.Told(_stale.Look(Status(60, "venue down"))[0]);
        _stale.Look(Status(70, null)).ShouldBeEmpty();
        _stale.Look(Status(80, "venue down")).ShouldBeEmpty("the minute begins anew");
        _stale.Look(Status(140, "venue down")).ShouldHaveSingleItem();
    }

    private static ServiceStatus Status(int seconds, string? frozen)
    {
        var now = Start.AddSeconds(seconds);
        var account = new AccountValueView("kraken", "sim:kraken", 10_000, frozen is null ? "Ready" : "Frozen", frozen, Start, 0);
        return new ServiceStatus("1", now, false, [], [new PortfolioView("main", "USD", "paper", 10_000, 1, [], [account], null, [], [], now, null)]);
    }
}
