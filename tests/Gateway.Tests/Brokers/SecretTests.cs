using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Emulators.Hosting;
using Rebalancer.Gateway.Brokers;
using Rebalancer.Gateway.Tests.Conformance;
using Rebalancer.Venues;

namespace Rebalancer.Gateway.Tests.Brokers;

/// <summary>Credentials leave the process in signed requests only, whatever goes wrong.</summary>
public sealed class SecretTests
{
    private const string Canary = "CANARY0123456789";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly List<string> _said = [];

    [Fact]
    public async Task Secrets_AppearInNoMessageLogOrProcessList_UnderEveryFault()
    {
        using var brokers = new BrokersProcess(TimeProvider.System, new Listener(_said)) { FirstPause = TimeSpan.Zero };
        await using var emulated = new BinanceVenue { Brokers = brokers };
        await emulated.StartAsync();
        emulated.AddKey(new(EmulatedVenue.First, "key-" + Canary, "secret-" + Canary));
        var venue = emulated.Open(EmulatedVenue.First, account => account with
        {
            Credentials = new SortedDictionary<string, string> { ["apiKey"] = "key-" + Canary, ["secret"] = "secret-" + Canary },
        });
        await venue.GetMarketsAsync(None);

        foreach (var fault in Enum.GetValues<EmulatorFault>().Where(fault => fault != EmulatorFault.HangAfter))
        {
            emulated.Faults.Plan("", fault, times: 1000);
            await HearAsync(() => venue.GetBalancesAsync(None));
            await HearAsync(() => venue.GetOpenOrdersAsync(None));
            _said.Add((await venue.PlaceAsync(
                new OrderRequest("rbsecret0000000000", emulated.Btc, TradeSide.Sell, OrderType.Limit, 0.1m, 90_000),
                SendDeadline.After(TimeSpan.FromSeconds(2), UptimeClock.OfMachine), None)).ToString());
            emulated.Faults.Clear();
        }

        var process = $"/proc/{brokers.ProcessId}/";
        if (OperatingSystem.IsLinux())
        {
            _said.Add(await File.ReadAllTextAsync(process + "cmdline"));
            _said.Add(await File.ReadAllTextAsync(process + "environ"));
        }

        await emulated.StopAsync();
        await HearAsync(() => venue.GetBalancesAsync(None));
        _said.Count.ShouldBeGreaterThan(20);
        _said.ShouldAllBe(text => !text.Contains(Canary, StringComparison.Ordinal));
        _said.ShouldAllBe(text => !text.Contains("signature=", StringComparison.Ordinal) || text.Contains("signature=[redacted]", StringComparison.Ordinal));
    }

    private async Task HearAsync(Func<Task> query) => _said.Add((await Should.ThrowAsync<VenueException>(query)).ToString());

    private sealed class Listener(List<string> said) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (said)
            {
                said.Add(formatter(state, exception));
            }
        }
    }
}
