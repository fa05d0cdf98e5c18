using System.Text.Json;
using System.Text.RegularExpressions;
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

    [Theory]
    [InlineData("export", "events")]
    [InlineData("export", "trades")]
    [InlineData("head")]
    [InlineData("verify")]
    [InlineData("list")]
    public async Task EveryAnswer_AsJson_IsOneDocument_AndAsCsv_RowsOfOneWidth(params string[] command)
    {
        Json(await OutputAsync([.. command, "--output", "json"])).ValueKind.ShouldBeOneOf(JsonValueKind.Array, JsonValueKind.Object);

        var rows = Csv(await OutputAsync([.. command, "--output", "csv"]));
        rows[0].ShouldAllBe(header => header.Length > 0);
        rows.ShouldAllBe(row => row.Count == rows[0].Count);
    }

    [Fact]
    public async Task ExportEvents_AsJson_HoldsWhatTheLinesHold()
    {
        var lines = (await OutputAsync("export")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Json(await OutputAsync("export", "events", "--output", "json")).EnumerateArray().Select(item => item.GetRawText()).ShouldBe(lines);
    }

    [Fact]
    public async Task Export_GivesEveryEventInOrder()
    {
        var lines = (await OutputAsync("export")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Json).ToList();
        lines.Select(line => line.GetProperty("eventName").GetString()).ShouldBe(["portfolio-settings-changed", "rebalance-decided", "decision-dispatched"]);
        lines[1].GetProperty("payload").GetProperty("decisionId").GetString().ShouldBe(_decision);
    }

    [Fact]
    public async Task Export_TradesAsCsv_HaveFeeSlippageAndNoFormula()
    {
        await RecordedJournal.AddFillsAsync(_journal, _decision);
        (await OutputAsync("export", "trades", "--output", "csv")).ReplaceLineEndings("\n").ShouldBe($"""
            at,portfolio,decision,account,asset,quote,side,quantity,price,notional,fee,feeAsset,feeInBase,decisionPrice,slippage,slippageInBase,intent,clientOrderId,venueOrderId,tradeId
            2026-11-21T15:00:00.0000000+00:00,main,{_decision},kraken,BTC,USD,buy,0.05,50010,2500.5,2.5005,USD,2.5005,50000,0.5,0.5,{_decision}/kraken/1,RBABC,v1,t1
            2026-11-21T15:00:00.0000000+00:00,main,{_decision},kraken,BTC,USD,buy,0.03,49990,1499.7,0.00003,BTC,1.5,50000,-0.3,-0.3,{_decision}/kraken/1,RBABC,v1,t2
            2026-11-21T15:00:00.0000000+00:00,,,kraken,BTC,USD,sell,0.01,50000,500,0,USD,,,,,,'=cmd(),v2,t3

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Export_FeesSlippageDecisionsEquity_AsJson()
    {
        await RecordedJournal.AddFillsAsync(_journal, _decision);
        var fees = Json(await OutputAsync("export", "fees", "--output", "json"));
        fees.EnumerateArray().Select(fee => (fee.GetProperty("feeAsset").GetString(), fee.GetProperty("feeInBase").GetString())).ShouldBe([("USD", "2.5005"), ("BTC", "1.5")]);
        var slippage = Json(await OutputAsync("export", "slippage", "--output", "json")).EnumerateArray().ShouldHaveSingleItem();
        slippage.GetProperty("cost").GetString().ShouldBe("0.2");
        slippage.GetProperty("averagePrice").GetString().ShouldBe("50002.5");
        slippage.GetProperty("basisPoints").GetDouble().ShouldBe(0.5, 1e-9);
        Json(await OutputAsync("export", "decisions", "--output", "json"))[0].GetProperty("id").GetString().ShouldBe(_decision);
        Json(await OutputAsync("export", "equity", "--output", "json"))[0].GetProperty("value").GetString().ShouldBe("10000");
    }

    [Theory]
    [InlineData("UPDATE journal SET payload = replace(payload, 'asked for by ann', 'asked for by bob') WHERE sequence_nr = 2", "portfolio/main event 2: edited")]
    [InlineData("DELETE FROM journal WHERE sequence_nr = 2", "portfolio/main event 2: deleted")]
    [InlineData("DELETE FROM journal WHERE sequence_nr = 3", "portfolio/main event 3: deleted")]
    [InlineData("UPDATE journal SET sequence_nr = 9 WHERE sequence_nr = 3", "portfolio/main event 9: reordered")]
    public async Task Verify_AgainstASignedHead_NamesWhatWasDone(string deed, string expected)
    {
        var head = _terminal.Write("head.txt", await OutputAsync("head"));
        (await OutputAsync("verify", "--head", head)).ShouldContain("They hold what the signed head said");
        Change(deed);
        (await _terminal.RunAsync("audit", "verify", "--head", head, "--data", "data")).ShouldBe(ExitCode.Failed);
        _terminal.Out.ShouldContain(expected);
    }

    [Fact]
    public async Task Verify_AgainstAHeadOfALongerJournal_FindsTheTruncation_EvenOfAChainMadeToFit()
    {
        var before = _terminal.Write("before.db", "");
        File.Copy(_journal, before, overwrite: true);
        await RecordedJournal.AddFillsAsync(_journal, _decision);
        var head = _terminal.Write("head.txt", await OutputAsync("head"));
        File.Copy(before, _journal, overwrite: true);
        await OutputAsync("verify");
        (await _terminal.RunAsync("audit", "verify", "--head", head, "--key", "data/audit-key.pub.pem", "--data", "data")).ShouldBe(ExitCode.Failed);
        _terminal.Out.ShouldContain("account/kraken event 1: deleted");
    }

    [Fact]
    public async Task WhatIf_OtherTargets_ShowsBothPlans()
    {
        _terminal.Write("weights.json", """{ "BTC": 0 }""");
        var text = await OutputAsync("what-if", _decision, "--targets", "weights.json");
        text.ShouldContain("weight of BTC after");
        var answer = Json(await OutputAsync("what-if", _decision, "--targets", "weights.json", "--output", "json"));
        answer.GetProperty("decided").GetProperty("trades").GetArrayLength().ShouldBe(1);
        answer.GetProperty("instead").GetProperty("trades").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("--band", "2", "band: must not be below 0 or above 1, is 2")]
    [InlineData("--cash-reserve", "much", "--cash-reserve: must be a number, is \"much\"")]
    [InlineData("--targets", "other.json", "the decision had no price of ETH; did you mean BTC?")]
    public async Task WhatIf_WhatDoesNotFit_IsRefused(string option, string value, string expected)
    {
        _terminal.Write("other.json", """{ "ETH": 0.5 }""");
        (await _terminal.RunAsync("audit", "what-if", _decision, option, value, "--data", "data")).ShouldBe(ExitCode.BadInput);
        _terminal.Error.ShouldContain(expected);
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

    /// <summary>Fields of each line as RFC 4180 has them; a field in quotes may hold commas, doubled quotes and lines.</summary>
    private static List<List<string>> Csv(string text)
    {
        var rows = new List<List<string>>();
        foreach (Match field in Regex.Matches(text.ReplaceLineEndings("\n"), """(?<before>^|,|\n)(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^,"\n]*))""", RegexOptions.NonBacktracking))
        {
            if (field.Groups["before"].Value != ",")
            {
                rows.Add([]);
            }

            rows[^1].Add(field.Groups["quoted"].Success ? field.Groups["quoted"].Value.Replace("\"\"", "\"", StringComparison.Ordinal)
                : field.Groups["plain"].Value);
        }

        // What ends the last line begins no other.
        rows.RemoveAt(rows.Count - 1);
        return rows;
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
