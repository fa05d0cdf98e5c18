using System.Text.Json;

namespace Rebalancer.EndToEnd.Tests;

/// <summary>What operators type, against a running service, and what its journal says of it: who and why.</summary>
public sealed class OperatorCommandsTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Account = "borealis";

    [Fact]
    public async Task HaltAndResume_OfEverything_AreShownAndJournaledWithWhoAndWhy()
    {
        (await service.RunAsync("halt", "--reason", "odd prices")).ExitCode.ShouldBe(0);

        var halts = (await service.UntilAsync(_ => true, "status")).GetProperty("halts").EnumerateArray().ToList();
        halts.ShouldHaveSingleItem().GetProperty("why").GetString().ShouldBe("odd prices");
        await ShouldBeJournaledAsync("service/roster", "roster.trading-halted", "odd prices");
        (await service.RunAsync("now")).ExitCode.ShouldBe(4, "a risk gate refuses");

        (await service.RunAsync("resume", "--reason", "prices are fine")).ExitCode.ShouldBe(0);

        (await service.UntilAsync(_ => true, "status")).GetProperty("halts").GetArrayLength().ShouldBe(0);
        await ShouldBeJournaledAsync("service/roster", "roster.trading-resumed", "prices are fine");
    }

    [Fact]
    public async Task Halt_OfOneAccount_LeavesTheOthersTrading()
    {
        (await service.RunAsync("halt", Account, "--reason", "maintenance")).ExitCode.ShouldBe(0);

        // Others may be frozen for a moment where a busy machine makes their balances old.
        var accounts = await service.UntilAsync(
            accounts => accounts.EnumerateArray().Count(account => account.GetProperty("frozen").GetString() is not null) == 1
                && StateOf(accounts, Account).GetProperty("frozen").GetString() is not null, "accounts");
        StateOf(accounts, Account).GetProperty("frozen").GetString()!.ShouldContain("maintenance");
        await ShouldBeJournaledAsync($"account/{Account}", "account-halted", "maintenance");

        (await service.RunAsync("resume", Account)).ExitCode.ShouldBe(0);

        await service.UntilAsync(later => StateOf(later, Account).GetProperty("frozen").GetString() is null, "accounts");
        await ShouldBeJournaledAsync($"account/{Account}", "account-resumed", "no reason given");
    }

    [Fact]
    public async Task AccountPause_AcceptingStaleBalances_IsJournaledUntilResumed()
    {
        (await service.RunAsync("account", "pause", Account, "--accept-stale", "--reason", "API maintenance")).ExitCode.ShouldBe(0);

        (await ShouldBeJournaledAsync($"account/{Account}", "account-paused", "API maintenance")).GetProperty("acceptStale").GetBoolean().ShouldBeTrue();
        await service.UntilAsync(accounts => StateOf(accounts, Account).GetProperty("frozen").GetString()?.Contains("paused", StringComparison.Ordinal) == true, "accounts");

        (await service.RunAsync("account", "resume", Account, "--reason", "it is over")).ExitCode.ShouldBe(0);

        await service.UntilAsync(accounts => StateOf(accounts, Account).GetProperty("frozen").GetString() is null, "accounts");
        await ShouldBeJournaledAsync($"account/{Account}", "account-resumed", "it is over");
    }

    [Fact]
    public async Task Order_ThatHasEnded_IsNeitherCancelledNorResolved()
    {
        var orders = await service.UntilAsync(orders => orders.EnumerateArray().Any(IsFilled), "orders", "--limit", "1000");
        var ended = orders.EnumerateArray().First(IsFilled).GetProperty("order").GetProperty("intentId").GetString()!;

        var (cancelled, said) = await service.RunAsync("order", "cancel", ended);
        (cancelled, said.Contains("has ended: Filled", StringComparison.Ordinal)).ShouldBe((4, true), said);
        var (resolved, answer) = await service.RunAsync("order", "resolve", ended, "--as", "cancelled", "--reason", "by hand");
        (resolved, answer.Contains("only a quarantined order", StringComparison.Ordinal)).ShouldBe((4, true), answer);

        static bool IsFilled(JsonElement entry) => entry.GetProperty("order").GetProperty("state").GetString() == "filled";
    }

    [Theory]
    [InlineData("there is no order 'nope'", "order", "cancel", "nope")]
    [InlineData("there is no order 'nope'", "order", "resolve", "nope", "--as", "never-arrived", "--reason", "support says so")]
    [InlineData("--why", "order", "resolve", "nope", "--as", "never-arrived")]
    [InlineData("'filled' not recognized", "order", "resolve", "nope", "--as", "filled", "--reason", "x")]
    [InlineData("did you mean 'borealis'?", "account", "pause", "boreal")]
    [InlineData("did you mean 'borealis'?", "halt", "boreali")]
    [InlineData("give one of them", "halt", "borealis", "--portfolio", "demo")]
    public async Task Command_ThatNamesNothingKnown_ChangesNothingAndSaysWhatToDo(string expected, params string[] arguments)
    {
        var (exitCode, output) = await service.RunAsync(arguments);
        (exitCode, output.Contains(expected, StringComparison.OrdinalIgnoreCase)).ShouldBe((2, true), output);
    }

    private async Task<JsonElement> ShouldBeJournaledAsync(string stream, string name, string why)
    {
        var happened = await service.LastEventAsync(stream, name);
        happened.GetProperty("who").GetString().ShouldNotBeNullOrEmpty();
        happened.GetProperty("why").GetString().ShouldBe(why);
        return happened;
    }

    private static JsonElement StateOf(JsonElement accounts, string id) =>
        accounts.EnumerateArray().Single(account => account.GetProperty("id").GetString() == id);
}
