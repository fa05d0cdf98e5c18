using Rebalancer.Domain.Placement;
using Rebalancer.Placement.Tests.Bounds;

namespace Rebalancer.Placement.Tests.Search;

/// <summary>
/// Random problems in which most rules are broken or nearly so, and cannot all be kept: caps down to nothing, deep overdrafts, tickets dearer than what a
/// sale brings, large minimums, missing markets, gain budgets near 0.
/// </summary>
internal static class TightProblems
{
    public static PlacementProblem Create(int seed)
    {
        var random = new Random(seed);
        var problem = CappedProblems.Of(RandomProblems.Create(seed, 1 + (seed % 3), 3 + (seed % 3)), seed, unsellable: random.Next(4) * 0.15);
        return problem with
        {
            OrderPenalty = random.Next(3),
            Taxes = random.Next(2) == 0 ? problem.Taxes : new TaxRules
            {
                ShortTermRate = 0.3m, LongTermRate = 0.15m, Method = (TaxLotMethod)random.Next(2), GainBudget = random.Next(2) == 0 ? random.Next(0, 300) : null,
                WashSaleDays = random.Next(2) * 30, CreditLosses = random.Next(2) == 0,
            },
            Groups = random.Next(2) == 0 ? problem.Groups : [new GroupCap("group", [problem.Prices.Keys.First(asset => asset != "EUR")], [], [], 0.05m + (random.Next(4) * 0.05m))],
            Accounts = [.. problem.Accounts.Select(account => Tightened(account, random))],
            TimeLimitSeconds = 0.1,
        };
    }

    /// <summary>The same beside a portfolio of six accounts and twenty assets, which makes it too large for the exact model.</summary>
    public static PlacementProblem CreateLarge(int seed)
    {
        var (tight, large) = (Create(seed), BreakingProblems.Create(6, 20));
        return tight with
        {
            Prices = new(large.Prices.Concat(tight.Prices).ToDictionary(), StringComparer.Ordinal),
            Targets = new(Shares(large, 0.8m).Concat(Shares(tight, 0.1m)).ToDictionary(), StringComparer.Ordinal),
            Accounts = [.. tight.Accounts, .. large.Accounts.Select(account => account with { Id = $"large-{account.Id}", Taxable = false })],
            CashReserve = 0,
            TimeLimitSeconds = 0.5,
        };
    }

    private static IEnumerable<KeyValuePair<string, decimal>> Shares(PlacementProblem problem, decimal share) =>
        problem.Targets.Select(target => KeyValuePair.Create(target.Key, target.Value * share));

    private static PlacementAccount Tightened(PlacementAccount account, Random random) => account with
    {
        UseProceeds = random.Next(3) > 0,
        Cash = random.Next(2) == 0 ? account.Cash : new(account.Cash.ToDictionary(cash => cash.Key, cash => cash.Value - random.Next(0, 6_000)), StringComparer.Ordinal),
        Reserve = random.Next(3) == 0 ? random.Next(0, 3_000) : account.Reserve,
        Caps = new(account.Caps.ToDictionary(cap => cap.Key, cap => random.Next(4) == 0 ? 0 : Math.Round(cap.Value * (decimal)random.NextDouble() * 2, 2)), StringComparer.Ordinal),
        Markets =
        [
            .. account.Markets.Where(_ => random.Next(3) > 0).Select(market => market with
            {
                TicketFee = random.Next(4) == 0 ? random.Next(0, 300) : market.TicketFee,
                MinNotional = random.Next(4) == 0 ? random.Next(0, 800) : market.MinNotional,
                LotSize = random.Next(4) == 0 ? 1 : market.LotSize,
            }),
        ],
    };
}
