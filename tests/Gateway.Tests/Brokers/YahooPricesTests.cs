using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Domain.Accounts;
using Rebalancer.Emulators.Hosting;
using Rebalancer.Emulators.Yahoo;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Brokers;

/// <summary>npm yahoo-finance2 in the real brokers process against an emulated Yahoo: cookie, crumb, quotes and charts.</summary>
public sealed class YahooPricesTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly MarketId Vti = new("VTI", "USD");

    private readonly BrokersProcess _brokers = new(TimeProvider.System, NullLogger.Instance);
    private YahooEmulator _yahoo = null!;
    private IVenue _prices = null!;

    public async ValueTask InitializeAsync()
    {
        _yahoo = await YahooEmulator.StartAsync(TimeProvider.System);
        _yahoo.Add(new YahooSymbol("VTI", "USD", 300));
        _yahoo.Add(new YahooSymbol("VOD.L", "GBp", 80, GmtOffsetSeconds: 0));
        _yahoo.Add(new YahooSymbol("GBPUSD=X", "USD", 1.25m, GmtOffsetSeconds: 0));
        _prices = YahooPrices.Open(_brokers, _yahoo.Address.ToString(), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _prices.DisposeAsync();
        await _yahoo.DisposeAsync();
        _brokers.Dispose();
    }

    [Fact]
    public async Task Quotes_AreTheLastPrices_InTheCurrencyAskedFor_WithoutWhatYahooHasNot()
    {
        var quotes = await _prices.GetQuotesAsync([Vti, new MarketId("VOD.L", "USD"), new MarketId("NOTHING", "USD")], None);

        quotes.Select(quote => (quote.Market.Asset, quote.Bid, quote.Ask)).ShouldBe([("VTI", 300, 300), ("VOD.L", 1, 1)]);
        quotes.ShouldAllBe(quote => (TimeProvider.System.GetUtcNow() - quote.At).Duration() < TimeSpan.FromMinutes(5));
        _yahoo.Requests.ShouldContain("GET /v1/test/getcrumb");
    }

    [Fact]
    public async Task Bars_AreDaysThatHaveEnded_ByTheDateOfTheExchange_WithoutHolidays()
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var holiday = Enumerable.Range(5, 7).Select(back => today.AddDays(-back)).First(day => day.DayOfWeek == DayOfWeek.Wednesday);
        _yahoo.Holidays.Add(holiday);
        var since = new DateTimeOffset(today.AddDays(-30), TimeOnly.MinValue, TimeSpan.Zero);

        var bars = await _prices.GetBarsAsync(Vti, TimeFrame.OneDay, since, None);

        var days = Enumerable.Range(0, 30).Select(number => today.AddDays(-30 + number)).Where(day => day != holiday && day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
        bars.Select(bar => DateOnly.FromDateTime(bar.At.UtcDateTime)).ShouldBe(days);
        var told = YahooEmulator.BarOf(new YahooSymbol("VTI", "USD", 300), DateOnly.FromDateTime(bars[0].At.UtcDateTime));
        bars[0].ShouldBe(new PriceBar(bars[0].At, told.Open, told.High, told.Low, told.Close, told.Volume));
    }

    [Fact]
    public async Task Bars_OfAShareQuotedInPence_AreInTheCurrencyAskedFor()
    {
        var since = TimeProvider.System.GetUtcNow().AddDays(-10);

        var bars = await _prices.GetBarsAsync(new MarketId("VOD.L", "USD"), TimeFrame.OneDay, since, None);

        bars.ShouldNotBeEmpty();
        bars.ShouldAllBe(bar => bar.Close > 0.95m && bar.Close < 1.05m);
    }

    [Fact]
    public async Task Symbol_YahooHasNot_IsUnsupported() =>
        (await Should.ThrowAsync<VenueException>(() => _prices.GetBarsAsync(new MarketId("NOTHING", "USD"), TimeFrame.OneDay, TimeProvider.System.GetUtcNow().AddDays(-9), None)))
            .Kind.ShouldBe(VenueErrorKind.Unsupported);

    [Theory]
    [InlineData(EmulatorFault.ServerErrorBefore, VenueErrorKind.Unavailable)]
    [InlineData(EmulatorFault.DisconnectBefore, VenueErrorKind.Unavailable)]
    [InlineData(EmulatorFault.TooManyRequests, VenueErrorKind.RateLimited)]
    [InlineData(EmulatorFault.Html, VenueErrorKind.Malformed)]
    [InlineData(EmulatorFault.Truncated, VenueErrorKind.Malformed)]
    public async Task Question_ThatFails_Throws_AndIsNeverAnEmptyAnswer(EmulatorFault fault, VenueErrorKind kind)
    {
        _yahoo.Faults.Plan("chart", fault);

        var error = await Should.ThrowAsync<VenueException>(() => _prices.GetBarsAsync(Vti, TimeFrame.OneDay, TimeProvider.System.GetUtcNow().AddDays(-9), None));

        error.Kind.ShouldBe(kind, error.Message);
        error.RetryAfter.ShouldBe(kind == VenueErrorKind.RateLimited ? TimeSpan.FromSeconds(7) : null);
    }
}
