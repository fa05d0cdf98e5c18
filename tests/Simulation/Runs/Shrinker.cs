namespace Rebalancer.Simulation.Runs;

/// <summary>
/// Finds few faults with which a seed still fails, by delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing
/// Input", 2002): leave out ever smaller parts of the recorded schedule as long as the same invariant breaks.
/// </summary>
internal sealed class Shrinker(Func<IReadOnlySet<string>, bool> stillFails, int maxRuns)
{
    private int _runs;

    /// <summary>A subset of the faults that fails, none of whose parts could be left out within the runs allowed.</summary>
    public IReadOnlyList<string> Shrink(IReadOnlyList<string> faults)
    {
        var kept = faults.ToList();
        var parts = 2;
        while (kept.Count > 0 && _runs < maxRuns)
        {
            var size = Math.Max(1, kept.Count / parts);
            var smaller = Enumerable.Range(0, (kept.Count + size - 1) / size)
                .Select(part => kept.Where((_, index) => index / size != part).ToList())
                .FirstOrDefault(Fails);
            if (smaller is not null)
                (kept, parts) = (smaller, Math.Max(2, parts - 1));
            else if (size == 1)
                break;
            else
                parts = Math.Min(kept.Count, parts * 2);
        }

        return kept;
    }

    private bool Fails(List<string> faults) => _runs++ < maxRuns && stillFails(faults.ToHashSet(StringComparer.Ordinal));
}
