using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Gateway.Tests.Conformance;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Brokers;

public sealed class BrokersKillTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>A hundred by the variable, as many as a test run has time for without.</summary>
    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("REBALANCER_TEST_KILLS") ?? "8", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Process_KilledDuringSends_DuplicatesNothing_AndEveryOutcomeIsTrue()
    {
        using var brokers = new BrokersProcess(TimeProvider.System, NullLogger.Instance) { FirstPause = TimeSpan.Zero };
        await using var emulated = new BinanceVenue { Brokers = brokers };
        await emulated.StartAsync();
        emulated.Book.Endow(EmulatedVenue.First, "BTC", 1_000);
        var venue = emulated.Open(EmulatedVenue.First);
        var random = new Random(7);
        var outcomes = new SortedDictionary<string, SendOutcome>(StringComparer.Ordinal);

        for (var kill = 0; kill < Kills; kill++)
        {
            await venue.GetMarketsAsync(None);
            var sends = Enumerable.Range(0, 8).Select(order => $"rbkill{kill:000000}{order:000000}").ToDictionary(id => id, id => venue.PlaceAsync(
                new OrderRequest(id, emulated.Btc, TradeSide.Sell, OrderType.Limit, 0.1m, 90_000), SendDeadline.After(TimeSpan.FromSeconds(5), UptimeClock.OfMachine), None));
            await Task.Delay(random.Next(20));
            using (var process = Process.GetProcessById(brokers.ProcessId.ShouldNotBeNull()))
            {
                process.Kill();
                await process.WaitForExitAsync();
            }

            // Its end is known when its output has been read to the end: until then a read could still be given to it.
            while (brokers.ProcessId is not null)
            {
                await Task.Yield();
            }

            foreach (var (id, send) in sends)
            {
                outcomes[id] = await send;
            }
        }

        var arrived = emulated.Book.Orders().GroupBy(order => order.Request.ClientId!).ToDictionary(group => group.Key, group => group.Count());
        arrived.Values.ShouldAllBe(count => count == 1);
        foreach (var (id, outcome) in outcomes)
        {
            var isThere = arrived.ContainsKey(id);
            (outcome is SendOutcome.Ambiguous || isThere == outcome is SendOutcome.Acknowledged).ShouldBeTrue($"{id}: {outcome}, in the book: {isThere}");
            (await venue.FindOrderAsync(id, emulated.Btc, None) is not null).ShouldBe(isThere);
        }
    }
}
