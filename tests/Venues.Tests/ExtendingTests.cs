using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Extending;

namespace Rebalancer.Venues.Tests;

/// <summary>The venue of docs/extending/venue.md, taken from that page by the build, does what the page says.</summary>
public sealed class ExtendingTests
{
    private static readonly ManualClock Clock = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    private static readonly VenueFactory Venues = new([new BankVenueProvider(Clock)]);

    [Fact]
    public async Task TheDocumentedVenue_IsOpenedByItsName_AndCounts()
    {
        await using var venue = Venues.Open(Account("""{ "EUR": 1200.5 }"""));

        var report = await venue.GetBalancesAsync(TestContext.Current.CancellationToken);

        report.Balances.ShouldBe([new Balance("EUR", 1200.5m, 0, 0, true)]);
        report.At.ShouldBe(Clock.GetUtcNow());
    }

    [Fact]
    public void ItsMistakes_AreToldWithTheirLine()
    {
        var errors = new InputErrors();

        Venues.Check(Account("""{ "EUR": "much" }"""), errors);

        Should.Throw<InvalidInputException>(() => errors.ThrowIfAny("rebalancer.json")).Message.ShouldStartWith("rebalancer.json:1: accounts[0].options.EUR: ");
    }

    private static VenueAccount Account(string options) => new(
        "savings", "bank", null, new SortedDictionary<string, string>(), (LocatedObject?)LocatedJsonParser.Parse(options, new InputErrors()), "accounts[0]", 1);
}
