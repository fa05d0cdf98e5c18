namespace Rebalancer.Domain.Placement.Facts;

/// <summary>
/// Which rows an asset counts in: its own, or those of the replacement set it belongs to, or of the components it looks through to. An
/// asset that stands for others has a row of its own only when it is targeted itself.
/// </summary>
internal sealed class Exposures(PlacementProblem problem)
{
    private const int DeepestNesting = 8;

    public SortedDictionary<string, decimal> Of(string asset) => Of(asset, 0);

    private SortedDictionary<string, decimal> Of(string asset, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new PlacementInputException($"exposures.{asset}", "it stands for itself, directly or through others; remove the circle");
        }

        var shares = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        var standsForOthers = false;
        if (problem.Exposures.TryGetValue(asset, out var components))
        {
            standsForOthers = true;
            foreach (var (component, share) in components)
            {
                foreach (var (row, part) in Of(component, depth + 1))
                {
                    shares[row] = shares.GetValueOrDefault(row) + (share * part);
                }
            }
        }

        foreach (var (set, members) in problem.Replacements)
        {
            if (members.Contains(asset, StringComparer.Ordinal))
            {
                standsForOthers = true;
                shares[set] = shares.GetValueOrDefault(set) + 1;
            }
        }

        if (!standsForOthers || problem.Targets.ContainsKey(asset))
        {
            shares[asset] = 1;
        }

        return shares;
    }
}
