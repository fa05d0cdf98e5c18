using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Examples;

/// <param name="With">The trades of the file as it stands.</param>
/// <param name="Lift">Takes the rule out of the problem.</param>
/// <param name="Without">The trades then.</param>
internal sealed record ExampleRule(string File, string With, Func<PlacementProblem, PlacementProblem> Lift, string Without);

/// <summary>The rule that each file of <c>examples/</c> shows.</summary>
internal static class ExampleRules
{
    public static readonly IReadOnlyList<ExampleRule> All =
    [
        new("two-brokers", "", Alone("broker-1"), "broker-1 +149 BND/USD; broker-1 -24 SPY/USD"),
        new("one-exchange", "broker-1 +40 SPY/USD; broker-2 +97 BND/USD; exchange +0.2 BTC/USD", EachMarket(market => market with { TicketFee = 0 }), "broker-1 +1 BND/USD; broker-1 +40 SPY/USD; broker-2 +98 BND/USD; exchange +0.2 BTC/USD"),
        new("currencies", "broker +10 DAX/EUR; broker +1000 EUR/USD", DropMarkets("EUR", "USD"), ""),
        new("cross-market", "exchange +0.8 ETH/BTC", DropMarkets("ETH", "BTC"), "exchange +0.79 ETH/USD; exchange -0.04 BTC/USD"),
        new("base-euro", "broker +10 SPY/USD; broker +5000 USD/EUR", problem => problem with { BaseCurrency = "USD", Prices = Amounts(("SPY", 500), ("EUR", 1 / 0.9m)) }, "broker +11 SPY/USD; broker +5500 USD/EUR"),
        new("base-bitcoin", "exchange +10 ETH/BTC", EachMarket(market => market with { LotSize = 3 }), "exchange +9 ETH/BTC"),
        new("unsettled", "broker +5 SPY/USD", Each(account => account with { Cash = Amounts(("USD", 1500)), Unsettled = [] }), "broker +15 SPY/USD"),
        new("settled-cash-only", "cash-account +10 BND/USD; cash-account -45 SPY/USD", Each(account => account with { UseProceeds = true }), "cash-account +100 BND/USD; cash-account -45 SPY/USD"),
        new("minimum-order", "exchange +0.05 ETH/USD", EachMarket(market => market with { MinNotional = 0 }), "exchange +0.03 ETH/USD"),
        new("order-sizes", "broker +10 A/USD; broker +2 D/USD; broker +3 C/USD; broker +7 B/USD",
            EachMarket(market => market with { LotSize = 1, MinQuantity = 0, MaxNotional = null, MaxQuantity = null }), "broker +7 A/USD; broker +7 B/USD; broker +7 C/USD; broker +7 D/USD"),
        new("tickets", "free +10 SPY/USD", EachMarket(market => market with { TicketFee = 0 }), "dear +10 SPY/USD"),
        new("fee-in-base", "exchange +0.11 BTC/USD", EachMarket(market => market with { FeeIn = null }), "exchange +0.109 BTC/USD"),
        new("fee-in-a-coin", "exchange +10 SOL/USD", EachMarket(market => market with { FeeIn = null }), "exchange +49 SOL/USD"),
        new("permissions", "broker +10 D/USD", problem => EachMarket(market => market with { Allow = AllowedSides.Both })(problem with { Unmanaged = [] }), "broker +15 A/USD; broker +15 D/USD; broker -10 B/USD; broker -10 C/USD"),
        new("caps", "small +3 SPY/USD; test +10 SPY/USD", Each(account => account with { Cap = null, Caps = [] }), "test +30 SPY/USD"),
        new("venue-cap", "broker +10 SPY/USD; c +0.02 BTC/USD", problem => problem with { Groups = [] }, "broker +10 SPY/USD; c +0.04 BTC/USD; k +0.02 BTC/USD"),
        new("group-cap", "everything +0.04 BTC/USD; everything +1 ETH/USD; everything +8 SPY/USD", problem => problem with { Groups = [] }, "everything +0.06 BTC/USD; everything +1.5 ETH/USD; everything +8 SPY/USD"),
        new("reserve-and-withdrawal", "broker +10 SPY/USD", problem => Each(account => account with { Reserve = 0 })(problem with { Withdraw = [] }), "broker +20 SPY/USD"),
        new("common-reserve", "one +5 SPY/USD", problem => problem with { CashReserve = 0 }, "one +10 SPY/USD"),
        new("negative-cash", "broker -2 SPY/USD", Each(account => account with { Cash = Amounts(("USD", 0)) }), ""),
        new("location", "brokerage +1 BND/USD; retirement +99 BND/USD", problem => problem with { Location = [] }, "brokerage +100 BND/USD"),
        new("funds-and-replacements", "broker-1 +3 VTI/USD; broker-2 +4 ITOT/USD", problem => problem with { Replacements = [], Exposures = [] }, ""),
        new("taxes", "retirement -50 VTI/USD", Each(account => account with { Taxable = true, Lots = account.Lots.Count > 0 ? account.Lots : OneLot("VTI", 50, 50) }), "taxable -50 VTI/USD"),
        new("tax-lots", "broker -5 VTI/USD", Taxes(taxes => taxes with { Method = TaxLotMethod.Fifo }), ""),
        new("named-lots", "broker -5 VTI/USD", EachMarket(market => market with { SaleLots = [0] }), ""),
        new("holding-periods", "old -5 VTI/USD", Taxes(taxes => taxes with { LongTermDays = 36000 }), "young -5 VTI/USD"),
        new("gain-budget", "broker -2 VTI/USD", Taxes(taxes => taxes with { GainBudget = null }), "broker -5 VTI/USD"),
        new("loss-harvesting", "broker +20 ITOT/USD; broker -10 VTI/USD", Taxes(taxes => taxes with { HarvestLosses = false }), ""),
        new("wash-sale", "broker +8 ITOT/USD", Taxes(taxes => taxes with { WashSaleDays = 0 }), "broker +4 VTI/USD"),
        new("wash-sale-buy", "broker -10 ITOT/USD", Taxes(taxes => taxes with { WashSaleDays = 0 }), "broker -5 VTI/USD"),
        new("frozen-account", "broker +20 SPY/USD", Each(account => account with { Frozen = false }), "broker +20 SPY/USD; exchange -0.05 BTC/USD"),
        new("volume-share", "broker +20 MICRO/USD", EachMarket(market => market with { MaxVolumeShare = null }), "broker +50 MICRO/USD"),
        new("closing-in-full", "broker -10 OLD/USD", EachMarket(market => market with { MinNotional = 0 }), "broker -0.2 DUST/USD; broker -9 OLD/USD"),
        new("one-direction", "", problem => problem with { OneDirectionPerAsset = false }, "brokerage -50 BND/USD; retirement +50 BND/USD"),
        new("contribution", "broker +100 B/USD; broker +200 A/USD", problem => problem with { Objective = PlacementObjective.Tracking }, "broker +300 B/USD; broker +400 A/USD; broker -400 C/USD"),
        new("withdrawal", "broker -40 B/USD; broker -80 A/USD", problem => problem with { Withdraw = [] }, "broker -20 A/USD"),
        new("fewest-trades", "broker -3 A/USD", problem => problem with { Objective = PlacementObjective.Tracking }, "broker -2 C/USD; broker -8 A/USD"),
        new("threshold", "broker +70 A/USD", problem => problem with { Threshold = null }, "broker +20 C/USD; broker +70 A/USD; broker -20 B/USD"),
        new("simple", "broker +1 A/USD; broker +7 B/USD", problem => problem with { Objective = PlacementObjective.Tracking }, "broker +2 A/USD; broker +6 B/USD"),
    ];

    public static string Folder
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(directory!.FullName, "Rebalancer.sln")))
            {
                directory = directory.Parent;
            }

            return Path.Combine(directory.FullName, "examples");
        }
    }

    private static SortedDictionary<string, decimal> Amounts(params (string Name, decimal Amount)[] amounts) =>
        new(amounts.ToDictionary(entry => entry.Name, entry => entry.Amount), StringComparer.Ordinal);

    private static SortedDictionary<string, IReadOnlyList<TaxLot>> OneLot(string asset, decimal quantity, decimal cost) =>
        new(StringComparer.Ordinal) { [asset] = [new TaxLot(quantity, cost, new DateOnly(2020, 1, 2))] };

    private static Func<PlacementProblem, PlacementProblem> Each(Func<PlacementAccount, PlacementAccount> change) =>
        problem => problem with { Accounts = [.. problem.Accounts.Select(change)] };

    private static Func<PlacementProblem, PlacementProblem> EachMarket(Func<PlacementMarket, PlacementMarket> change) =>
        Each(account => account with { Markets = [.. account.Markets.Select(change)] });

    private static Func<PlacementProblem, PlacementProblem> DropMarkets(string asset, string quote) =>
        Each(account => account with { Markets = [.. account.Markets.Where(market => market.Asset != asset || market.Quote != quote)] });

    private static Func<PlacementProblem, PlacementProblem> Alone(string id) =>
        problem => problem with { Accounts = [.. problem.Accounts.Where(account => account.Id == id)] };

    private static Func<PlacementProblem, PlacementProblem> Taxes(Func<TaxRules, TaxRules> change) => problem => problem with { Taxes = change(problem.Taxes!) };
}
