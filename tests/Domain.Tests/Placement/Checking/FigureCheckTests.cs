using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Checking;

namespace Rebalancer.Domain.Tests.Placement.Checking;

/// <summary>Printed figures that the trades do not give, and rules about taxes and money that need their own small problems.</summary>
public sealed class FigureCheckTests
{
    private static readonly PlacementProblem Taxed = new()
    {
        AsOf = new DateOnly(2026, 11, 21),
        BaseCurrency = "USD",
        Targets = new() { ["A"] = 0.5m },
        Prices = new() { ["A"] = 100 },
        DeviationWeight = 1,
        OrderPenalty = 0,
        Taxes = new TaxRules { ShortTermRate = 0.3m, LongTermRate = 0.1m },
        Accounts =
        [
            new PlacementAccount
            {
                Id = "x", Cash = new() { ["USD"] = 0 }, Holdings = new() { ["A"] = 10 },
                Markets = [new PlacementMarket { Asset = "A", Quote = "USD", HalfSpread = 0 }],
                Lots = new() { ["A"] = [new TaxLot(4, 50, new DateOnly(2026, 6, 1)), new TaxLot(4, 90, new DateOnly(2020, 1, 1)), new TaxLot(2, 120, new DateOnly(2026, 1, 1))] },
            },
        ],
    };

    private static readonly PlannedTrade SellFive = Bookkeeping.Trade(Taxed, "x", "A", TradeSide.Sell, 5);

    private static Plan PlanWithTax(PlacementProblem problem, decimal tax)
    {
        var plan = Bookkeeping.PlanOf(problem, SellFive);
        return plan with { Tax = tax, Objective = plan.Objective + tax };
    }

    [Theory]
    // HIFO: 2 at 120 (short, −40), 3 at 90 (long, +30). FIFO: 4 at 90 (long, +40), 1 at 120 (short, −20). Specific: 4 at 50 (short, +200), 1 at 90.
    [InlineData(TaxLotMethod.Hifo, false, 3)]
    [InlineData(TaxLotMethod.Hifo, true, -9)]
    [InlineData(TaxLotMethod.Fifo, false, 4)]
    [InlineData(TaxLotMethod.Specific, false, 61)]
    public void Check_RecomputesTaxLotByLot(TaxLotMethod method, bool credit, int tax)
    {
        var account = Taxed.Accounts[0];
        var problem = Taxed with
        {
            Taxes = Taxed.Taxes! with { Method = method, CreditLosses = credit },
            Accounts = [account with { Markets = [account.Markets[0] with { SaleLots = [0] }] }],
        };
        PlanChecker.Check(problem, PlanWithTax(problem, tax)).ShouldBeEmpty();
        PlanChecker.Check(problem, PlanWithTax(problem, tax) with { Tax = tax + 1 }).ShouldHaveSingleItem().ShouldStartWith("tax");
    }

    [Fact]
    public void Check_WhenAccountIsNotTaxable_ExpectsNoTax()
    {
        var problem = Taxed with { Accounts = [Taxed.Accounts[0] with { Taxable = false }] };
        PlanChecker.Check(problem, PlanWithTax(problem, 0)).ShouldBeEmpty();
    }

    [Fact]
    public void Check_WhenGainBudgetIsExceeded_NamesIt()
    {
        var problem = Taxed with { Taxes = Taxed.Taxes! with { Method = TaxLotMethod.Fifo, GainBudget = 19 } };
        PlanChecker.Check(problem, PlanWithTax(problem, 4)).ShouldHaveSingleItem().ShouldStartWith("gain budget");
    }

    [Fact]
    public void Check_WhenALossIsRealisedWithinTheWindowOfAPurchase_NamesTheWashSale()
    {
        var bought = new RecentTrade("elsewhere", "A", TradeSide.Buy, new DateOnly(2026, 10, 22), null);
        var problem = Taxed with { RecentTrades = [bought] };
        PlanChecker.Check(problem, PlanWithTax(problem, 3)).ShouldHaveSingleItem().ShouldStartWith("wash sale");
        problem = Taxed with { RecentTrades = [bought with { Date = new DateOnly(2026, 10, 21) }] };
        PlanChecker.Check(problem, PlanWithTax(problem, 3)).ShouldBeEmpty();
    }

    [Fact]
    public void Check_WhenABuyFollowsASaleAtALoss_NamesTheWashSale()
    {
        var problem = Taxed with
        {
            Targets = new() { ["A"] = 1 },
            RecentTrades = [new RecentTrade("elsewhere", "A", TradeSide.Sell, new DateOnly(2026, 11, 10), -120)],
            Accounts = [Taxed.Accounts[0] with { Cash = new() { ["USD"] = 500 } }],
        };
        var plan = Bookkeeping.PlanOf(problem, Bookkeeping.Trade(problem, "x", "A", TradeSide.Buy, 1));
        PlanChecker.Check(problem, plan).ShouldHaveSingleItem().ShouldStartWith("wash sale");
    }

    [Fact]
    public void Check_WhenAFigureIsNotWhatTheTradesGive_NamesItAlone()
    {
        var plan = PlanWithTax(Taxed, 3);
        var wrong = new (string Rule, Plan Plan)[]
        {
            ("total value", plan with { TotalValue = plan.TotalValue + 1 }),
            ("deviation before", plan with { DeviationBefore = 1 }),
            ("deviation after", plan with { DeviationAfter = 1 }),
            ("cost", plan with { Cost = 1 }),
            ("objective value", plan with { Objective = 1 }),
            ("weights", plan with { Assets = [plan.Assets[0] with { After = 0.6 }] }),
            ("weights", plan with { Assets = [] }),
            ("accounts", plan with { Accounts = [plan.Accounts[0] with { CashAfter = 1 }] }),
            ("accounts", plan with { Accounts = [plan.Accounts[0] with { HoldingsAfter = new() { ["A"] = 6 } }] }),
            ("accounts", plan with { Accounts = [] }),
            ("price", plan with { Trades = [SellFive with { Price = 99 }] }),
            ("notional", plan with { Trades = [SellFive with { Notional = 99 }] }),
            ("fee", plan with { Trades = [SellFive with { Fee = 99 }] }),
        };
        foreach (var (rule, planted) in wrong)
        {
            PlanChecker.Check(Taxed, planted).ShouldHaveSingleItem().ShouldStartWith(rule);
        }
    }

    [Fact]
    public void Check_WhenMoneyIsConverted_BooksBothCurrenciesAndRefusesTheMissingOne()
    {
        var problem = new PlacementProblem
        {
            AsOf = Taxed.AsOf, BaseCurrency = "USD", Targets = new() { ["A"] = 1 }, Prices = new() { ["A"] = 110, ["EUR"] = 1.1m }, OrderPenalty = 0,
            Accounts =
            [
                new PlacementAccount
                {
                    Id = "x", Cash = new() { ["USD"] = 220 },
                    Markets =
                    [
                        new PlacementMarket { Asset = "A", Quote = "EUR", HalfSpread = 0, LotSize = 1 },
                        new PlacementMarket { Asset = "EUR", Quote = "USD", HalfSpread = 0 },
                    ],
                },
            ],
        };
        var convert = new PlannedTrade("x", "EUR", "USD", TradeSide.Buy, 200, 1.1m, 220, 0, "");
        var buy = new PlannedTrade("x", "A", "EUR", TradeSide.Buy, 2, 100, 200, 0, "");
        var plan = new Plan
        {
            Status = PlanStatus.Optimal, Trades = [convert, buy], TotalValue = 220, DeviationBefore = 220, DeviationAfter = 0, Cost = 0, Tax = 0,
            Objective = 0, Assets = [new AssetWeights("A", 0, 1, 1)], Accounts = [new AccountAfter("x", 220, 0, new() { ["A"] = 2 })],
        };
        PlanChecker.Check(problem, plan).ShouldBeEmpty();
        PlanChecker.Check(problem, plan with { Trades = [buy] }).ShouldContain("cash: x would have -200 EUR");
    }

    [Fact]
    public void Check_WhenFundsAndReplacementsAreTargeted_CountsThemForWhatTheyStandFor()
    {
        var problem = new PlacementProblem
        {
            AsOf = Taxed.AsOf, BaseCurrency = "USD", Targets = new() { ["US"] = 0.5m, ["a"] = 0.25m }, Prices = new() { ["D"] = 10, ["ITOT"] = 100, ["VTI"] = 200 },
            Replacements = new() { ["US"] = ["VTI", "ITOT"] }, Exposures = new() { ["D"] = new() { ["a"] = 0.5m, ["b"] = 0.5m } },
            Accounts = [new PlacementAccount { Id = "x", Holdings = new() { ["D"] = 50, ["ITOT"] = 1, ["VTI"] = 2 } }],
        };
        var plan = new Plan
        {
            Status = PlanStatus.Optimal, Trades = [], TotalValue = 1000, DeviationBefore = 250, DeviationAfter = 250, Cost = 0, Tax = 0, Objective = 25,
            Assets = [new AssetWeights("US", 0.5, 0.5, 0.5), new AssetWeights("a", 0.25, 0.25, 0.25), new AssetWeights("b", 0.25, 0, 0.25)],
            Accounts = [new AccountAfter("x", 0, 0, new() { ["D"] = 50, ["ITOT"] = 1, ["VTI"] = 2 })],
        };
        PlanChecker.Check(problem, plan).ShouldBeEmpty();
    }
}
