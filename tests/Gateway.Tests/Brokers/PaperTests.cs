using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Gateway.Tests.Conformance;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Brokers;

public sealed class PaperTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Kraken_WhichHasNoSandbox_IsFilledOnPaper_AtItsLivePrices_AndSentNothing()
    {
        var books = Directory.CreateTempSubdirectory("paper-").FullName;
        await using var kraken = new KrakenVenue();
        await kraken.StartAsync();
        var provider = new CcxtVenueProvider(kraken.Brokers, TimeProvider.System, books);
        var settings = kraken.Settings(EmulatedVenue.First) with { Id = "kraken-on-paper", Mode = TradingMode.Paper };
        await using var venue = provider.Open(settings);
        var order = new OrderRequest("rbpaper00000000001", kraken.Btc, TradeSide.Sell, OrderType.Market, 0.1m, null);

        var outcome = await venue.PlaceAsync(order, SendDeadline.After(TimeSpan.FromSeconds(30), UptimeClock.OfMachine), None);

        outcome.ShouldBeOfType<SendOutcome.Acknowledged>(outcome.ToString());
        var fill = (await venue.GetFillsAsync(null, DateTimeOffset.UtcNow.AddMinutes(-1), None)).Fills.ShouldHaveSingleItem();
        (fill.Price, fill.Fee).ShouldBe((59_990, 0.1m * 59_990 * 0.0026m));
        (await venue.GetBalancesAsync(None)).Balances.Single(balance => balance.Asset == "BTC").Total.ShouldBe(1.9m);
        kraken.Requests.ShouldNotContain(request => request.Contains(kraken.PlaceRequest, StringComparison.Ordinal));
        kraken.Book.Orders().ShouldBeEmpty();

        // A dry run decides and sends nothing, not even on paper.
        await using var dry = provider.Open(settings with { Id = "kraken-dry", Mode = TradingMode.DryRun });
        (await dry.PlaceAsync(order, SendDeadline.After(TimeSpan.FromSeconds(30), UptimeClock.OfMachine), None)).ShouldBeOfType<SendOutcome.NotSent>();
    }
}
