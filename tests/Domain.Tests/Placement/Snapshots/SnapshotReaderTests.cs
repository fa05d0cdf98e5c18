using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Snapshots;

namespace Rebalancer.Domain.Tests.Placement.Snapshots;

public sealed class SnapshotReaderTests
{
    private static readonly DateOnly Today = new(2026, 11, 21);

    private static PlacementProblem Read(string text) => SnapshotReader.Read(text, "s.json", Today);

    [Fact]
    public void Read_WhenOnlyTheNecessaryIsGiven_FillsInTheDefaults()
    {
        var problem = Read("""
            { "baseCurrency": "USD", "targets": { "BTC": 0.3 }, "prices": { "BTC": 50000 },
              "accounts": [ { "id": "a", "cash": { "USD": 100 }, "markets": [ { "asset": "BTC" } ] } ] }
            """);
        problem.AsOf.ShouldBe(Today);
        problem.DeviationWeight.ShouldBe(0.1m);
        problem.OrderPenalty.ShouldBe(0.5m);
        problem.GapBasisPoints.ShouldBe(0.01);
        problem.TimeLimitSeconds.ShouldBe(60);
        problem.Objective.ShouldBe(PlacementObjective.Tracking);
        problem.Taxes.ShouldBeNull();
        var account = problem.Accounts.ShouldHaveSingleItem();
        account.UseProceeds.ShouldBeTrue();
        account.Taxable.ShouldBeTrue();
        account.Frozen.ShouldBeFalse();
        account.Reserve.ShouldBe(0);
        var market = account.Markets.ShouldHaveSingleItem();
        market.ShouldBe(new PlacementMarket { Asset = "BTC", Quote = "USD", HalfSpread = 0.0001m, SaleLots = market.SaleLots });
    }

    [Fact]
    public void Read_WhenEveryFieldIsGiven_KeepsEachExactly()
    {
        var problem = Read(FullSnapshot);
        problem.AsOf.ShouldBe(new DateOnly(2026, 11, 20));
        problem.Targets.ShouldBe(new SortedDictionary<string, decimal> { ["BND"] = 0.2m, ["BTC"] = 0.3m, ["US"] = 0.4m, ["a"] = 0.1m });
        problem.Prices["EUR"].ShouldBe(1.1m);
        problem.Unmanaged.ShouldBe(["GME"]);
        problem.CashReserve.ShouldBe(50m);
        problem.Withdraw["x"].ShouldBe(1000m);
        problem.Taxes.ShouldBe(new TaxRules
        {
            ShortTermRate = 0.3m, LongTermRate = 0.15m, LongTermDays = 366, Method = TaxLotMethod.Specific, GainBudget = 500m, CreditLosses = true,
            HarvestLosses = true, WashSaleDays = 0,
        });
        problem.RecentTrades.ShouldBe([new RecentTrade("other", "VTI", TradeSide.Sell, new DateOnly(2026, 11, 10), -120m)]);
        problem.Replacements["US"].ShouldBe(["VTI", "ITOT"]);
        problem.Exposures["D"]["a"].ShouldBe(0.5m);
        problem.Groups[0].Accounts.ShouldBe(["x"]);
        problem.Location["BND"]["exchange"].ShouldBe(5m);
        problem.Objective.ShouldBe(PlacementObjective.FewestTrades);
        problem.Band.ShouldBe(0.03m);
        problem.OneDirectionPerAsset.ShouldBeTrue();
        var account = problem.Accounts[0];
        (account.Venue, account.Kind, account.Cap, account.Reserve).ShouldBe(("binance", "exchange", 90000m, 25m));
        account.Unsettled["EUR"].ShouldBe(7m);
        account.Caps["BTC"].ShouldBe(5000m);
        account.Lots["BTC"].ShouldBe([new TaxLot(0.2m, 30000m, new DateOnly(2025, 2, 1))]);
        var market = account.Markets[0];
        market.ShouldBe(new PlacementMarket
        {
            Asset = "BTC", Quote = "EUR", LotSize = 0.0001m, MinQuantity = 0.0002m, MaxQuantity = 3m, MinNotional = 10m, MaxNotional = 4000m,
            FeeRate = 0.001m, HalfSpread = 0.0002m, TicketFee = 1.5m, FeeIn = "USD", Allow = AllowedSides.Sell, Volume = 12m, MaxVolumeShare = 0.1m,
            SaleLots = market.SaleLots,
        });
        market.SaleLots.ShouldBe([0]);
    }

    [Fact]
    public void Read_WhenAWeightSumIsOffByRounding_AcceptsIt() =>
        Read("""
            { "baseCurrency": "USD", "targets": { "A": 0.33333333334, "B": 0.66666666667 }, "prices": { "A": 1, "B": 1 }, "accounts": [ { "id": "a" } ] }
            """).Targets.Count.ShouldBe(2);

    private const string FullSnapshot = """
        { // every field there is
          "asOf": "2026-11-20", "baseCurrency": "USD",
          "targets": { "BTC": 0.3, "US": "0.4", "BND": 2e-1, "a": 0.1 },
          "prices": { "BTC": 50000, "VTI": 500, "BND": 80, "EUR": 1.1, "D": 10 },
          "unmanaged": ["GME"], "cashReserve": 50, "withdraw": { "x": 1000 },
          "accounts": [ {
            "id": "x", "venue": "binance", "kind": "exchange", "cash": { "USD": -3 }, "reserve": 25, "holdings": { "BTC": 0.2, "GME": 4 },
            "useProceeds": false, "unsettled": { "EUR": 7 }, "taxable": false, "frozen": true, "cap": 90000, "caps": { "BTC": 5000 },
            "markets": [ { "asset": "BTC", "quote": "EUR", "lotSize": 0.0001, "minQuantity": 0.0002, "maxQuantity": 3, "minNotional": 10,
                           "maxNotional": 4000, "feeRate": 0.001, "halfSpread": 0.0002, "ticketFee": 1.5, "feeIn": "USD", "allow": "sell",
                           "volume": 12, "maxVolumeShare": 0.1, "saleLots": [0] } ],
            "lots": { "BTC": [ { "quantity": 0.2, "unitCost": 30000, "acquired": "2025-02-01" } ] } } ],
          "taxes": { "shortTermRate": 0.3, "longTermRate": 0.15, "longTermDays": 366, "method": "specific", "gainBudget": 500, "creditLosses": true,
                     "harvestLosses": true, "washSaleDays": 0 },
          "recentTrades": [ { "account": "other", "asset": "VTI", "side": "sell", "date": "2026-11-10", "gain": -120 } ],
          "replacements": { "US": ["VTI", "ITOT"] }, "exposures": { "D": { "a": 0.5, "b": 0.25, "c": 0.25 } },
          "groups": [ { "name": "crypto", "assets": ["BTC", "ETH"], "accounts": ["x"], "venues": ["binance"], "max": 0.4 } ],
          "location": { "BND": { "retirement": 0, "exchange": 5 } },
          "objective": "fewest-trades", "band": 0.03, "deviationWeight": 0.2, "orderPenalty": 0, "oneDirectionPerAsset": true,
          "timeLimitSeconds": 5, "gapBasisPoints": 0.5
        }
        """;
}
