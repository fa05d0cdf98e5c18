using Rebalancer.Domain.Accounts;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Host.Configuration;
using Rebalancer.Host.Hosting;
using Rebalancer.Host.Tests.Cli;

namespace Rebalancer.Host.Tests.Hosting;

public sealed class EffectiveConfigurationTests : IDisposable
{
    private readonly Terminal _terminal = new();

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
        var effective = EffectiveConfiguration.Of(Load(), roster);
        effective.Accounts.Keys.ShouldBe(["b", "c"]);
        effective.Portfolio("main").Accounts.ShouldBe(["b", "c"]);
        effective.Accounts["c"].Reserve.ShouldBe(12.5m);
    }

    [Fact]
    public void ReadAccount_Wrong_NamesTheField() =>
        Should.Throw<InvalidInputException>(() => EffectiveConfiguration.ReadAccount("""{ "id": "c", "venu": "simulated" }""", _terminal.Directory))
            .Message.ShouldContain("did you mean \"venue\"?");

    public void Dispose() => _terminal.Dispose();
}
