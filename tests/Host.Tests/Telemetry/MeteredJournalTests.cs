using Microsoft.Extensions.Logging;
using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Orders;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Telemetry.Metrics;
using Rebalancer.Host.Telemetry.Prometheus;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Tests.Telemetry;

public sealed class MeteredJournalTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    private readonly ServiceMeter _meter = new();
    private readonly PrometheusExporter _exporter;
    private readonly Lines _log = new();

    public MeteredJournalTests() => _exporter = new PrometheusExporter(_meter);

    [Fact]
    public async Task Append_OfAFill_IsCountedAndLoggedWithItsDecision()
    {
        await AppendAsync(new FillBooked(At, "main-7/kraken/2", new VenueFill("t1", "v1", null, new MarketId("BTC", "USD"), TradeSide.Sell, 0.5m, 50_000, 12.5m, "USD", At)));
        var text = _exporter.Write();
        text.ShouldContain("""rebalancer_fills_total{account="kraken",side="Sell"} 1""");
        text.ShouldContain("""rebalancer_fill_notional_total{account="kraken",currency="USD",side="Sell"} 25000""");
        text.ShouldContain("""rebalancer_fill_fees_total{account="kraken",asset="USD"} 12.5""");
        text.ShouldContain("""rebalancer_order_events_total{account="kraken",event="fill-booked"} 1""");
        text.ShouldContain("""rebalancer_journal_append_duration_seconds_count{outcome="Accepted"} 1""");
        _log.Written.ShouldHaveSingleItem().ShouldBe(
            "fill-booked in account/kraken: decision main-7, intent main-7/kraken/2, trigger , correlation portfolio/main@12, causation delivery-3");
    }

    [Fact]
    public async Task Append_OfAnEventWithACorrelationOfItsOwn_IsLoggedUnderIt()
    {
        await AppendAsync(new OrderNotSent(At, "main-7/kraken/2", "the deadline had passed"), correlation: "main-7");
        _log.Written.ShouldHaveSingleItem().ShouldContain("correlation main-7, causation delivery-3");
    }

    [Fact]
    public async Task Append_OfWhatComesEveryFewSeconds_IsNotLogged()
    {
        await AppendAsync(new FillCursorAdvanced(At, "9"));
        _log.Written.ShouldBeEmpty();
        _exporter.Write().ShouldContain("""rebalancer_journal_events_total{event="fill-cursor-advanced"} 1""");
    }

    [Fact]
    public async Task Append_ThatWasNotTaken_CountsNoEvent()
    {
        await AppendAsync(new FillCursorAdvanced(At, "9"), expected: 5);
        var text = _exporter.Write();
        text.ShouldContain("""rebalancer_journal_append_duration_seconds_count{outcome="Conflict"} 1""");
        text.ShouldNotContain("rebalancer_journal_events_total");
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _meter.Dispose();
    }

    private async Task AppendAsync(object @event, long expected = 0, string? correlation = null)
    {
        var catalog = StoredEvents.Create();
        await using var inner = new InMemoryJournal();
        await using var journal = new MeteredJournal(inner, catalog, _meter, _log);
        var form = catalog.Serialize(@event);
        await journal.AppendAsync(
            new AppendRequest("account/kraken", expected, 1, "w", At, "portfolio/main@12", "delivery-3", [new EventToAppend(form.Name, form.Version, form.Payload, correlation)], [], null, [], []),
            CancellationToken.None);
    }

    private sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
