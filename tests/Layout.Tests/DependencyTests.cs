using System.Xml.Linq;

namespace Rebalancer.Layout.Tests;

/// <summary>Dependencies point one way: Domain ← Actors → Runtime; Venues → Domain; Gateway → Venues, Domain; Host → all.</summary>
public sealed class DependencyTests
{
    public static TheoryData<string, string[]> Allowed => new()
    {
        { "Domain", [] },
        { "Runtime", [] },
        { "Venues", ["Domain"] },
        { "Actors", ["Domain", "Runtime", "Venues"] },
        { "Gateway", ["Domain", "Venues"] },
        { "Host", ["Actors", "Domain", "Gateway", "Runtime", "Venues"] },
        { "Pbm", [] },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void Project_ReferencesOnlyWhatItMay(string project, string[] allowed)
    {
        var references = XDocument.Parse(Tree.Read($"src/{project}/{project}.csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string?)reference.Attribute("Include") ?? string.Empty));

        references.Except(allowed).ShouldBeEmpty();
    }

    [Fact]
    public void EveryProjectOfSrc_IsCoveredByTheRule() =>
        Directory.GetDirectories(Path.Combine(Tree.Root, "src")).Select(Path.GetFileName)
            .Except(Allowed.Select(row => row.Data.Item1)).ShouldBeEmpty();

    /// <summary>The web SDK's default would look for every relative path of the command line in src/Host.</summary>
    [Fact]
    public void Host_IsRunWhereItsUserStands() =>
        XDocument.Parse(Tree.Read("src/Host/Host.csproj")).Descendants("EnableDefaultRunWorkingDirectory").ShouldHaveSingleItem().Value.ShouldBe("false");

    [Fact]
    public void Domain_KnowsNoTasksAndNoInputOrOutput()
    {
        string[] impure = ["System.Threading.Tasks", "async ", "await ", "Task<", "File.", "HttpClient", "Socket", "TimeProvider", "Process.Start"];

        var offences =
            from file in Tree.CSharpFiles("src/Domain")
            from line in Tree.Lines(file).Index()
            where !line.Item.TrimStart().StartsWith("//", StringComparison.Ordinal) && impure.Any(word => HasWord(line.Item, word))
            select $"{file}:{line.Index + 1}: {line.Item.Trim()}";

        offences.ShouldBeEmpty();
    }

    [Fact]
    public void Runtime_KnowsNothingOfPortfolios()
    {
        string[] words = ["portfolio", "venue", "broker", "rebalanc"];

        var offences =
            from file in Tree.CSharpFiles("src/Runtime")
            from line in Tree.Lines(file).Index()
            let code = line.Item.Replace("Rebalancer.Runtime", string.Empty, StringComparison.Ordinal)
            where !code.TrimStart().StartsWith("//", StringComparison.Ordinal)
                && words.Any(word => code.Contains(word, StringComparison.OrdinalIgnoreCase))
            select $"{file}:{line.Index + 1}: {line.Item.Trim()}";

        offences.ShouldBeEmpty();
    }

    private static bool HasWord(string line, string word)
    {
        var at = line.IndexOf(word, StringComparison.Ordinal);
        return at >= 0 && (at == 0 || !(char.IsLetterOrDigit(line[at - 1]) || line[at - 1] is '.' or '"'));
    }
}
