using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Rebalancer.Domain.Accounts;
using Rebalancer.Host.Api;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Notifications;
using Rebalancer.Host.Telemetry.Metrics;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Tests.Notifications;

public sealed class NotificationChannelTests : IAsyncLifetime
{
    private static readonly NotificationKind[] Events = [NotificationKind.Decision, NotificationKind.Order, NotificationKind.Halt];
    private static readonly DateTimeOffset At = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    private readonly InMemoryJournal _journal = new();
    private readonly ServiceMeter _meter = new();
    private readonly InstantTime _clock = new();
    private readonly IServiceOperations _operations = Substitute.For<IServiceOperations>();
    private long _written;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Round_TellsEachEventOnce_InItsOrder()
    {
        await using var hook = new Hook(204);
        using var channel = Create(hook);
        await channel.RoundAsync(_clock, CancellationToken.None);
        await WriteAsync(new AccountHalted(At, "ann", "odd prices"), new FillCursorAdvanced(At, "1"), new AccountResumed(At, "ann", "prices are right"));
        await channel.RoundAsync(_clock, CancellationToken.None);
        await channel.RoundAsync(_clock, CancellationToken.None);
        hook.Received.Select(delivery => delivery.Id).ShouldBe(["account/kraken/1", "account/kraken/3"]);
        hook.Received[0].Body.ShouldContain("account/kraken is halted by ann: odd prices");
    }

    [Fact]
    public async Task Round_WithAReceiverThatFails_RepeatsUnderTheSameId_UntilItIsTaken()
    {
        await using var hook = new Hook(500, 503, 429, 204);
        using var channel = Create(hook);
        await channel.RoundAsync(_clock, CancellationToken.None);
        await WriteAsync(new AccountHalted(At, "ann", "why"));
        await channel.RoundAsync(_clock, CancellationToken.None);
        hook.Received.Select(delivery => delivery.Id).ShouldBe(Enumerable.Repeat("account/kraken/1", 4));
    }

    [Fact]
    public async Task Round_AfterARestart_GoesOnWithWhatWasNotTaken()
    {
        await using (var broken = new Hook(500))
        {
            using var stopping = new CancellationTokenSource();
            using var before = Create(broken, stopping.Cancel);
            await before.RoundAsync(_clock, CancellationToken.None);
            await WriteAsync(new AccountHalted(At, "ann", "why"));
            await Should.ThrowAsync<OperationCanceledException>(before.RoundAsync(_clock, stopping.Token));
        }

        await using var hook = new Hook(204);
        using var after = Create(hook);
        await after.RoundAsync(_clock, CancellationToken.None);
        await WriteAsync(new AccountResumed(At, "ann", "again"));
        await after.RoundAsync(_clock, CancellationToken.None);
        hook.Received.Select(delivery => delivery.Id).ShouldBe(["account/kraken/1", "account/kraken/2"]);
    }

    [Fact]
    public async Task Round_OfANewChannel_IsSilentAboutThePast()
    {
        await WriteAsync(new AccountHalted(At, "ann", "long ago"));
        await using var hook = new Hook(204);
        using var channel = Create(hook);
        await channel.RoundAsync(_clock, CancellationToken.None);
        hook.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Round_TellsOnlyWhatItWasAskedFor()
    {
        await using var hook = new Hook(204);
        using var channel = Create(hook, kinds: [NotificationKind.Order]);
        await channel.RoundAsync(_clock, CancellationToken.None);
        await WriteAsync(new AccountHalted(At, "ann", "why"), new OrderRejected(At, "main-1/kraken/1", "EOrder", "insufficient funds"));
        await channel.RoundAsync(_clock, CancellationToken.None);
        hook.Received.ShouldHaveSingleItem().Body.ShouldContain("the venue refused main-1/kraken/1: insufficient funds");
    }

    public async ValueTask DisposeAsync()
    {
        _meter.Dispose();
        await _journal.DisposeAsync();
    }

    private NotificationChannel Create(Hook hook, Action? onFailure = null, IReadOnlyList<NotificationKind>? kinds = null)
    {
        INotifier notifier = new WebhookNotifier(new Uri(hook.Address), null, TimeProvider.System, TimeSpan.FromSeconds(20));
        return new NotificationChannel(
            new ChannelSettings("webhook-0", kinds ?? Events), onFailure is null ? notifier : new Watched(notifier, onFailure), _journal, _ => Task.FromResult(_written),
            new EventNotices(StoredEvents.Create()), _operations, () => true, _meter, NullLogger.Instance);
    }

    private async Task WriteAsync(params IReadOnlyList<object> events)
    {
        var catalog = StoredEvents.Create();
        var stored = events.Select(catalog.Serialize).Select(form => new EventToAppend(form.Name, form.Version, form.Payload)).ToList();
        var outcome = await _journal.AppendAsync(new AppendRequest("account/kraken", _written, 1, "w", At, "c", "", stored, [], null, [], []), CancellationToken.None);
        outcome.ShouldBeOfType<AppendOutcome.Accepted>();
        _written += stored.Count;
    }

    /// <summary>Says when a delivery has failed.</summary>
    private sealed class Watched(INotifier inner, Action onFailure) : INotifier
    {
        public async Task SendAsync(Notification notification, CancellationToken cancellationToken)
        {
            try
            {
                await inner.SendAsync(notification, cancellationToken);
            }
            catch (NotificationException)
            {
                onFailure();
                throw;
            }
        }

        public void Dispose() => inner.Dispose();
    }
}
