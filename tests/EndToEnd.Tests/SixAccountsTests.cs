using Rebalancer.EndToEnd.RealVenues;
using Rebalancer.Emulators;
using Rebalancer.Emulators.Books;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>
/// The example's household: one portfolio over two accounts at Binance, one at Kraken, one at Alpaca, one at Interactive Brokers and a file. The
/// service runs as it does for its owner, through the real client libraries.
/// </summary>
public sealed class SixAccountsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("six-accounts-").FullName;
    private EmulatedVenues _venues = null!;
    private RealVenuesService _service = null!;

    public async ValueTask InitializeAsync()
    {
        _venues = await EmulatedVenues.StartAsync(TimeProvider.System);
        _service = new RealVenuesService(_folder, _venues);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _venues.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Service_OverAllVenuesAtOnce_ReachesItsTargets_AndFollowsTheMarket_AsTheBooksAndTheJournalAgree()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        var cancellation = patience.Token;
        await _service.WriteSettingsAsync(text => text, cancellation);
        _service.Start();

        await UntilAtTargetsAsync(cancellation);
        _venues.Accounts.ShouldAllBe(account => account.Book.Fills(account.Name).Count > 0);
        _venues.Quote("BTC", 72_000);
        Math.Abs(_venues.Share("BTC") - 0.25m).ShouldBeGreaterThan(0.02m);
        await UntilAtTargetsAsync(cancellation);

        await UntilTheJournalAgreesAsync(cancellation);
        (await _service.StopAsync(cancellation)).ShouldBe(0, _service.Said());
        VenueBooksAgainstJournal.Compare(_venues, await _service.ReadJournalAsync(cancellation)).ShouldBeEmpty();
    }

    /// <summary>As the venues' own books have it, with nothing left to be filled.</summary>
    private Task UntilAtTargetsAsync(CancellationToken cancellation) => UntilAsync(
        () => Task.FromResult(Math.Abs(_venues.Share("BTC") - 0.25m) < 0.01m && Math.Abs(_venues.Share("ETH") - 0.1m) < 0.01m
            && Math.Abs(_venues.Share("VTI") - 0.35m) < 0.01m && Math.Abs(_venues.Share("BND") - 0.2m) < 0.01m
            && _venues.Accounts.All(account => account.Book.Orders(account.Name).All(order => order.Status != BookStatus.Open))),
        cancellation);

    /// <summary>The last fills are booked with the next reading of each account.</summary>
    private Task UntilTheJournalAgreesAsync(CancellationToken cancellation) => UntilAsync(
        async () => VenueBooksAgainstJournal.Compare(_venues, await _service.ReadJournalAsync(cancellation)).Count == 0, cancellation);

    private async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellation)
    {
        while (!await condition())
        {
            _service.HasExited.ShouldBeFalse(_service.Said());
            cancellation.IsCancellationRequested.ShouldBeFalse(_service.Said());
            await Task.Delay(100, CancellationToken.None);
        }
    }
}
