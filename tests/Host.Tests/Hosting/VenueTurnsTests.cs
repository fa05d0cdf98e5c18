using Rebalancer.Host.Configuration;
using Rebalancer.Host.Hosting;

namespace Rebalancer.Host.Tests.Hosting;

public sealed class VenueTurnsTests
{
    private readonly VenueTurns _turns = new(mostReadings: 2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readings_OfAllAccountsAtOneAddress_TakeTurns()
    {
        var first = await TakeAsync("a");
        _ = await TakeAsync("b");
        var third = TakeAsync("c");
        third.IsCompleted.ShouldBeFalse();
        (await TakeAsync("d", "http://127.0.0.1:9/")).ShouldNotBeNull();

        first.Dispose();
        first.Dispose();

        _ = await third.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        TakeAsync("e").IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Reading_CancelledWhileItWaits_TakesNoTurn()
    {
        var first = await TakeAsync("a");
        _ = await TakeAsync("b");
        using var stop = new CancellationTokenSource();
        var given = TakeAsync("c", cancellationToken: stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => given);

        var next = TakeAsync("d");
        first.Dispose();

        (await next.WaitAsync(TimeSpan.FromSeconds(30), Cancellation)).ShouldNotBeNull();
    }

    private Task<IDisposable> TakeAsync(string id, string? endpoint = null, CancellationToken cancellationToken = default) =>
        _turns.Of(new AccountConfiguration { Id = id, Venue = "simulated", Endpoint = endpoint })(cancellationToken);
}
