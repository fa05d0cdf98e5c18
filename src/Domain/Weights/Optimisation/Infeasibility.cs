namespace Rebalancer.Domain.Weights.Optimisation;

/// <summary>
/// Says which rules no weights meet together: a deletion filter (Chinneck and Dravnieks 1991) over the rules as the owner wrote them. Each
/// is left out in turn; if what remains still conflicts, it was not to blame and stays out. What is left conflicts, and would not without
/// any one of it.
/// </summary>
internal static class Infeasibility
{
    /// <summary>Beyond this many assets bounds are named together, since each costs a quadratic program.</summary>
    private const int MostAssetsNamed = 60;

    /// <summary>A longer list of bounds is told by its sum.</summary>
    private const int MostBoundsListed = 6;

    private const int MostBisections = 40;

    /// <param name="leastReturn">A target return with the means it is counted in; null when the method has none.</param>
    /// <returns>Null when the rules do not conflict: the reason lies elsewhere.</returns>
    public static string? Explain(IReadOnlyList<string> assets, WeightConstraints constraints, (double[] Means, double Target)? leastReturn = null)
    {
        var start = new Case(assets, constraints with { MaximumAssets = null, MinimumIfHeld = null }, leastReturn);
        if (start.IsFeasible)
        {
            return null;
        }

        var left = start;
        var guilty = Filter(Rules(start), ref left);
        var uppers = Filter(BoundRules(left, isUpper: true), ref left);
        var lowers = Filter(BoundRules(left, isUpper: false), ref left);
        List<string> names =
        [
            .. guilty.Select(rule => rule.Name), .. Listed(uppers, start, isUpper: true), .. Listed(lowers, start, isUpper: false),
            constraints.Net is { } net ? Text($"a sum of weights from {net.Low} to {net.High}") : Text($"weights that add up to {constraints.Sum}"),
        ];
        var advice = guilty.Exists(rule => rule.IsTurnover) ? TurnoverNeeded(start) : null;
        return $"no weights meet these together: {string.Join("; ", names)}; {advice ?? "relax one of them"}";
    }

    private static List<Rule> Filter(IEnumerable<Rule> rules, ref Case left)
    {
        var guilty = new List<Rule>();
        foreach (var rule in rules)
        {
            var without = rule.LeftOut(left);
            if (without.IsFeasible)
            {
                guilty.Add(rule);
            }
            else
            {
                left = without;
            }
        }

        return guilty;
    }

    private static IEnumerable<Rule> Rules(Case start)
    {
        var constraints = start.Constraints;
        if (start.LeastReturn is { } target)
        {
            yield return new Rule(Text($"a return of at least {target.Target}"), given => given with { LeastReturn = null });
        }

        if (constraints.MaximumTurnover is { } turnover)
        {
            yield return new Rule(Text($"a turnover of at most {turnover}"), given => given.With(kept => kept with { MaximumTurnover = null }), IsTurnover: true);
        }

        if (constraints.MaximumGross is { } gross)
        {
            yield return new Rule(Text($"a gross exposure of at most {gross}"), given => given.With(kept => kept with { MaximumGross = null }));
        }

        foreach (var (index, group) in constraints.Groups.Index())
        {
            if (group.Minimum is { } minimum)
            {
                yield return new Rule(Text($"{group.Name} at least {minimum}"), given => given.WithGroup(index, limit => limit with { Minimum = null }));
            }

            if (group.Maximum is { } maximum)
            {
                yield return new Rule(Text($"{group.Name} at most {maximum}"), given => given.WithGroup(index, limit => limit with { Maximum = null }));
            }
        }
    }

    /// <summary>Bounds that the owner set: those that only say "nothing sold short" and "no more than everything" are not to be relaxed.</summary>
    private static IEnumerable<Rule> BoundRules(Case start, bool isUpper)
    {
        var constraints = start.Constraints;
        int[] tight =
        [
            .. Enumerable.Range(0, start.Assets.Count).Where(i => isUpper ? constraints.Upper[i] < Math.Max(1, constraints.Sum) : constraints.Lower[i] > 0),
        ];
        IEnumerable<int[]> parts = tight.Length > MostAssetsNamed ? [tight] : tight.Select(i => new[] { i });
        return parts.Select(part => new Rule(
            string.Join(", ", part.Select(i => start.Assets[i])),
            given => given.With(kept => isUpper
                ? kept with { Upper = Replaced(kept.Upper, part, Math.Max(1, constraints.Sum)) }
                : kept with { Lower = Replaced(kept.Lower, part, 0) }),
            Assets: part));
    }

    private static IEnumerable<string> Listed(List<Rule> bounds, Case start, bool isUpper)
    {
        int[] assets = [.. bounds.SelectMany(rule => rule.Assets ?? [])];
        var values = isUpper ? start.Constraints.Upper : start.Constraints.Lower;
        var (word, side) = isUpper ? ("most", "upper") : ("least", "lower");
        return assets.Length > MostBoundsListed
            ? [Text($"the {side} bounds of {assets.Length} assets, which add up to {assets.Sum(i => values[i]):0.######}")]
            : assets.Select(i => Text($"{start.Assets[i]} at {word} {values[i]}"));
    }

    private static string? TurnoverNeeded(Case start)
    {
        var (low, high) = (start.Constraints.MaximumTurnover ?? 0, start.Constraints.Current!.Sum(Math.Abs) + start.Constraints.Upper.Sum(Math.Abs) + start.Constraints.Lower.Sum(Math.Abs));
        Case At(double turnover) => start.With(kept => kept with { MaximumTurnover = turnover });
        if (!At(high).IsFeasible)
        {
            return null;
        }

        for (var halving = 0; halving < MostBisections; halving++)
        {
            var middle = (low + high) / 2;
            (low, high) = At(middle).IsFeasible ? (low, middle) : (middle, high);
        }

        return Text($"the nearest weights that meet the rest need a turnover of {high:0.######}");
    }

    private static double[] Replaced(double[] values, int[] at, double by) => [.. values.Select((value, i) => at.Contains(i) ? by : value)];

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Rule(string Name, Func<Case, Case> LeftOut, bool IsTurnover = false, int[]? Assets = null);

    private sealed record Case(IReadOnlyList<string> Assets, WeightConstraints Constraints, (double[] Means, double Target)? LeastReturn)
    {
        /// <summary>Whether the point nearest to equal weights exists, bounds and all.</summary>
        public bool IsFeasible
        {
            get
            {
                var rows = ConstraintRows.Of(Assets, Constraints);
                var inequalities = rows.Inequalities.ToList();
                if (LeastReturn is { } target)
                {
                    inequalities.Add(new LinearConstraint("", [.. Enumerable.Range(0, Assets.Count)], target.Means, target.Target));
                }

                var identity = new SymmetricMatrix(Assets.Count).WithRidge(1);
                while (true)
                {
                    var solution = DualActiveSet.Solve(new QuadraticProgram(identity, new double[Assets.Count], rows.Equalities, inequalities));
                    if (solution.Conflict is not null)
                    {
                        return false;
                    }

                    if (rows.ViolatedCut(solution.Point) is not { } cut)
                    {
                        return true;
                    }

                    inequalities.Add(cut);
                }
            }
        }

        public Case With(Func<WeightConstraints, WeightConstraints> change) => this with { Constraints = change(Constraints) };

        public Case WithGroup(int index, Func<GroupLimit, GroupLimit> change) =>
            With(kept => kept with { Groups = [.. kept.Groups.Select((group, i) => i == index ? change(group) : group)] });
    }
}
