using Microsoft.Extensions.Logging.Abstractions;
using Rebalancer.Host.Audit.Heads;
using Rebalancer.Host.Tests.Cli;
using Rebalancer.Runtime.Journals;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Host.Tests.Audit.Heads;

public sealed class HeadExporterTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    private readonly Terminal _terminal = new();
    private SqliteJournal _journal = null!;

    private string KeyPath => Path.Combine(_terminal.Directory, "key.pem");

    private string Heads => Path.Combine(_terminal.Directory, "heads");

    public async ValueTask InitializeAsync()
    {
        var path = Path.Combine(_terminal.Directory, "rebalancer.db");
        await RecordedJournal.WriteAsync(path);
        _journal = SqliteJournal.Open(path, TimeProvider.System);
    }

    [Fact]
    public async Task Export_WritesAHead_OnlyWhereSomethingIsNew()
    {
        using var exporter = Create(Heads);
        await exporter.ExportAsync(Now, CancellationToken.None);
        await exporter.ExportAsync(Now.AddHours(1), CancellationToken.None);
        await AppendAsync();
        await exporter.ExportAsync(Now.AddHours(2), CancellationToken.None);

        using var key = HeadKey.LoadOrCreate(KeyPath);
        var heads = HeadFiles.Read(Heads, [key]);
        heads.Select(head => (head.Head.At, head.Head.Streams.Single().SequenceNr)).ShouldBe([(Now, 3L), (Now.AddHours(2), 4L)]);
        (await new JournalVerifier(_journal).VerifyAsync([.. heads.Select(head => head.Head)], CancellationToken.None)).IsIntact.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_WhenStopped_SignsWhatWasWrittenLast()
    {
        using var exporter = Create(Heads);
        await exporter.RunAsync(TimeProvider.System, new CancellationToken(canceled: true));
        Directory.GetFiles(Heads).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Export_WhereTheDirectoryCannotBeWritten_GoesOn_AndWritesTheHeadOnceItCan()
    {
        var path = _terminal.Write("a-file", "");
        using var exporter = Create(path);
        await exporter.ExportAsync(Now, CancellationToken.None);

        File.Delete(path);
        await exporter.ExportAsync(Now.AddHours(1), CancellationToken.None);

        Directory.GetFiles(path).ShouldHaveSingleItem();
    }

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        _terminal.Dispose();
    }

    private HeadExporter Create(string directory) =>
        new(_journal, HeadKey.LoadOrCreate(KeyPath), directory, "node-1", TimeSpan.FromHours(1), NullLogger.Instance);

    private async Task AppendAsync() => (await _journal.AppendAsync(
        new AppendRequest("portfolio/main", 3, _journal.Epoch, "writer-2", DateTimeOffset.UnixEpoch, "c", "", [new EventToAppend("slot-fired", 1, "{}")], [], null, [], []),
        TestContext.Current.CancellationToken)).ShouldBeOfType<AppendOutcome.Accepted>();
}
