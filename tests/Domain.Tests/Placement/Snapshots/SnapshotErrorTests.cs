using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Placement.Snapshots;

namespace Rebalancer.Domain.Tests.Placement.Snapshots;

/// <summary>A table of what people get wrong: one change to a good snapshot, and the whole text of the error.</summary>
public sealed class SnapshotErrorTests
{
    private const string Good = """
        {
          "baseCurrency": "USD",
          "targets": { "BTC": 0.5, "SPY": 0.5 },
          "prices": { "BTC": 50000, "SPY": 500 },
          "withdraw": { "kraken": 0 },
          "accounts": [ {
            "id": "kraken",
            "cash": { "USD": 100 }, "holdings": { "BTC": 2 },
            "caps": { "BTC": 5000 },
            "markets": [ { "asset": "BTC", "quote": "USD", "lotSize": 1, "minNotional": 1, "maxNotional": 9, "feeRate": 0.1 } ],
            "lots": { "BTC": [ { "quantity": 2, "unitCost": 1, "acquired": "2025-01-01" } ] }
          } ],
          "taxes": { "method": "hifo", "washSaleDays": 30 }
        }
        """;

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "\"feeRate\"", "\"feeRat\"", "10: accounts[0].markets[0].feeRat: is not a known field; did you mean \"feeRate\"? Otherwise remove it" },
        { "\"taxes\"", "\"tax\"", "13: tax: is not a known field; did you mean \"taxes\"? Otherwise remove it" },
        { "\"SPY\": 0.5", "\"SPX\": 0.5", "3: targets.SPX: \"SPX\" has no price; add it to \"prices\", or did you mean \"SPY\"?" },
        { "\"BTC\": 50000, ", "", "3: targets.BTC: \"BTC\" has no price; add it to \"prices\"" },
        { "\"BTC\": 50000, ", "", "8: accounts[0].holdings.BTC: \"BTC\" has no price; add it to \"prices\"" },
        { "\"BTC\": 50000, ", "", "10: accounts[0].markets[0].asset: \"BTC\" has no price; add it to \"prices\"" },
        { "\"BTC\": 2 }", "\"BTC\": -2 }", "8: accounts[0].holdings.BTC: must not be negative, is -2; write 0 or more" },
        { "\"BTC\": 2 }", "\"USD\": 2 }", "8: accounts[0].holdings.USD: is the base currency; write it under \"cash\"" },
        { "\"BTC\": 2 }", "\"BTC\": 1e12 }", "8: accounts[0].holdings.BTC: is worth more than 1000000000000000; check quantity and price" },
        { "\"BTC\": 2 }", "\"BTC\": null }", "8: accounts[0].holdings.BTC: has no number; write one, or remove the entry" },
        { "\"BTC\": 0.5", "\"BTC\": 0.6", "3: targets: add up to 1.1; the weights may add up to 1 at most; what is left is the cash target" },
        { "\"BTC\": 0.5", "\"BTC\": 1.5", "3: targets.BTC: must be from 0 to 1, is 1.5; write a share, as 0.25 for 25 %" },
        { "\"BTC\": 0.5", "\"BTC\": -0.5", "3: targets.BTC: must be from 0 to 1, is -0.5; write a share, as 0.25 for 25 %" },
        { "\"BTC\": 0.5", "\"USD\": 0.5", "3: targets.USD: is the base currency; leave it out: what the targets leave of 1 is the cash target" },
        { "\"targets\": { \"BTC\": 0.5, \"SPY\": 0.5 },", "", "1: targets: is missing; add { \"ASSET\": weight, … }; without it everything would be sold" },
        { "\"baseCurrency\": \"USD\"", "\"baseCurrency\": \"\"", "2: baseCurrency: must be a text that is not empty, is the text \"\"; write it in quotes" },
        { "\"SPY\": 500", "\"SPY\": 0", "4: prices.SPY: must be above 0, is 0; write a number above 0" },
        { "\"SPY\": 500", "\"SPY\": \"five\"", "4: prices.SPY: must be a number of at most 28 digits, is the text \"five\"; write a number or a decimal text, as 0.25 or \"0.25\"" },
        { "\"SPY\": 500", "\"SPY\": 500, \"USD\": 2", "4: prices.USD: the base currency's price must be 1, is 2; remove it" },
        { "\"kraken\": 0", "\"krakn\": 0", "5: withdraw.krakn: is not the id of an account; did you mean \"kraken\"?" },
        { "\"id\": \"kraken\",", "", "6: accounts[0].id: is missing; add it" },
        { "\"quantity\": 2", "\"quantity\": 1", "11: accounts[0].lots.BTC: the lots add up to 1, the holding is 2; correct one of the two" },
        { "2025-01-01", "2027-01-01", "11: accounts[0].lots.BTC[0].acquired: is after asOf (2026-11-21); correct one of the two days" },
        { "2025-01-01", "2025-13-01", "11: accounts[0].lots.BTC[0].acquired: must be a date, is the text \"2025-13-01\"; write it as \"2026-11-21\"" },
        { "\"unitCost\": 1,", "", "11: accounts[0].lots.BTC[0].unitCost: is missing; add what one unit cost, in base currency" },
        { "\"lotSize\": 1", "\"lotSize\": -1", "10: accounts[0].markets[0].lotSize: must not be negative, is -1; write 0 or more" },
        { "\"maxNotional\": 9", "\"maxNotional\": 0.5", "10: accounts[0].markets[0].maxNotional: is below minNotional; correct one of the two" },
        { "\"feeRate\": 0.1", "\"feeRate\": 0.1, \"allow\": \"hold\"", "10: accounts[0].markets[0].allow: \"hold\" is not known; use \"both\", \"buy\", \"sell\", \"none\"" },
        { "\"feeRate\": 0.1", "\"maxVolumeShare\": 0.1", "10: accounts[0].markets[0].maxVolumeShare: needs the volume it is a share of; add \"volume\", in units of the asset" },
        { "\"feeRate\": 0.1", "\"saleLots\": [1]", "10: accounts[0].markets[0].saleLots: 1 is not the index of another lot; write indices from 0 to 0, each once" },
        { "\"quote\": \"USD\"", "\"quote\": \"BTC\"", "10: accounts[0].markets[0].quote: is the asset itself, BTC; name the currency that pays for it" },
        { "\"quote\": \"USD\"", "\"quote\": \"CHF\"", "10: accounts[0].markets[0].quote: \"CHF\" has no price; add it to \"prices\"" },
        { "\"washSaleDays\": 30", "\"washSaleDays\": 1.5", "13: taxes.washSaleDays: must be a whole number, is 1.5; write it without a fraction" },
        { "\"lots\": { \"BTC\": [ { \"quantity\": 2, \"unitCost\": 1, \"acquired\": \"2025-01-01\" } ] }", "\"lots\": {}", "11: accounts[0].lots: has no lots of BTC, so the tax on selling any of its 2 is unknown; add them, or set \"taxable\": false, or leave \"taxes\" out" },
        { "\"taxes\"", "\"exposures\": { \"F\": { \"G\": 1 }, \"G\": { \"F\": 1 } },\n  \"taxes\"", "13: exposures.F: is a part of itself, directly or through other funds; remove the circle" },
        { "hifo", "lifo", "13: taxes.method: \"lifo\" is not known; use \"hifo\", \"fifo\", \"specific\"" },
        { "} ],\n  \"taxes\"", "}, { \"id\": \"kraken\" } ],\n  \"taxes\"", "12: accounts[1].id: \"kraken\" is the id of an earlier account; give every account its own id" },
    };

    [Fact]
    public void Read_WhenTheSnapshotIsGood_HasNothingToSay() => Describe(Good).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Read_WhenSomethingIsWrong_SaysWhereWhatAndWhatToDo(string right, string wrong, string error)
    {
        Good.ShouldContain(right);
        Describe(Good.Replace(right, wrong)).ShouldContain($"s.json:{error}");
    }

    [Fact]
    public void Read_WhenSeveralThingsAreWrong_SaysAllOfThem() =>
        Describe(Good.Replace("0.5", "0.7").Replace("\"lotSize\": 1", "\"lotsize\": 1").Replace("hifo", "lifo")).Count.ShouldBe(3);

    private static IReadOnlyList<string> Describe(string text)
    {
        try
        {
            SnapshotReader.Read(text, "s.json", new DateOnly(2026, 11, 21));
            return [];
        }
        catch (InvalidInputException invalid)
        {
            return invalid.Message.Split('\n');
        }
    }
}
