using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Venues.Simulated;

namespace Rebalancer.Venues.Tests.Simulated;

public sealed class SimulatedAccountOptionsTests
{
    [Fact]
    public void Read_OfTheContractsExample_FillsTheDefaults()
    {
        var errors = new InputErrors();

        var options = Read("""{ "kind": "exchange", "balances": { "USD": 10000 } }""", errors);

        errors.Any.ShouldBeFalse();
        options.Exchange.ShouldBe("simulated-exchange");
        options.Hours.ShouldBe(SessionHours.AlwaysOpen);
        options.Balances["USD"].ShouldBe(10_000);
        Read("""{ "kind": "broker" }""", errors).Hours.ShouldBe(SessionHours.Nyse);
    }

    [Theory]
    [InlineData("""{ "knd": "broker" }""", "options.knd: is not a known field; did you mean \"kind\"?")]
    [InlineData("""{ "kind": "bank" }""", "options.kind: \"bank\" is not known; use \"exchange\", \"broker\"")]
    [InlineData("""{ "balances": { "BTX": 1 } }""", "options.balances.BTX: is not traded at a simulated exchange; did you mean \"BTC\"?")]
    [InlineData("""{ "balances": { "BTC": -1 } }""", "options.balances.BTC: must not be negative, is -1")]
    [InlineData("""{ "kind": "broker", "feeAsset": "BNB" }""", "options.feeAsset: \"BNB\" cannot pay fees at this broker")]
    [InlineData("""{ "feeAsset": "VTI" }""", "options.feeAsset: \"VTI\" cannot pay fees at this exchange")]
    [InlineData("""{ "ticketFee": 1 }""", "options.ticketFee: must be from 0 to 100, and is for brokers only")]
    [InlineData("""{ "settlementDays": 9 }""", "options.settlementDays: must be from 0 to 5")]
    [InlineData("""{ "latencyMilliseconds": -1 }""", "options.latencyMilliseconds: must be from 0 to 60000")]
    [InlineData("""{ "hours": "noon" }""", "options.hours: \"noon\" is not known")]
    public void Read_OfSomethingWrong_SaysWhatWhereAndWhatToDo(string json, string message)
    {
        var errors = new InputErrors();

        Read(json, errors);

        errors.InFileOrder.Select(error => error.Describe("rebalancer.json")).ShouldContain(line => line.Contains(message));
    }

    [Fact]
    public void Demo_HasFourVenuesFiveAccountsAndTargetsThatItsMarketsTrade()
    {
        SimulatedDemo.Accounts.Select(account => account.Options.Exchange).Distinct().Count().ShouldBe(4);
        SimulatedDemo.Accounts.Count.ShouldBe(5);
        SimulatedDemo.Targets.Sum(target => target.Weight).ShouldBeLessThan(1);
        var traded = SimulatedDemo.Accounts
            .SelectMany(account => SimulatedCatalog.Create(account.Options).Markets)
            .Select(market => market.Market.Asset).ToList();
        SimulatedDemo.Targets.ShouldAllBe(target => traded.Contains(target.Asset));
    }

    [Fact]
    public void Check_OfAnUnknownVenue_NamesTheNearest()
    {
        using var http = new HttpClient();
        var factory = new VenueFactory([new SimulatedVenueProvider(http, () => new Uri("http://127.0.0.1:1"), TimeProvider.System)]);
        var errors = new InputErrors();

        factory.Check(new VenueAccount("a", "simulatd", null, new SortedDictionary<string, string>(), null, "accounts[0]", 4), errors);

        errors.InFileOrder.ShouldHaveSingleItem().Describe("f").ShouldBe(
            "f:4: accounts[0].venue: \"simulatd\" is not a known venue; did you mean \"simulated\"? Known are simulated");
    }

    private static SimulatedAccountOptions Read(string json, InputErrors errors) =>
        SimulatedAccountOptions.Read((LocatedObject)LocatedJsonParser.Parse(json, errors)!, "options", errors);
}
