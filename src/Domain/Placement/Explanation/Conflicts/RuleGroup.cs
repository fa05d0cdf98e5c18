namespace Rebalancer.Domain.Placement.Explanation.Conflicts;

/// <summary>A rule, or all rules of one kind, as the owner wrote it, and the problem without it.</summary>
/// <param name="Parts">The rules of the kind one by one; none where it is one rule already.</param>
internal sealed record RuleGroup(string Rule, string Change, Func<PlacementProblem, PlacementProblem> Lift, IReadOnlyList<RuleGroup> Parts)
{
    public static RuleGroup One(string rule, string change, Func<PlacementProblem, PlacementProblem> lift) => new(rule, change, lift, []);

    /// <summary>All rules of one kind; null where there is none.</summary>
    public static RuleGroup? Kind(string rule, string change, IReadOnlyList<RuleGroup> parts) => parts.Count switch
    {
        0 => null,
        1 => parts[0],
        _ => new RuleGroup(rule, change, problem => parts.Aggregate(problem, (lifted, part) => part.Lift(lifted)), parts),
    };
}
