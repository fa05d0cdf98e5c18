namespace Rebalancer.Domain.Placement;

/// <summary>What placement needs of a problem beyond its shape; a rule it does not know is refused rather than ignored.</summary>
internal static class ProblemRules
{
    public static void Check(PlacementProblem problem)
    {
        Require(
            !problem.Targets.ContainsKey(problem.BaseCurrency), $"targets.{problem.BaseCurrency}",
            "the base currency takes no target; what the targets leave over is cash");
        Require(problem.Targets.Values.Sum() <= 1, "targets", "they add up to more than 1; lower them, the rest is cash");
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var account in problem.Accounts)
        {
            Require(ids.Add(account.Id), $"accounts.{account.Id}", "two accounts have this id; rename one");
            CheckAccount(account);
        }

        foreach (var account in problem.Withdraw.Keys)
        {
            Require(ids.Contains(account), $"withdraw.{account}", "there is no such account; name one of the accounts");
        }
    }

    private static void CheckAccount(PlacementAccount account)
    {
        foreach (var (asset, quantity) in account.Holdings)
        {
            Require(quantity >= 0, $"accounts.{account.Id}.holdings.{asset}", "it is below zero; short positions are not placed");
        }

        var markets = new SortedSet<(string, string)>();
        foreach (var market in account.Markets)
        {
            var field = $"accounts.{account.Id}.markets.{market.Asset}/{market.Quote}";
            Require(markets.Add((market.Asset, market.Quote)), field, "this market is listed twice; remove one");
            Require(market.CostRate() < 1, field, "fee and half-spread take everything; give rates below 1");
        }
    }

    private static decimal CostRate(this PlacementMarket market) => market.FeeRate + market.HalfSpread;

    private static void Require(bool holds, string field, string problem)
    {
        if (!holds)
        {
            throw new PlacementInputException(field, problem);
        }
    }
}
