using System.Text.Json;
using Microsoft.Data.Sqlite;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests.Audit;

public sealed class AuditCommandTests : IAsyncLifetime
{
    private readonly Terminal _terminal = new();
    private string _journal = "";
    private string _decision = "";

    public async ValueTask InitializeAsync()
    {
        _journal = Path.Combine(_terminal.Directory, "data", "rebalancer.db");
        _decision = await RecordedJournal.WriteAsync(_journal);
    }

    [Fact]
    public async Task List_Json_ShowsIdTimeTriggerAndStatus()
    {
        var entry = Json(await OutputAsync("list", "--output", "json"))[0];
        entry.GetProperty("id").GetString().ShouldBe(_decision);
        entry.GetProperty("at").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 11, 21, 15, 0, 0, TimeSpan.Zero));
        entry.GetProperty("trigger").GetString().ShouldBe("Manual: asked for by ann");
        entry.GetProperty("status").GetString().ShouldBe("executing");
    }

    [Fact]
    public async Task Show_GivesInputsAnswersAndOrders()
    {
        var record = Json(await OutputAsync("show", _decision));
        record.GetProperty("decided").GetProperty("decisionId").GetString().ShouldBe(_decision);
        record.GetProperty("decided").GetProperty("problem").GetProperty("accounts").GetArrayLength().ShouldBe(1);
        record.GetProperty("dispatched").GetProperty("parts").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Explain_SaysWhyAndWhat()
    {
        var text = await OutputAsync("explain", _decision);
        text.ShouldContain("asked for by ann");
        text.ShouldContain("BTC");
    }

    [Fact]
    public async Task Replay_JournalAsWritten_IsIdentical() =>
        (await OutputAsync("replay", _decision)).ShouldContain("1 order(s) rebuilt, identical.");

    [Fact]
    public async Task Verify_JournalAsWritten_CountsItsEvents() =>
        (await OutputAsync("verify")).ShouldContain("3 events of 1 streams are as they were written.");

    [Fact]
    public async Task Verify_OneByteChanged_NamesTheFirstBadEventAndExits1()
    {
        Change("UPDATE journal SET payload = replace(payload, 'asked for by ann', 'asked for by bob') WHERE sequence_nr = 2");
        (await _terminal.RunAsync("audit", "verify", "--data", "data")).ShouldBe(ExitCode.Failed);
        _terminal.Out.ShouldContain("portfolio/main event 2: ");
    }

    [Fact]
    public async Task Replay_PlanChanged_TellsTheDifferenceAndExits1()
    {
        Change("""UPDATE journal SET payload = replace(payload, '"side":"Buy"', '"side":"Sell"') WHERE sequence_nr = 2""");
        (await _terminal.RunAsync("audit", "replay", _decision, "--data", "data")).ShouldBe(ExitCode.Failed);
        _terminal.Out.ShouldContain("order 1 was");
    }

    [Fact]
    public async Task Export_GivesEveryEventInOrder()
    {
        var lines = (await OutputAsync("export")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Json).ToList();
        lines.Select(line => line.GetProperty("eventName").GetString()).ShouldBe(["portfolio-settings-changed", "rebalance-decided", "decision-dispatched"]);
        lines[1].GetProperty("payload").GetProperty("decisionId").GetString().ShouldBe(_decision);
    }

    [Fact]
    public async Task Show_UnknownDecision_NamesTheNearest()
    {
        (await _terminal.RunAsync("audit", "show", "main-9", "--data", "data")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain($"there is no decision 'main-9' in the journal; did you mean '{_decision}'?");
    }

    [Fact]
    public async Task List_NoJournal_SaysWhatToName()
    {
        (await _terminal.RunAsync("audit", "list", "--data", "elsewhere")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain("there is no journal. Name the data directory of an installation that has run.");
        _terminal.Files().ShouldNotContain(file => file.StartsWith("elsewhere", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync()
    {
        _terminal.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> OutputAsync(params string[] line)
    {
        (await _terminal.RunAsync(["audit", .. line, "--data", "data"])).ShouldBe(ExitCode.Done, _terminal.Error);
        return _terminal.Out;
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private void Change(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={_journal};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery().ShouldBe(1);
    }
}
