using System.Text.RegularExpressions;

namespace Rebalancer.Layout.Tests;

/// <summary>The page of what venues are held to names every check there is, and none that is not.</summary>
public sealed partial class ConformancePageTests
{
    [Fact]
    public void Page_NamesExactlyTheChecksOfTheSuites()
    {
        var suites = new[] { "Venues.Tests", "Gateway.Tests" }.SelectMany(project => new[] { "*Conformance.cs", "*Rules.cs" }.SelectMany(kind =>
            Directory.GetFiles(Path.Combine(Tree.Root, "tests", project), kind, SearchOption.AllDirectories)));
        var checks = suites.SelectMany(file => Check().Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value)
            .Where(name => !name.EndsWith("Async", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);
        var page = Entry().Matches(Tree.Read("docs/venues/conformance.md")).Select(match => match.Groups["name"].Value);

        page.Distinct().Order(StringComparer.Ordinal).ShouldBe(checks);
    }

    [GeneratedRegex(@"public (async )?Task (?<name>\w+)\(", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Check();

    [GeneratedRegex(@"^- `(?<name>\w+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Entry();
}
