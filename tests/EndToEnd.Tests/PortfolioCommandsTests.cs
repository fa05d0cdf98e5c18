using System.Text.Json;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>A second portfolio comes, decides, trades, pauses, goes on and goes, beside a running service's first.</summary>
public sealed class PortfolioCommandsTests(RunningService service) : IClassFixture<RunningService>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portfolio-commands-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Portfolio_AddedAtRuntime_TradesPausesGoesOnAndLeavesItsAccountToAnother()
    {
        var second = Write("second", "BTC");
        (await service.RunAsync("portfolio", "add", second, "--why", "a goal of its own")).ExitCode.ShouldBe(0);
        await ShouldBeJournaledAsync("service/roster", "roster.portfolio-added", "a goal of its own");
        (await service.RunAsync("account", "add", "paper-2", "--venue", "simulated", "--option", "kind=exchange", "--balance", "USD=10000", "--portfolio", "second"))
            .ExitCode.ShouldBe(0);
        await service.UntilAsync(decisions => StatusesOf(decisions, "second").Contains("completed"), "decisions");
        (await service.UntilAsync(_ => true, "orders", "--account", "paper-2")).EnumerateArray()
            .ShouldContain(entry => entry.GetProperty("order").GetProperty("state").GetString() == "filled");

        (await service.RunAsync("portfolio", "pause", "second", "--why", "maintenance")).ExitCode.ShouldBe(0);
        PortfolioOf(await service.UntilAsync(_ => true, "status"), "second").GetProperty("pause").GetProperty("why").GetString().ShouldBe("maintenance");
        var (refused, said) = await service.RunAsync("now", "--portfolio", "second");
        (refused, said.Contains("go on with: rebalancer portfolio resume second", StringComparison.Ordinal)).ShouldBe((4, true), said);
        (await service.RunAsync("portfolio", "resume", "second", "--why", "over")).ExitCode.ShouldBe(0);
        await ShouldBeJournaledAsync("portfolio/second", "portfolio-unpaused", "over");
        (await service.RunAsync("now", "--portfolio", "second")).ExitCode.ShouldBe(0);

        var (removed, answer) = await service.RunAsync("portfolio", "remove", "second", "--why", "reached");
        removed.ShouldBe(0, answer);
        (await service.UntilAsync(_ => true, "orders", "--account", "paper-2")).EnumerateArray()
            .ShouldAllBe(entry => new[] { "filled", "cancelled", "expired", "denied", "notSent" }.Contains(entry.GetProperty("order").GetProperty("state").GetString()));
        await service.UntilAsync(accounts => StateOf(accounts, "paper-2") == "Unassigned", "accounts");

        (await service.RunAsync("portfolio", "add", Write("third", "ETH", "paper-2"))).ExitCode.ShouldBe(0);
        await service.UntilAsync(decisions => StatusesOf(decisions, "third").Contains("completed"), "decisions");
        (await service.RunAsync("portfolio", "remove", "third")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Portfolio_ThatCannotBeAdded_IsRefusedAtItsLineAndChangesNothing()
    {
        var (taken, output) = await service.RunAsync("portfolio", "add", Write("other", "BTC", "borealis"));

        (taken, output.Contains("other.json:4: accounts: \"borealis\" already belongs to portfolio \"demo\"", StringComparison.Ordinal)).ShouldBe((2, true), output);
        (await service.RunAsync("portfolio", "add", Write("demo", "BTC"))).ExitCode.ShouldBe(4);
        (await service.RunAsync("portfolio", "pause", "dmo")).ExitCode.ShouldBe(2);
        (await service.UntilAsync(_ => true, "status")).GetProperty("portfolios").EnumerateArray().ShouldNotContain(portfolio => portfolio.GetProperty("id").GetString() == "other");
    }

    private string Write(string id, string asset, params string[] accounts)
    {
        var path = Path.Combine(_folder, $"{id}.json");
        File.WriteAllText(path, $$"""
            { // one portfolio, as it would stand in the settings file
              "id": "{{id}}", "baseCurrency": "USD", "limits": { "maxDailyTurnover": 2 },
              "targets": { "method": "fixed", "weights": { "{{asset}}": 0.5 } },
              "accounts": [{{string.Join(", ", accounts.Select(account => $"\"{account}\""))}}] }
            """);
        return path;
    }

    private async Task ShouldBeJournaledAsync(string stream, string name, string why) =>
        (await service.LastEventAsync(stream, name)).GetProperty("why").GetString().ShouldBe(why);

    private static JsonElement PortfolioOf(JsonElement status, string id) =>
        status.GetProperty("portfolios").EnumerateArray().Single(portfolio => portfolio.GetProperty("id").GetString() == id);

    private static List<string?> StatusesOf(JsonElement decisions, string portfolio) =>
        [.. decisions.EnumerateArray().Where(entry => entry.GetProperty("portfolio").GetString() == portfolio).Select(entry => entry.GetProperty("decision").GetProperty("status").GetString())];

    private static string? StateOf(JsonElement accounts, string id) =>
        accounts.EnumerateArray().FirstOrDefault(account => account.GetProperty("id").GetString() == id) is { ValueKind: JsonValueKind.Object } account
            ? account.GetProperty("state").GetString() : null;
}
