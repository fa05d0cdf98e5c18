namespace Rebalancer.Layout.Tests;

/// <summary>What must run under the simulation takes clock, randomness and scheduling from the runtime.</summary>
public sealed class SimulationRuleTests
{
    private static readonly string[] Simulated = ["src/Domain", "src/Runtime", "src/Actors", "src/Venues"];

    /// <summary>The edges of the system, where the real clock and the real threads come in.</summary>
    private static readonly string[] Edges = ["src/Runtime/Scheduling/", "src/Runtime/Journals/Sqlite", "src/Venues/Simulated/"];

    [Fact]
    public void BannedSymbols_AreAllowedOnlyAtTheEdges() =>
        Offences(line => line.Contains("RS0030", StringComparison.Ordinal))
            .Where(offence => !Edges.Any(edge => offence.StartsWith(edge, StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void HashOrderedCollections_AreNeverEnumerated()
    {
        // A Dictionary or HashSet may be looked into; walked, its order differs between runs. Fields of these types invite the walk.
        var offences = Offences(line =>
            (line.Contains("foreach", StringComparison.Ordinal) || line.Contains(".Select(", StringComparison.Ordinal))
            && (line.Contains("new Dictionary<", StringComparison.Ordinal) || line.Contains("new HashSet<", StringComparison.Ordinal)));

        offences.ShouldBeEmpty();
    }

    [Fact]
    public void Sources_HoldNoUnfinishedWork()
    {
        string[] words = ["NotImplemented" + "Exception", "TO" + "DO", "FIX" + "ME", "HA" + "CK"];

        var offences =
            from file in Tree.CSharpFiles("src", "tests", "bench")
            from line in Tree.Lines(file).Index()
            where words.Any(word => line.Item.Contains(word, StringComparison.Ordinal))
            select $"{file}:{line.Index + 1}: {line.Item.Trim()}";

        offences.ShouldBeEmpty();
    }

    [Fact]
    public void Tests_NeitherSleepNorSkip()
    {
        string[] words = ["Thread." + "Sleep", "Skip" + " = ", "Assert." + "Skip"];

        var offences =
            from file in Tree.CSharpFiles("tests")
            from line in Tree.Lines(file).Index()
            where words.Any(word => line.Item.Contains(word, StringComparison.Ordinal))
            select $"{file}:{line.Index + 1}: {line.Item.Trim()}";

        offences.ShouldBeEmpty();
    }

    private static IEnumerable<string> Offences(Func<string, bool> isOffence) =>
        from file in Tree.CSharpFiles(Simulated)
        from line in Tree.Lines(file).Index()
        where !line.Item.TrimStart().StartsWith("//", StringComparison.Ordinal) && isOffence(line.Item)
        select $"{file}:{line.Index + 1}: {line.Item.Trim()}";
}
