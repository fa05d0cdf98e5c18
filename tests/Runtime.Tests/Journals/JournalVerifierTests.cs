using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Runtime.Tests.Journals;

/// <summary>Every way of tampering with the file is noticed, and the event is named.</summary>
public sealed class JournalVerifierTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    private string DatabasePath => _directory.File("journal.db");

    public async ValueTask InitializeAsync()
    {
        await using var journal = SqliteJournal.Open(DatabasePath, TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            await journal.AppendAsync(Requests.Events("account/a", i * 2, journal.Epoch, $"a{i}", $"b{i}"), CancellationToken.None);
            await journal.AppendAsync(Requests.Events("account/b", i, journal.Epoch, $"c{i}"), CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Verify_OfAnUntouchedJournal_FindsNothing() =>
        (await VerifyAsync()).ShouldSatisfyAllConditions(
            report => report.IsIntact.ShouldBeTrue(), report => report.Streams.ShouldBe(2), report => report.Events.ShouldBe(9));

    [Theory]
    [InlineData("event_name = 'uhing-happened'")]
    [InlineData("event_version = event_version + 1")]
    [InlineData("payload = 'b'")]
    [InlineData("timestamp = timestamp + 1")]
    [InlineData("epoch = epoch + 1")]
    [InlineData("writer_id = 'writer-2'")]
    [InlineData("correlation_id = 'correlation-3'")]
    [InlineData("causation_id = 'dausation-1'")]
    [InlineData("previous_hash = x'00' || substr(previous_hash, 2)")]
    [InlineData("hash = x'00' || substr(hash, 2)")]
    public async Task Verify_AfterOneByteOfAColumnChanged_NamesTheEditedEvent(string change)
    {
        SqliteFile.Run(DatabasePath, $"UPDATE journal SET {change} WHERE persistence_id = 'account/a' AND sequence_nr = 3").ShouldBe(1);
        var fault = (await VerifyAsync()).Faults.ShouldHaveSingleItem();
        (fault.PersistenceId, fault.SequenceNr, fault.Kind).ShouldBe(("account/a", 3, JournalFaultKind.Edited));
    }

    [Fact]
    public async Task Verify_AfterThePersistenceIdChanged_NamesTheEventInBothStreams()
    {
        SqliteFile.Run(DatabasePath, "UPDATE journal SET persistence_id = 'account/c' WHERE persistence_id = 'account/a' AND sequence_nr = 3");
        (await VerifyAsync()).Faults.Select(fault => (fault.PersistenceId, fault.SequenceNr, fault.Kind)).ShouldBe(
            [("account/a", 3, JournalFaultKind.Deleted), ("account/c", 3, JournalFaultKind.Edited)]);
    }

    [Fact]
    public async Task Verify_AfterTheSequenceNumberChanged_NamesTheMovedEvent()
    {
        SqliteFile.Run(DatabasePath, "UPDATE journal SET sequence_nr = 7 WHERE persistence_id = 'account/a' AND sequence_nr = 6");
        var fault = (await VerifyAsync()).Faults.ShouldHaveSingleItem();
        (fault.SequenceNr, fault.Kind).ShouldBe((7, JournalFaultKind.Reordered));
        fault.ToString().ShouldBe("account/a event 7: reordered; what stands here was written as event 6.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task Verify_AfterAnEventWasDeleted_NamesIt(int sequenceNr)
    {
        SqliteFile.Run(DatabasePath, $"DELETE FROM journal WHERE persistence_id = 'account/a' AND sequence_nr = {sequenceNr}");
        var fault = (await VerifyAsync()).Faults.ShouldHaveSingleItem();
        (fault.PersistenceId, fault.SequenceNr, fault.Kind).ShouldBe(("account/a", sequenceNr, JournalFaultKind.Deleted));
    }

    [Fact]
    public async Task Verify_AfterAWholeStreamWasDeleted_NamesItsFirstEvent()
    {
        SqliteFile.Run(DatabasePath, "DELETE FROM journal WHERE persistence_id = 'account/b'");
        var fault = (await VerifyAsync()).Faults.ShouldHaveSingleItem();
        (fault.PersistenceId, fault.SequenceNr, fault.Kind).ShouldBe(("account/b", 1, JournalFaultKind.Deleted));
    }

    [Fact]
    public async Task Verify_AfterTwoEventsChangedPlaces_NamesTheFirst()
    {
        SqliteFile.Run(DatabasePath, """
            UPDATE journal SET sequence_nr = -3 WHERE persistence_id = 'account/a' AND sequence_nr = 3;
            UPDATE journal SET sequence_nr = 3 WHERE persistence_id = 'account/a' AND sequence_nr = 4;
            UPDATE journal SET sequence_nr = 4 WHERE persistence_id = 'account/a' AND sequence_nr = -3;
            """);
        var fault = (await VerifyAsync()).Faults.ShouldHaveSingleItem();
        (fault.SequenceNr, fault.Kind).ShouldBe((3, JournalFaultKind.Reordered));
    }

    [Fact]
    public async Task Verify_AfterGlobalOffsetsChangedPlaces_NamesTheEventThatCameTooEarly()
    {
        SqliteFile.Run(DatabasePath, """
            UPDATE journal SET global_offset = 100 WHERE persistence_id = 'account/a' AND sequence_nr = 3;
            """);
        var fault = (await VerifyAsync()).Faults.ShouldHaveSingleItem();
        (fault.SequenceNr, fault.Kind).ShouldBe((4, JournalFaultKind.Reordered));
    }

    [Fact]
    public async Task Verify_AfterTheHeadRecordChanged_SaysSo()
    {
        SqliteFile.Run(DatabasePath, "UPDATE stream SET last_hash = x'00' || substr(last_hash, 2) WHERE persistence_id = 'account/b'");
        (await VerifyAsync()).Faults.ShouldHaveSingleItem().Explanation.ShouldContain("head record");
        SqliteFile.Run(DatabasePath, "DELETE FROM stream WHERE persistence_id = 'account/b'");
        (await VerifyAsync()).Faults.ShouldHaveSingleItem().Explanation.ShouldContain("head record is missing");
    }

    private async Task<JournalVerification> VerifyAsync()
    {
        await using var journal = SqliteJournal.OpenReadOnly(DatabasePath);
        return await new JournalVerifier(journal).VerifyAsync(CancellationToken.None);
    }
}
