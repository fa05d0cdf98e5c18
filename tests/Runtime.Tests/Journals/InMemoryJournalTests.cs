using Rebalancer.Runtime.Journals;

namespace Rebalancer.Runtime.Tests.Journals;

public sealed class InMemoryJournalTests : JournalConformance
{
    private InMemoryJournal Memory => (InMemoryJournal)Journal;

    protected override long Epoch => Memory.Epoch;

    protected override ValueTask<IJournal> CreateAsync() => ValueTask.FromResult<IJournal>(new InMemoryJournal());

    protected override Task<long> TakeOverAsync() => Task.FromResult(Memory.RaiseEpoch());

    protected override Task<int> CountReceiptsAsync() => Task.FromResult(Memory.ReceiptCount);

    [Fact]
    public async Task EveryCall_CompletesBeforeItReturns()
    {
        Memory.AppendAsync(Requests.Events("a", 0, Epoch, "1"), CancellationToken.None).IsCompleted.ShouldBeTrue();
        var read = Memory.ReadAsync("a", 1, CancellationToken.None).GetAsyncEnumerator();
        var moved = read.MoveNextAsync();
        moved.IsCompleted.ShouldBeTrue();
        (await moved).ShouldBeTrue();
    }
}
