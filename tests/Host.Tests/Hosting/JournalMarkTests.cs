using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Tests.Cli;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Tests.Hosting;

/// <summary>A journal put back to an older point is noticed, one that only went on is not.</summary>
public sealed class JournalMarkTests : IDisposable
{
    private readonly Terminal _terminal = new();

    private string JournalPath => _terminal.Write("journal/.keep", "").Replace(".keep", "journal.db", StringComparison.Ordinal);

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task FindRestore_AfterOrdinaryRuns_FindsNothing()
    {
        (await RunAsync(3)).ShouldBeNull();
        (await RunAsync(2)).ShouldBeNull();
        (await RunAsync(0)).ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FindRestore_WhenAnOlderCopyWasPutBack_SaysSo(bool ofTheSameRun)
    {
        await RunAsync(3);
        File.Copy(JournalPath, JournalPath + ".copy");
        await RunAsync(2);
        if (!ofTheSameRun)
        {
            await RunAsync(2);
        }

        File.Copy(JournalPath + ".copy", JournalPath, overwrite: true);
        (await RunAsync(0)).ShouldNotBeNull().ShouldContain("put back to an older point");
        (await RunAsync(0)).ShouldBeNull();
    }

    [Fact]
    public async Task FindRestore_WhenAnotherNodeHasAnsweredTheRestoreSince_LeavesItAtThat()
    {
        await RunAsync(3);
        File.Copy(JournalPath, JournalPath + ".copy");
        await RunAsync(2);
        File.Copy(JournalPath + ".copy", JournalPath, overwrite: true);

        (await RunAsync(0, answered: 1)).ShouldBeNull();
    }

    [Fact]
    public async Task FindRestore_OfALaterRestore_IsNotAnsweredByAnEarlierOne()
    {
        await RunAsync(3, answered: 1);
        File.Copy(JournalPath, JournalPath + ".copy");
        await RunAsync(2, answered: 1);
        File.Copy(JournalPath + ".copy", JournalPath, overwrite: true);

        (await RunAsync(0, answered: 1)).ShouldNotBeNull().ShouldContain("put back to an older point");
    }

    [Fact]
    public async Task FindRestore_WhenTheMarkIsUnreadable_IsCareful()
    {
        await RunAsync(1);
        await File.WriteAllTextAsync(JournalPath + ".mark", "{", TestContext.Current.CancellationToken);
        (await RunAsync(0)).ShouldNotBeNull().ShouldContain("cannot be read");
    }

    /// <summary>One run of a service that journals so many events.</summary>
    private async Task<string?> RunAsync(int events, int answered = 0)
    {
        await using var store = ServiceStore.Open(JournalPath, "node", TimeProvider.System);
        var mark = new JournalMark(store, JournalPath + ".mark", _ => Task.FromResult(answered), (_, _) => Task.CompletedTask, NullLogger.Instance);
        var restored = await mark.FindRestoreAsync(CancellationToken.None);
        var epoch = (await store.ReadPositionAsync(CancellationToken.None)).Epoch;
        for (var i = 0; i < events; i++)
        {
            await store.Journal.AppendAsync(
                new AppendRequest(
                    $"account/{Guid.NewGuid()}", 0, epoch, "w", DateTimeOffset.UnixEpoch, "c", "c", [new EventToAppend("x", 1, "{}")], [], null, [], []),
                CancellationToken.None);
        }

        await mark.WriteAsync(CancellationToken.None);
        return restored;
    }
}
