namespace Rebalancer.Layout.Tests;

/// <summary>Files are read top to bottom: around 80 lines, few over 300, none over 400; functions under 70 lines.</summary>
public sealed class SizeTests
{
    private const int LongFile = 300;
    private const int LongestFile = 400;
    private const int FewLongFiles = 5;
    private const int LongestActorFile = 200;
    private const int LongestFunction = 70;

    [Fact]
    public void Files_AreShort()
    {
        var lengths = Tree.CSharpFiles("src", "tests", "bench").Select(file => (file, lines: Tree.Lines(file).Length)).ToList();

        lengths.Where(entry => entry.lines > LongestFile).ShouldBeEmpty();
        lengths.Where(entry => entry.lines > LongFile).ToList().Count.ShouldBeLessThanOrEqualTo(FewLongFiles);
    }

    [Fact]
    public void ActorFiles_AreAMailboxPersistenceAndEffectsOnly() =>
        Tree.CSharpFiles("src/Actors").Select(file => (file, lines: Tree.Lines(file).Length))
            .Where(entry => entry.lines > LongestActorFile).ShouldBeEmpty();

    [Fact]
    public void Functions_FitOnAScreen() =>
        Tree.CSharpFiles("src", "tests", "bench").SelectMany(file => Functions(file))
            .Where(function => function.Lines > LongestFunction).ShouldBeEmpty();

    /// <summary>Members of a type, told by the indentation the formatter enforces: a body between braces four columns in.</summary>
    private static IEnumerable<(string Where, int Lines)> Functions(string file)
    {
        var lines = Tree.Lines(file);
        for (var at = 1; at < lines.Length; at++)
        {
            if (lines[at] == "    {" && lines[at - 1].TrimEnd().EndsWith(')'))
            {
                var end = Array.FindIndex(lines, at, line => line.StartsWith("    }", StringComparison.Ordinal));
                yield return ($"{file}:{at}", end - at);
                at = Math.Max(at, end);
            }
        }
    }
}
