using Rebalancer.Runtime.Journals;

namespace Rebalancer.Runtime.Tests.Journals;

/// <summary>
/// What somebody does who can write the database. The careful one computes every later hash anew and mends the head record, so that the chain
/// holds; only a head kept elsewhere tells.
/// </summary>
public abstract class JournalTampering : IAsyncLifetime
{
    private JournalHead _head = null!;

    protected abstract IJournal Journal { get; }

    [Theory]
    [InlineData("edit", 3, 6, JournalFaultKind.Edited)]
    [InlineData("delete", 3, 6, JournalFaultKind.Deleted)]
    [InlineData("reorder", 3, 6, JournalFaultKind.Edited)]
    [InlineData("truncate", 4, 4, JournalFaultKind.Deleted)]
    public async Task Verify_AgainstAHead_FindsWhatWasDone(string deed, int found, int foundWhenCareful, JournalFaultKind kindWhenCareful)
    {
        var rows = await Journal.ReadToListAsync("account/a");
        var changed = Do(deed, rows);

        await ReplaceAsync(changed, last: null);
        var careless = (await VerifyAsync([_head])).Faults.ShouldHaveSingleItem();
        (careless.PersistenceId, careless.SequenceNr).ShouldBe(("account/a", found));

        var mended = Chain(changed);
        await ReplaceAsync(mended, mended[^1]);
        (await VerifyAsync([])).IsIntact.ShouldBeTrue("the chain by itself cannot tell");
        var fault = (await VerifyAsync([_head])).Faults.ShouldHaveSingleItem();
        (fault.PersistenceId, fault.SequenceNr, fault.Kind).ShouldBe(("account/a", foundWhenCareful, kindWhenCareful));
    }

    [Fact]
    public async Task Verify_AgainstAHead_AStreamThatIsGoneAltogether_IsFound()
    {
        await RemoveStreamAsync("account/a");
        (await VerifyAsync([])).IsIntact.ShouldBeTrue("the chain by itself cannot tell");
        var fault = (await VerifyAsync([_head])).Faults.ShouldHaveSingleItem();
        (fault.PersistenceId, fault.SequenceNr, fault.Kind).ShouldBe(("account/a", 1, JournalFaultKind.Deleted));
    }

    [Fact]
    public async Task Verify_AgainstHeadsOfBeforeAndAfterMoreEvents_HoldsAndHearsEach()
    {
        (await Journal.AppendAsync(Requests.Events("account/b", 3, Epoch, "later"), CancellationToken.None)).ShouldBeOfType<AppendOutcome.Accepted>();
        var later = await JournalHead.ReadAsync(Journal, Requests.At.AddHours(1), CancellationToken.None);
        (await VerifyAsync([later, _head])).IsIntact.ShouldBeTrue();

        var forged = later with { Streams = [.. later.Streams.Select(mark => mark with { Hash = new string('0', 64) })] };
        (await VerifyAsync([forged, _head])).Faults.Select(fault => (fault.PersistenceId, fault.SequenceNr)).ShouldBe([("account/a", 6L), ("account/b", 4L)]);
    }

    public async ValueTask InitializeAsync()
    {
        await OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            await Journal.AppendAsync(Requests.Events("account/a", i * 2, Epoch, $"a{i}", $"b{i}"), CancellationToken.None);
            await Journal.AppendAsync(Requests.Events("account/b", i, Epoch, $"c{i}"), CancellationToken.None);
        }

        _head = await JournalHead.ReadAsync(Journal, Requests.At, CancellationToken.None);
    }

    public abstract ValueTask DisposeAsync();

    protected abstract long Epoch { get; }

    protected abstract Task OpenAsync();

    /// <summary>Puts these in place of the stream's rows, behind the journal's back.</summary>
    /// <param name="last">What the head record says; null leaves it.</param>
    protected abstract Task ReplaceAsync(IReadOnlyList<JournalRow> rows, JournalRow? last);

    protected abstract Task RemoveStreamAsync(string persistenceId);

    private static List<JournalRow> Do(string deed, List<JournalRow> rows) => deed switch
    {
        "edit" => [.. rows.Select(row => row.SequenceNr == 3 ? row with { Payload = "forged" } : row)],
        "delete" => [.. rows.Where(row => row.SequenceNr != 3)],
        "reorder" =>
        [
            .. rows.Select(row => row.SequenceNr switch
            {
                3 => rows[3] with { SequenceNr = 3, GlobalOffset = row.GlobalOffset },
                4 => rows[2] with { SequenceNr = 4, GlobalOffset = row.GlobalOffset },
                _ => row,
            }),
        ],
        _ => [.. rows.Where(row => row.SequenceNr <= 3)],
    };

    /// <summary>The rows renumbered and rehashed, as whoever knows the format can.</summary>
    private static List<JournalRow> Chain(IReadOnlyList<JournalRow> rows)
    {
        var chained = new List<JournalRow>();
        foreach (var row in rows)
        {
            var next = row with { SequenceNr = chained.Count + 1, PreviousHash = chained.Count == 0 ? "" : chained[^1].Hash };
            chained.Add(next with { Hash = JournalHash.Compute(next) });
        }

        return chained;
    }

    private Task<JournalVerification> VerifyAsync(IReadOnlyList<JournalHead> heads) => new JournalVerifier(Journal).VerifyAsync(heads, CancellationToken.None);
}
