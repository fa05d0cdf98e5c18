using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Explanation;

/// <summary>A pair that is left alone names its rule. Without that rule, and nothing else changed, the best plan must be a better one.</summary>
public sealed class SkippedTruthTests(SolverFixture fixture)
{
    private const int Seeds = 60;

    // Another unit of deviation is worth less than this to the plans compared: both are within their gaps of the best.
    private const decimal Gaps = 3;

    [Fact]
    public void Skipped_WithOneRule_WithoutItThePlanIsBetter()
    {
        var tried = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var problem = Simple(RandomProblems.Create(1000 + seed, accounts: 2 + (seed % 2), assets: 3)) with { OrderPenalty = seed % 3 == 0 ? 30 : 0.5m };
            var plan = Planner.Plan(problem, fixture.Solver).Plan;
            foreach (var skipped in plan.Skipped)
            {
                if (Lifted.Without(problem, plan, skipped) is not var (rule, freed))
                {
                    continue;
                }

                var better = Planner.Plan(freed, fixture.Solver).Plan;
                var gap = Gaps * (decimal)problem.GapBasisPoints / 10_000 * plan.TotalValue;
                better.Objective.ShouldBeLessThanOrEqualTo(plan.Objective + gap, $"seed {seed}: {skipped}");
                (better.Objective < plan.Objective || Trades(better, skipped)).ShouldBeTrue($"seed {seed}: {skipped}: {plan.Objective} → {better.Objective}");
                tried[rule] = tried.GetValueOrDefault(rule) + 1;
            }
        }

        string.Join(", ", tried.Keys).ShouldBe("cash, cost, frozen, lot, market, minimum, side", $"tried: {string.Join(", ", tried)}");
    }

    private static bool Trades(Plan plan, SkippedPair pair) => plan.Trades.Any(trade => trade.Account == pair.Account && trade.Asset == pair.Asset);

    /// <summary>Only tracking without a gain budget: the rules that are lifted here stand alone.</summary>
    private static PlacementProblem Simple(PlacementProblem problem) => problem with
    {
        Taxes = null,
        OneDirectionPerAsset = false,
        CashReserve = 0,
        Groups = [],
        Accounts = [.. problem.Accounts.Select(account => account with
        {
            Caps = [],
            UseProceeds = true,
            Markets = [.. account.Markets.Select((market, index) => market with { MinNotional = market.MinNotional * (index % 2 == 0 ? 40 : 1) })],
            Cash = new SortedDictionary<string, decimal>(account.Cash.ToDictionary(cash => cash.Key, cash => Math.Max(0, cash.Value)), StringComparer.Ordinal),
        })],
    };
}

/// <summary>The same problem without the one rule that a skipped pair names, targets in money unchanged.</summary>
internal static class Lifted
{
    private const decimal Plenty = 20_000;

    public static (string Rule, PlacementProblem Problem)? Without(PlacementProblem problem, Plan plan, SkippedPair pair) => pair.Reason switch
    {
        _ when IsDust(problem, pair) => null,
        _ when pair.Reason.Contains(", and ", StringComparison.Ordinal) => null,
        "the account is frozen" => ("frozen", OfAccount(problem, pair, account => account with { Frozen = false })),
        "not traded in this account" => ("market", OfAccount(problem, pair, account => account with { Markets = [.. account.Markets, Cheapest(problem, pair, account)] })),
        "may not be bought here" or "may not be sold here" => ("side", OfMarkets(problem, pair, market => market with { Allow = AllowedSides.Both })),
        "its cost is more than it is worth" => ("cost", OfMarkets(problem, pair, market => market with { FeeRate = 0, HalfSpread = 0, TicketFee = 0 }) with { OrderPenalty = 0 }),
        var reason when reason.StartsWith("below minimum", StringComparison.Ordinal) => ("minimum", OfMarkets(problem, pair, market => market with { MinNotional = 0, MinQuantity = 0 })),
        var reason when reason.StartsWith("less than one lot", StringComparison.Ordinal) => ("lot", OfMarkets(problem, pair, market => market with { LotSize = 0 })),
        var reason when reason.Contains("cash in this account", StringComparison.Ordinal) => ("cash", Richer(problem, pair, plan.TotalValue)),
        _ => null,
    };

    /// <summary>A holding below the smallest order is listed for its minimum, whether it is worth selling or not.</summary>
    private static bool IsDust(PlacementProblem problem, SkippedPair pair)
    {
        var account = problem.Accounts.Single(account => account.Id == pair.Account);
        return account.Holdings.GetValueOrDefault(pair.Asset) is > 0 and var held
            && account.Markets.Where(market => market.Asset == pair.Asset).All(market => held * problem.Prices[pair.Asset] < market.MinNotional * (market.Quote == "USD" ? 1 : problem.Prices[market.Quote]));
    }

    private static PlacementProblem OfAccount(PlacementProblem problem, SkippedPair pair, Func<PlacementAccount, PlacementAccount> change) =>
        problem with { Accounts = [.. problem.Accounts.Select(account => account.Id == pair.Account ? change(account) : account)] };

    private static PlacementProblem OfMarkets(PlacementProblem problem, SkippedPair pair, Func<PlacementMarket, PlacementMarket> change) =>
        OfAccount(problem, pair, account => account with { Markets = [.. account.Markets.Select(market => market.Asset == pair.Asset ? change(market) : market)] });

    /// <summary>On the terms of the cheapest account that trades it, paid in what this account has.</summary>
    private static PlacementMarket Cheapest(PlacementProblem problem, SkippedPair pair, PlacementAccount account)
    {
        var currency = account.Cash.MaxBy(cash => cash.Value * (cash.Key == "USD" ? 1 : problem.Prices[cash.Key])).Key;
        var market = problem.Accounts.SelectMany(other => other.Markets).Where(market => market.Asset == pair.Asset)
            .OrderBy(market => market.FeeRate + market.HalfSpread).ThenBy(market => market.TicketFee).FirstOrDefault()
            ?? new PlacementMarket { Asset = pair.Asset, Quote = currency, HalfSpread = 0 };
        return market with { Quote = currency, Allow = AllowedSides.Both };
    }

    /// <summary>More cash makes the portfolio worth more; the weights shrink so that the targets stay the same amounts.</summary>
    private static PlacementProblem Richer(PlacementProblem problem, SkippedPair pair, decimal value)
    {
        var currencies = problem.Accounts.Single(account => account.Id == pair.Account).Markets.Where(market => market.Asset == pair.Asset).Select(market => market.Quote).Distinct().ToList();
        var added = currencies.Sum(currency => Plenty * (currency == "USD" ? 1 : problem.Prices[currency]));
        return OfAccount(problem, pair, account => account with { Cash = Add(account.Cash, currencies) }) with
        {
            Targets = new(problem.Targets.ToDictionary(target => target.Key, target => target.Value * value / (value + added)), StringComparer.Ordinal),
        };
    }

    private static SortedDictionary<string, decimal> Add(SortedDictionary<string, decimal> cash, List<string> currencies)
    {
        var more = new SortedDictionary<string, decimal>(cash, StringComparer.Ordinal);
        foreach (var currency in currencies)
        {
            more[currency] = more.GetValueOrDefault(currency) + Plenty;
        }

        return more;
    }
}
