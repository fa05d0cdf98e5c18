using Rebalancer.Domain.Placement.Facts;

namespace Rebalancer.Domain.Placement.Explanation;

/// <param name="Set">The rules that must be lifted together; none where the trade would pay as things are.</param>
/// <param name="Trial">The trade that would be made without them.</param>
internal readonly record struct Hindrance(Obstacle Set, Trial Trial);

/// <summary>
/// Finds which rule keeps a trade from being made: one that, lifted alone, makes the trade worth it, or else a set of which every member is
/// needed. What is named is therefore true: without it the plan would be better.
/// </summary>
internal sealed class Obstacles(PlanState state)
{
    // Where several rules would each do alone, the one whose lifting helps most is named, and of equals the first of these.
    private static readonly Obstacle[] ByAmount = [Obstacle.Cap, Obstacle.Least, Obstacle.Cash, Obstacle.Most, Obstacle.Lot, Obstacle.Gains, Obstacle.Fees, Obstacle.Cost];

    private static readonly Obstacle[] Closings =
        [Obstacle.Frozen, Obstacle.NoMarket, Obstacle.Side, Obstacle.Mode, Obstacle.WashSale, Obstacle.Opposite, Obstacle.Closed];

    /// <param name="sides">Of the markets of one asset in one account, all the same.</param>
    /// <param name="worth">The gain a trade must exceed.</param>
    /// <returns>Null where the trade is not worth it even without any rule.</returns>
    public Hindrance? Smallest(IReadOnlyList<TrialSide> sides, decimal worth) =>
        Best(sides, Obstacle.All) is { } ideal && ideal.Gain > worth ? Found(sides, worth, ideal) : null;

    /// <param name="ideal">The trade without any rule, which is known to be worth it.</param>
    public Hindrance Found(IReadOnlyList<TrialSide> sides, decimal worth, Trial ideal)
    {
        var closed = sides.Select(side => side.Closed).Aggregate((all, next) => all & next);
        Hindrance? alone = null;
        foreach (var set in Alone(sides, closed))
        {
            if (Best(sides, set) is { } found && found.Gain > worth && (alone is null || found.Gain > alone.Value.Trial.Gain))
            {
                alone = new Hindrance(set, found);
            }

            if (alone is { Set: Obstacle.None })
            {
                break;
            }
        }

        return alone ?? Needed(sides, closed, worth, ideal);
    }

    private IEnumerable<Obstacle> Alone(IReadOnlyList<TrialSide> sides, Obstacle closed)
    {
        if (closed != Obstacle.None)
        {
            return Closings.Contains(closed) ? [closed] : [];
        }

        var present = sides.Aggregate(Obstacle.None, (all, side) => all | Present(side.Option, side.IsBuy));
        return [Obstacle.None, .. ByAmount.Where(obstacle => present.HasFlag(obstacle))];
    }

    /// <summary>The limits that a market has at all.</summary>
    private Obstacle Present(TradeOption option, bool isBuy)
    {
        var market = option.Market;
        return Obstacle.Cost | Obstacle.Lot
            | (isBuy ? Obstacle.Cash | (state.Caps.Count > 0 ? Obstacle.Cap : Obstacle.None) : state.HasGainBudget ? Obstacle.Gains : Obstacle.None)
            | (option.FeeElsewhere || !state.Portfolio.Accounts[option.AccountIndex].UseProceeds ? Obstacle.Fees : Obstacle.None)
            | (option.MinLots > 1 ? Obstacle.Least : Obstacle.None)
            | (market.MaxNotional ?? market.MaxQuantity ?? market.MaxVolumeShare) switch { null => Obstacle.None, _ => Obstacle.Most };
    }

    /// <summary>Leaves out one rule after another as long as the trade stays worth it.</summary>
    private static Hindrance Needed(IReadOnlyList<TrialSide> sides, Obstacle closed, decimal worth, Trial ideal)
    {
        // Where another rule closes the side along with these, all are needed to begin with.
        var usual = closed | ByAmount.Aggregate((all, next) => all | next);
        var needed = Best(sides, usual) is { } enough && enough.Gain > worth ? new Hindrance(usual, enough) : new Hindrance(Obstacle.All, ideal);
        foreach (var obstacle in ByAmount.Reverse().Concat(Closings.Reverse()).Where(obstacle => needed.Set.HasFlag(obstacle)))
        {
            if (Best(sides, needed.Set & ~obstacle) is { } found && found.Gain > worth)
            {
                needed = new Hindrance(needed.Set & ~obstacle, found);
            }
        }

        return needed;
    }

    /// <summary>The best trade in any of the markets; null where none is allowed.</summary>
    public static Trial? Best(IReadOnlyList<TrialSide> sides, Obstacle lifted)
    {
        Trial? best = null;
        foreach (var side in sides)
        {
            if (side.Best(lifted) is { } found && (best is null || found.Gain > best.Value.Gain))
            {
                best = found;
            }
        }

        return best;
    }
}
