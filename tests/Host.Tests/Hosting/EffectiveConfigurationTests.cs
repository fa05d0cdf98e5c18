using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Portfolios;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests.Hosting;

public sealed class EffectiveConfigurationTests : IDisposable
{
    private readonly Terminal _terminal = new();

    private static readonly RunConsent Paper = new(Live: false, DryRun: false);

    private LoadedConfiguration Load() => ConfigurationFile.Load(
        _terminal.Write("rebalancer.json", """
            {
              "portfolios": [ { "id": "main", "baseCurrency": "USD", "targets": { "method": "equal", "assets": ["BTC"] }, "accounts": ["a", "b"] } ],
              "accounts": [ { "id": "a", "venue": "simulated" }, { "id": "b", "venue": "simulated" } ]
            }
            """),
        "rebalancer.json", new Dictionary<string, string>());

    [Fact]
    public void Of_AccountsAddedAndRemovedAtRuntime_AreLaidOverTheFile()
    {
        var roster = Roster.Empty
            .Evolve(new RosterEvent.AccountAdded("c", "main", """{ "id": "c", "venue": "simulated", "reserve": "12.5" }""", "ann", "more"))
            .Evolve(new RosterEvent.AccountRemoved("a", "ann", "closed"));
        var effective = EffectiveConfiguration.Of(Load(), roster, Paper);
        effective.Accounts.Keys.ShouldBe(["b", "c"]);
        effective.Portfolio("main").Accounts.ShouldBe(["b", "c"]);
        effective.Accounts["c"].Reserve.ShouldBe(12.5m);
    }

    [Fact]
    public void Of_PortfoliosAddedAndRemovedAtRuntime_AreLaidOverTheFile()
    {
        var roster = Fold(
            new RosterEvent.PortfolioRemoved("main", "ann", "reached"),
            new RosterEvent.PortfolioAdded("second", ["b"], Text("second", "b"), "ann", "anew"),
            new RosterEvent.AccountAdded("c", "second", """{ "id": "c", "venue": "simulated" }""", "ann", "more"));

        var effective = EffectiveConfiguration.Of(Load(), roster, Paper);

        effective.Portfolios.ShouldHaveSingleItem().Id.ShouldBe("second");
        effective.Portfolio("second").Accounts.ShouldBe(["b", "c"]);
        effective.Accounts.Keys.ShouldBe(["a", "b", "c"]);
        effective.PortfolioOf("a").ShouldBeNull();
    }

    [Fact]
    public void Of_APortfolioThatTheFileAlsoNames_IsAsItWasAdded()
    {
        var effective = EffectiveConfiguration.Of(Load(), Fold(
            new RosterEvent.PortfolioRemoved("main", "ann", "reached"), new RosterEvent.PortfolioAdded("main", ["a"], Text("main", "a"), "ann", "smaller")), Paper);

        effective.Portfolios.ShouldHaveSingleItem().Accounts.ShouldBe(["a"]);
    }

    [Fact]
    public void Of_AnAccountThatTheFileClaimsLater_StaysWithThePortfolioItWasGivenTo()
    {
        var effective = EffectiveConfiguration.Of(Load(), Fold(new RosterEvent.PortfolioAdded("second", ["a"], Text("second", "a"), "ann", "anew")), Paper);

        effective.Portfolio("main").Accounts.ShouldBe(["b"]);
        effective.PortfolioOf("a")!.Id.ShouldBe("second");
    }

    [Theory]
    [InlineData(true, true, false, TradingMode.Live)]
    [InlineData(true, false, false, TradingMode.DryRun)]
    [InlineData(false, true, false, TradingMode.DryRun)]
    [InlineData(true, true, true, TradingMode.DryRun)]
    public void Of_ALivePortfolioAdded_SendsOrdersWithEveryConsentOnly(bool live, bool isConfirmed, bool dryRun, TradingMode expected)
    {
        var added = new RosterEvent.PortfolioAdded("second", [], Text("second").Replace("\"baseCurrency\"", "\"mode\": \"live\", \"baseCurrency\"", StringComparison.Ordinal), "ann", "anew");
        var roster = isConfirmed ? Fold(new RosterEvent.LiveConfirmed("second", "ann", "typed"), added) : Fold(added);

        EffectiveConfiguration.Of(Load(), roster, new RunConsent(live, dryRun)).Portfolio("second").Mode.ShouldBe(expected);
    }

    [Fact]
    public void ReadAccount_Wrong_NamesTheField() =>
        Should.Throw<InvalidInputException>(() => EffectiveConfiguration.ReadAccount("""{ "id": "c", "venu": "simulated" }""", _terminal.Directory))
            .Message.ShouldContain("did you mean \"venue\"?");

    private static Roster Fold(params RosterEvent[] events) => events.Aggregate(Roster.Empty, (roster, @event) => roster.Evolve(@event));

    private static string Text(string id, params string[] accounts) =>
        $$"""
          // a goal of its own
          { "id": "{{id}}", "baseCurrency": "USD", "targets": { "method": "equal", "assets": ["BTC"] }, "accounts": [{{string.Join(", ", accounts.Select(account => $"\"{account}\""))}}] }
          """;

    public void Dispose() => _terminal.Dispose();
}
