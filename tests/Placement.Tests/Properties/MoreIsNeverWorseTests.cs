using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Placement.Tests.Oracles;

namespace Rebalancer.Placement.Tests.Properties;

/// <summary>
/// Properties of every plan, over the mix of all rules: amounts that are exact, and that having more to choose from never makes a plan worse by
/// more than the gap.
/// </summary>
public sealed class MoreIsNeverWorseTests(SolverFixture fixture)
{
    private const int Problems = 60;

    [Fact]
    public void Plan_UnderAnyMixOfRules_SpendsNoMoreThanThereIsInWholeLotsAboveTheMinimum()
    {
        foreach (var (seed, problem) in Mixes(100_000))
        {
            var plan = Planner.Plan(problem, fixture.Solver).Plan;
            foreach (var trade in plan.Trades)
            {
                var account = problem.Accounts.Single(each => each.Id == trade.Account);
                var market = account.Markets.Single(each => each.Asset == trade.Asset && each.Quote == trade.Quote);
                (trade.Quantity % market.LotSize).ShouldBe(0, $"seed {seed}: {trade}");
                (trade.Quantity >= market.MinQuantity && trade.Notional >= market.MinNotional).ShouldBeTrue($"seed {seed}: {trade}");
                var isMoney = account.Cash.ContainsKey(trade.Asset) || problem.Accounts.Any(each => each.Markets.Any(other => other.Quote == trade.Asset));
                (trade.Side == TradeSide.Buy || isMoney || trade.Quantity <= account.Holdings.GetValueOrDefault(trade.Asset)).ShouldBeTrue($"seed {seed}: {trade}");
            }

            foreach (var after in plan.Accounts.Where(after => after.CashBefore >= 0))
            {
                after.CashAfter.ShouldBeGreaterThanOrEqualTo(0, $"seed {seed}: {after.Id}");
            }
        }
    }

    [Fact]
    public void Plan_WithAMarketMore_IsNeverWorse()
    {
        foreach (var (seed, problem) in Mixes(200_000))
        {
            var closed = problem with
            {
                Accounts = [.. problem.Accounts.Select((account, index) => index > 0 ? account : account with
                {
                    Markets = [.. account.Markets.Select((market, at) => at > 0 ? market : market with { Allow = AllowedSides.None })],
                })],
            };

            Best(problem).ShouldBeLessThanOrEqualTo(Best(closed) + GapOf(problem), $"seed {seed}");
        }
    }

    [Fact]
    public void Plan_WithMoreCashAndTheSameTargetAmounts_IsNeverWorse()
    {
        foreach (var (seed, problem) in Mixes(300_000))
        {
            // The new money is to stay cash: every target amount and every cap of a group is what it was, and only the choice is larger.
            var more = problem.Accounts.Sum(account => account.Cash.Values.Sum(Math.Abs)) + 100 / (problem.BaseCurrency == "BTC" ? 50_000 : 1);
            var value = new Ledger(problem).Value;
            var richer = problem with
            {
                Targets = new(problem.Targets.ToDictionary(target => target.Key, target => target.Value * value / (value + more)), StringComparer.Ordinal),
                Groups = [.. problem.Groups.Select(group => group with { Max = group.Max * value / (value + more) })],
                Threshold = problem.Threshold * value / (value + more),
                Accounts = [.. problem.Accounts.Select((account, index) => index > 0 ? account : account with { Cash = Plus(account.Cash, problem.BaseCurrency, more) })],
            };

            Best(richer).ShouldBeLessThanOrEqualTo(Best(problem) + GapOf(richer) + 1e-12m, $"seed {seed}");
        }
    }

    private static SortedDictionary<string, decimal> Plus(SortedDictionary<string, decimal> cash, string currency, decimal amount) =>
        new(cash, StringComparer.Ordinal) { [currency] = cash.GetValueOrDefault(currency) + amount };

    /// <summary>Problems in which nothing is short and the plain objective is minimised, so that plans can be compared by it.</summary>
    private static IEnumerable<(int Seed, PlacementProblem Problem)> Mixes(int seed)
    {
        for (var found = 0; found < Problems; seed++)
        {
            var problem = RuleMix.Create(seed).Problem;
            var ledger = new Ledger(problem);
            var oracle = problem.Objective == PlacementObjective.Tracking && problem.Location.Count == 0 && ledger.Value > 0 ? new ExhaustiveOracle(problem).Best(out _) : null;
            if (oracle is { CashShortfall: 0, CapExcess: 0 } && !problem.Accounts.Any(ledger.IsShort) && IsWithinCaps(problem, ledger))
            {
                found++;
                yield return (seed, problem);
            }
        }
    }

    private static bool IsWithinCaps(PlacementProblem problem, Ledger ledger) => problem.Groups.Count == 0 && problem.Accounts.All(account =>
        account.Caps.All(cap => ledger.Before(account, cap.Key) * problem.Prices.GetValueOrDefault(cap.Key) <= cap.Value)
        && (account.Cap is not { } whole || ledger.Names(account).Where(name => ledger.IsManaged(name) && !ledger.IsCash(name)).Sum(name => ledger.Before(account, name) * ledger.Price(name)) <= whole));

    private decimal Best(PlacementProblem problem) => Planner.Plan(problem, fixture.Solver).Plan.Objective;

    /// <summary>What the first stage and the second may each give up.</summary>
    private static decimal GapOf(PlacementProblem problem) => 2.2m * (decimal)problem.GapBasisPoints * 0.0001m * new Ledger(problem).Value;
}
