using NSubstitute;
using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Host.Api;
using Rebalancer.Host.Audit;
using Rebalancer.Host.Tests.Cli;
using Rebalancer.Runtime.Journals.Sqlite;

namespace Rebalancer.Host.Tests.Audit;

public sealed class JournalAuditTests : IAsyncLifetime
{
    private readonly Terminal _terminal = new();
    private string _decision = "";
    private SqliteJournal? _journal;
    private JournalAudit? _audit;

    public async ValueTask InitializeAsync()
    {
        var path = Path.Combine(_terminal.Directory, "rebalancer.db");
        _decision = await RecordedJournal.WriteAsync(path);
        _journal = SqliteJournal.OpenReadOnly(path);
        var samples = new ValueSamples(Substitute.For<IServiceOperations>(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        _audit = new JournalAudit(_journal, Substitute.For<IMilpSolver>(), samples, TimeProvider.System);
    }

    [Fact]
    public async Task List_TellsTheDecisionInShort()
    {
        var entry = (await _audit!.ListAsync(CancellationToken.None)).ShouldHaveSingleItem();
        (entry.Id, entry.Portfolio, entry.Trigger, entry.Status).ShouldBe((_decision, "main", "Manual: asked for by ann", "executing"));
        entry.Orders.ShouldBe(1);
        entry.Turnover.ShouldBeGreaterThan(0);
        (await _audit.ListAsync(CancellationToken.None)).ShouldBe([entry], "what was read before is not read again");
    }

    [Fact]
    public async Task Find_GivesTheWholeRecord()
    {
        var record = await _audit!.FindAsync(_decision, CancellationToken.None);
        record.Decided.DecisionId.ShouldBe(_decision);
        record.Dispatched.ShouldNotBeNull();
        await Should.ThrowAsync<UnknownNameException>(_audit.FindAsync("main-9", CancellationToken.None));
    }

    [Fact]
    public async Task History_HasTheValueAtTheDecision()
    {
        var entry = (await _audit!.ListAsync(CancellationToken.None))[0];
        var point = (await _audit.GetHistoryAsync("main", CancellationToken.None)).ShouldHaveSingleItem();
        (point.Value, point.Drift, point.Decision).ShouldBe((entry.TotalValue, entry.DriftBefore, _decision));
    }

    [Fact]
    public async Task Replay_OfAJournalAsWritten_IsIdentical() =>
        (await _audit!.ReplayAsync(_decision, resolve: false, CancellationToken.None)).IsIdentical.ShouldBeTrue();

    [Fact]
    public async Task WhatIf_WithOtherTargets_PlansOtherTradesAndLeavesTheDecision()
    {
        var sellAll = new SortedDictionary<string, decimal>(StringComparer.Ordinal) { ["BTC"] = 0 };
        var answer = await _audit!.WhatIfAsync(_decision, new WhatIfRequest(sellAll, null, null, null, null, null), CancellationToken.None);
        answer.Decided.Trades.ShouldHaveSingleItem().Side.ShouldBe(TradeSide.Buy);
        answer.Instead.Trades.ShouldAllBe(trade => trade.Side == TradeSide.Sell);
        (await _audit.FindAsync(_decision, CancellationToken.None)).Decided.Plan.Trades.Count.ShouldBe(1);
    }

    public async ValueTask DisposeAsync()
    {
        _audit!.Dispose();
        await _journal!.DisposeAsync();
        _terminal.Dispose();
    }
}
