using Rebalancer.Runtime.Journals.Sqlite;
using Rebalancer.Runtime.Persistence;
using Rebalancer.Runtime.Tests.Journals;

namespace Rebalancer.Runtime.Tests.Persistence;

/// <summary>An entity does not recover from a journal that was changed behind its back.</summary>
public sealed class VerifiedRecoveryTests : IAsyncLifetime
{
    private const int Events = VerifiedRecovery.VerifiedEvents + 50;

    private readonly TemporaryDirectory _directory = new();

    private string DatabasePath => _directory.File("journal.db");

    public async ValueTask InitializeAsync()
    {
        await using var journal = SqliteJournal.Open(DatabasePath, TimeProvider.System);
        await journal.AppendAsync(
            Requests.Events("account/a", 0, journal.Epoch, [.. Enumerable.Range(1, Events).Select(i => $"e{i}")]), CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Read_OfAnUntouchedStream_GivesEveryEventInOrder() =>
        (await ReadAsync()).ShouldBe(Enumerable.Range(1, Events).Select(number => (long)number));

    [Theory]
    [InlineData("UPDATE journal SET payload = '{}' WHERE sequence_nr = 60", "event 60 no longer has the hash")]
    [InlineData("UPDATE journal SET epoch = epoch + 1 WHERE sequence_nr = 1050", "event 1050 no longer has the hash")]
    [InlineData("DELETE FROM journal WHERE sequence_nr = 700", "event 701 does not continue")]
    [InlineData("DELETE FROM journal WHERE sequence_nr > 1040", "once ended with event 1050, now with 1040")]
    public async Task Read_WhenALateEventWasChanged_StopsAndSaysWhich(string change, string expected)
    {
        SqliteFile.Run(DatabasePath, change).ShouldBeGreaterThan(0);
        (await Should.ThrowAsync<InvalidOperationException>(ReadAsync)).Message.ShouldContain(expected);
    }

    private async Task<IReadOnlyList<long>> ReadAsync()
    {
        await using var journal = SqliteJournal.Open(DatabasePath, TimeProvider.System);
        var numbers = new List<long>();
        await foreach (var recovered in new VerifiedRecovery(journal, "account/a").ReadAsync(1, CancellationToken.None))
        {
            numbers.Add(recovered.SequenceNr);
        }

        return numbers;
    }
}
