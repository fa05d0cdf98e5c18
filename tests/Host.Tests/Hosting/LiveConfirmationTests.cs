using Rebalancer.Actors.Accounts;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Cli;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Tests.Cli;
using Rebalancer.Runtime.Journals;

namespace Rebalancer.Host.Tests.Hosting;

public sealed class LiveConfirmationTests : IDisposable
{
    private const string Settings = """
        { "portfolios": [ { "id": "main", "baseCurrency": "USD", "mode": "live", "targets": { "method": "fixed", "weights": { "BTC": 0.5 } }, "accounts": ["sim"] } ],
          "accounts": [ { "id": "sim", "venue": "simulated" } ] }
        """;

    private readonly Terminal _terminal = new();
    private readonly InMemoryJournal _journal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task Ask_OffATerminal_RefusesUnlessTheOptionNamesThePortfolio()
    {
        (await Should.ThrowAsync<CommandException>(() => AskAsync(isTerminal: false, typed: "main"))).Message.ShouldContain("add --confirm-live main");

        (await AskAsync(isTerminal: false, typed: "", "main")).ShouldBe(["main"]);
    }

    [Fact]
    public async Task Ask_OnATerminal_TakesThePortfoliosIdAndNothingElse()
    {
        (await AskAsync(isTerminal: true, typed: "main\n")).ShouldBe(["main"]);

        foreach (var typed in new[] { "", "\n", "yes\n", "Main\n" })
        {
            (await Should.ThrowAsync<CommandException>(() => AskAsync(isTerminal: true, typed))).ExitCode.ShouldBe(ExitCode.BadInput);
        }
    }

    [Fact]
    public async Task Ask_OfAPortfolioConfirmedBefore_DoesNotAsk()
    {
        await JournalAsync("roster.live-confirmed", """{"portfolioId":"main","who":"ann","why":"confirmed"}""");

        (await AskAsync(isTerminal: false, typed: "")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Ask_OfAPortfolioRemovedAtRuntime_DoesNotAsk()
    {
        await JournalAsync("roster.portfolio-removed", """{"portfolioId":"main","who":"ann","why":"reached"}""");

        (await AskAsync(isTerminal: false, typed: "")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_WithoutTheFlag_WhereALivePortfolioWasAddedAtRuntime_IsRefused()
    {
        var settings = """{ "id": "second", "baseCurrency": "USD", "mode": "live", "targets": { "method": "fixed", "weights": { "BTC": 0.5 } } }""";
        await JournalAsync(
            "roster.portfolio-added", System.Text.Json.JsonSerializer.Serialize(new { portfolioId = "second", accounts = Array.Empty<string>(), settings, who = "ann", why = "more" }));
        var paper = Load() with { Configuration = Load().Configuration with { Portfolios = [] } };

        (await Should.ThrowAsync<CommandException>(() => AskAsync(paper, new RunConsent(Live: false, DryRun: false), isTerminal: true, typed: "")))
            .Message.ShouldContain("portfolio \"second\", which was added at runtime, is in mode live");
        (await AskAsync(paper, new RunConsent(Live: false, DryRun: true), isTerminal: true, typed: "")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_OfALivePortfolioOffATerminal_StartsNothing()
    {
        _terminal.Write("rebalancer.json", Settings);

        (await _terminal.RunAsync("run", "--live")).ShouldBe(ExitCode.BadInput);

        _terminal.Error.ShouldContain("portfolio \"main\" is about to send real orders for the first time");
    }

    [Fact]
    public void Apply_OfSettingsThatTurnLiveLater_IsRefused()
    {
        var loaded = Load();

        new RunConsent(Live: true, DryRun: false) { Confirmed = ["main"] }.Apply(loaded).ShouldBe(loaded);
        Should.Throw<CommandException>(() => new RunConsent(Live: true, DryRun: false) { Confirmed = [] }.Apply(loaded)).Message.ShouldContain("has turned live");
    }

    private LoadedConfiguration Load()
    {
        var path = _terminal.Write("rebalancer.json", Settings);
        return ConfigurationFile.Load(path, path, new SortedDictionary<string, string>());
    }

    private Task JournalAsync(string name, string payload) => _journal.AppendAsync(
        new AppendRequest(RosterActor.Entity, 0, 1, "w", TimeProvider.System.GetUtcNow(), "c", "c", [new EventToAppend(name, 1, payload)], [], null, [], []),
        TestContext.Current.CancellationToken);

    private Task<IReadOnlyList<string>> AskAsync(bool isTerminal, string typed, params string[] confirmed)
    {
        var loaded = Load();
        loaded.Configuration.Portfolios.Single().Mode.ShouldBe(TradingMode.Live);
        return AskAsync(loaded, new RunConsent(Live: true, DryRun: false), isTerminal, typed, confirmed);
    }

    private Task<IReadOnlyList<string>> AskAsync(LoadedConfiguration loaded, RunConsent consent, bool isTerminal, string typed, params string[] confirmed)
    {
        var context = new CliContext(
            TextWriter.Null, TextWriter.Null, new StringReader(typed), isTerminal, isTerminal, new SortedDictionary<string, string>(), _terminal.Directory, TimeProvider.System);
        return LiveConfirmation.AskAsync(context, loaded, consent, _journal, confirmed, TestContext.Current.CancellationToken);
    }
}
