using Rebalancer.Domain.Placement;

namespace Rebalancer.Placement.Tests.Oracles;

/// <summary>
/// The least objective of a tracking problem in whole shares and one currency, found by trying everything, in decimal. Each account's
/// feasible trades are enumerated; of those that move the same shares only the cheapest can matter, and the accounts are then combined.
/// </summary>
internal static class ExhaustiveOracle
{
    public static decimal LeastObjective(PlacementProblem problem)
    {
        var names = problem.Prices.Keys.ToList();
        var moves = new Dictionary<string, (int[] Shares, decimal Cost)> { [Key(new int[names.Count])] = (new int[names.Count], 0) };
        foreach (var account in problem.Accounts)
        {
            moves = Combine(moves, OfAccount(problem, account, names));
        }

        var value = problem.Accounts.Sum(account => account.Cash.Values.Sum() + account.Holdings.Sum(holding => holding.Value * problem.Prices[holding.Key]));
        return moves.Values.Min(move => move.Cost + (problem.DeviationWeight * names.Select((name, index) => Deviation(problem, name, move.Shares[index], value)).Sum()));
    }

    private static decimal Deviation(PlacementProblem problem, string name, int shares, decimal value)
    {
        var held = problem.Accounts.Sum(account => account.Holdings.GetValueOrDefault(name)) + shares;
        return Math.Abs((held * problem.Prices[name]) - (problem.Targets.GetValueOrDefault(name) * value));
    }

    private static Dictionary<string, (int[] Shares, decimal Cost)> Combine(
        Dictionary<string, (int[] Shares, decimal Cost)> left, Dictionary<string, (int[] Shares, decimal Cost)> right)
    {
        var combined = new Dictionary<string, (int[] Shares, decimal Cost)>();
        foreach (var (first, firstCost) in left.Values)
        {
            foreach (var (second, secondCost) in right.Values)
            {
                Keep(combined, [.. first.Zip(second, (one, other) => one + other)], firstCost + secondCost);
            }
        }

        return combined;
    }

    private static Dictionary<string, (int[] Shares, decimal Cost)> OfAccount(PlacementProblem problem, PlacementAccount account, List<string> names)
    {
        var found = new Dictionary<string, (int[] Shares, decimal Cost)>();
        var shares = new int[names.Count];
        Try(0, account.Cash["USD"], account.Cash["USD"], 0);
        return found;

        // Cash can still rise by all that is not decided yet, so nothing is cut off before the last asset.
        void Try(int index, decimal cash, decimal present, decimal cost)
        {
            if (index == names.Count)
            {
                var spendable = account.UseProceeds ? cash : present;
                if (spendable >= account.Reserve && cash >= account.Reserve)
                {
                    Keep(found, [.. shares], cost);
                }

                return;
            }

            var name = names[index];
            shares[index] = 0;
            Try(index + 1, cash, present, cost);
            if (account.Markets.FirstOrDefault(candidate => candidate.Asset == name) is not { } market)
            {
                return;
            }

            var power = account.Cash["USD"] + account.Holdings.Sum(holding => holding.Value * problem.Prices[holding.Key]);
            for (var count = -(int)account.Holdings.GetValueOrDefault(name); count * problem.Prices[name] <= power; count++)
            {
                if (!Permitted(market, count, problem.Prices[name]))
                {
                    continue;
                }

                var value = Math.Abs(count) * problem.Prices[name];
                var charge = (value * (market.FeeRate + market.HalfSpread)) + market.TicketFee;
                shares[index] = count;
                var change = -charge - (Math.Sign(count) * value);
                // A sell's fee comes out of its proceeds, but its ticket has to be paid now.
                var paid = count > 0 ? -change : market.TicketFee;
                Try(index + 1, cash + change, present - paid, cost + charge + problem.OrderPenalty);
            }

            shares[index] = 0;
        }
    }

    private static bool Permitted(PlacementMarket market, int count, decimal price)
    {
        var size = Math.Abs(count);
        return count != 0 && size >= market.MinQuantity && size * price >= market.MinNotional
            && market.Allow.HasFlag(count > 0 ? AllowedSides.Buy : AllowedSides.Sell);
    }

    private static void Keep(Dictionary<string, (int[] Shares, decimal Cost)> moves, int[] shares, decimal cost)
    {
        var key = Key(shares);
        if (!moves.TryGetValue(key, out var known) || cost < known.Cost)
        {
            moves[key] = (shares, cost);
        }
    }

    private static string Key(int[] shares) => string.Join(',', shares);
}
