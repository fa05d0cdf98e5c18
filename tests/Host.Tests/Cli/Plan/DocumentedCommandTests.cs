namespace Rebalancer.Host.Tests.Cli.Plan;

/// <summary>Commands that the documents show with their output print just that; those that need a service are not run here.</summary>
public sealed class DocumentedCommandTests : IDisposable
{
    private const string Program = "$ dotnet run --project src/Host -- ";

    private const string LeftOut = "…";

    private static readonly string[] NeedNoService = ["plan", "optimize", "frontier", "risk-model", "returns-model"];

    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    /// <summary>Document and command of every block that shows both.</summary>
    public static TheoryData<string, string> Commands
    {
        get
        {
            var found = new TheoryData<string, string>();
            foreach (var (document, command, _) in Blocks())
            {
                found.Add(document, command);
            }

            return found;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Run_AsTheDocumentSays_PrintsWhatItShows(string document, string command)
    {
        var shown = Blocks().First(block => block.Document == document && block.Command == command).Shown;
        string[] args = [.. command.Split(' ').Select(word => word.StartsWith("examples/", StringComparison.Ordinal) ? Path.Combine(Source.Root, word) : word)];

        (await _terminal.RunAsync(args)).ShouldBe(0, _terminal.Error);

        Shows(shown, Lines(_terminal.Out)).ShouldBeTrue($"{document} shows\n{string.Join('\n', shown)}\nbut it prints\n{_terminal.Out}");
    }

    /// <summary>The lines shown are those printed; "…" stands for any that are left out.</summary>
    private static bool Shows(IReadOnlyList<string> shown, IReadOnlyList<string> printed)
    {
        if (shown.Count == 0 || shown[0].Trim() != LeftOut)
        {
            return shown.Count == 0 ? printed.Count == 0 : printed.Count > 0 && printed[0] == shown[0] && Shows([.. shown.Skip(1)], [.. printed.Skip(1)]);
        }

        return Enumerable.Range(0, printed.Count + 1).Any(left => Shows([.. shown.Skip(1)], [.. printed.Skip(left)]));
    }

    private static IEnumerable<(string Document, string Command, IReadOnlyList<string> Shown)> Blocks()
    {
        var documents = Directory.EnumerateFiles(Path.Combine(Source.Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Source.Root, "README.md")).Append(Path.Combine(Source.Root, "examples", "README.md"));
        foreach (var document in documents.Order(StringComparer.Ordinal))
        {
            foreach (var lines in Fenced(Lines(File.ReadAllText(document))))
            {
                if (lines.Count > 1 && lines[0].StartsWith(Program, StringComparison.Ordinal) && NeedNoService.Contains(lines[0][Program.Length..].Split(' ')[0]))
                {
                    yield return (Path.GetRelativePath(Source.Root, document), lines[0][Program.Length..], [.. lines.Skip(1)]);
                }
            }
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Fenced(IReadOnlyList<string> lines)
    {
        List<string>? block = null;
        foreach (var line in lines)
        {
            if (!line.StartsWith("```", StringComparison.Ordinal))
            {
                block?.Add(line);
            }
            else if (block is null)
            {
                block = [];
            }
            else
            {
                yield return block;
                block = null;
            }
        }
    }

    private static IReadOnlyList<string> Lines(string text) => [.. text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
}
