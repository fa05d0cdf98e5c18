using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Domain.Orders;
using Rebalancer.Venues.Manual;

namespace Rebalancer.Venues.Tests.Manual;

public sealed class ManualVenueTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("manual-").FullName;
    private readonly ManualClock _clock = new(Now);
    private int _writes;

    [Fact]
    public async Task Balances_OfAChangedFile_CountOnceItStandsStill()
    {
        Write("Symbol,Quantity\nVTI,1\nBND,2\n");
        var venue = Open("""{ "positions": "cold.csv" }""");
        (await HeldAsync(venue)).ShouldBe(["BND 2", "VTI 1"]);

        Write("Symbol,Quantity\nVTI,1\n");
        (await HeldAsync(venue)).ShouldBe(["BND 2", "VTI 1"]);
        Write("Symbol,Quantity\nVTI,1\nBND,5\n");
        (await HeldAsync(venue)).ShouldBe(["BND 2", "VTI 1"]);
        (await HeldAsync(venue)).ShouldBe(["BND 5", "VTI 1"]);
    }

    [Fact]
    public async Task Balances_OfAFileThatCannotBeRead_FailWithItsLine_AndComeBack()
    {
        Write("Symbol,Quantity\nVTI,1\n");
        var venue = Open("""{ "positions": "cold.csv" }""");
        await HeldAsync(venue);
        Write("Symbol,Quantity\nVTI,one\n");
        await HeldAsync(venue);

        var error = await Should.ThrowAsync<VenueException>(() => HeldAsync(venue));
        error.Kind.ShouldBe(VenueErrorKind.Malformed);
        error.Message.ShouldContain("cold.csv:2: Quantity: must be a number");
        File.Delete(Path.Combine(_directory, "cold.csv"));
        (await Should.ThrowAsync<VenueException>(() => HeldAsync(venue))).Kind.ShouldBe(VenueErrorKind.Unavailable);
        Write("Symbol,Quantity\nVTI,7\n");
        await HeldAsync(venue);
        (await HeldAsync(venue)).ShouldBe(["VTI 7"]);
    }

    [Fact]
    public async Task Place_IsNeverSent_AndNoMarketIsListed()
    {
        Write("Symbol,Quantity\nVTI,1\n");
        var venue = Open("""{ "positions": "cold.csv" }""");

        (await venue.GetMarketsAsync(CancellationToken.None)).ShouldBeEmpty();
        (await venue.PlaceAsync(
            new OrderRequest("c", new MarketId("VTI", "USD"), TradeSide.Sell, OrderType.Market, 1, null),
            SendDeadline.After(TimeSpan.FromSeconds(5), UptimeClock.OfMachine), CancellationToken.None)).ShouldBeOfType<SendOutcome.NotSent>();
        venue.Capabilities.ReadingsAreTheBooks.ShouldBeTrue();
    }

    [Fact]
    public async Task Prices_OfTheFile_AreClosedMarkets_DatedAsTheFileSays()
    {
        Write("Symbol,Quantity,Price,Currency,Date\nVTI,1,300.5,USD,2026-11-20\n");
        var venue = Open("""{ "positions": "cold.csv", "prices": "file", "kind": "retirement" }""");

        var rules = (await venue.GetMarketsAsync(CancellationToken.None)).ShouldHaveSingleItem();
        (rules.Market, rules.Session).ShouldBe((new MarketId("VTI", "USD"), TradingSession.Closed));
        var quote = (await venue.GetQuotesAsync([rules.Market], CancellationToken.None)).ShouldHaveSingleItem();
        (quote.Mid, quote.At).ShouldBe((300.5m, Now.AddHours(-36)));
        venue.Capabilities.Kind.ShouldBe("retirement");
    }

    [Theory]
    [InlineData(null, "accounts[0].options: is missing")]
    [InlineData("""{ "position": "cold.csv" }""", "did you mean \"positions\"?")]
    [InlineData("""{ "positions": "gone.csv" }""", "gone.csv")]
    [InlineData("""{ "positions": "cold.csv" }""", "cold.csv:2: Quantity: must be a number")]
    [InlineData("""{ "positions": "cold.csv", "columns": { "assets": "x" } }""", "did you mean \"asset\"?")]
    public void Check_WrongSettings_AreReportedAtTheAccount(string? options, string message)
    {
        Write("Symbol,Quantity\nVTI,one\n");
        var errors = new InputErrors();

        new ManualVenueProvider(_clock).Check(Account(options), errors);

        Should.Throw<InvalidInputException>(() => errors.ThrowIfAny("rebalancer.json")).Message.ShouldContain(message);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private IVenue Open(string options) => new ManualVenueProvider(_clock).Open(Account(options));

    private VenueAccount Account(string? options) => new(
        "cold", "manual", null, new SortedDictionary<string, string>(),
        options is null ? null : (LocatedObject?)LocatedJsonParser.Parse(options, new InputErrors()), "accounts[0]", 1)
    {
        Directory = _directory,
    };

    /// <summary>Each write has a time of its own, however fast it follows the one before.</summary>
    private void Write(string text)
    {
        var path = Path.Combine(_directory, "cold.csv");
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, Now.UtcDateTime.AddSeconds(++_writes));
    }

    private static async Task<IReadOnlyList<string>> HeldAsync(IVenue venue) =>
        [.. (await venue.GetBalancesAsync(CancellationToken.None)).Balances.Select(balance => $"{balance.Asset} {DecimalText.Format(balance.Total)}")];
}
