namespace Rebalancer.Host.Tests.Cli.Plan;

/// <summary>What docs/concepts/explanation.md quotes as the answers to a stranger's questions stands in the output, word for word.</summary>
public sealed class ExplanationQuestionTests : IDisposable
{
    private static readonly string[] Questions = ["where?", "Why there?", "cost?", "not possible?", "could I do?"];

    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    public static TheoryData<string> Examples => [.. Sections().Select(section => section.Example)];

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Explain_OfAnExample_AnswersEveryQuestion(string example)
    {
        var rows = Sections().Single(section => section.Example == example).Rows;
        rows.Select(row => row.Asked).Zip(Questions).ShouldAllBe(pair => pair.First.EndsWith(pair.Second, StringComparison.Ordinal));
        rows.Length.ShouldBe(Questions.Length);

        (await _terminal.RunAsync("plan", Path.Combine(Source.Root, example), "--explain")).ShouldBe(0, _terminal.Error);

        var said = string.Join(' ', _terminal.Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        foreach (var row in rows)
        {
            row.Answers.ShouldNotBeEmpty();
            row.Answers.ShouldAllBe(answer => said.Contains(answer, StringComparison.Ordinal), said);
        }
    }

    private static IEnumerable<(string Example, (string Asked, string[] Answers)[] Rows)> Sections()
    {
        var text = File.ReadAllText(Path.Combine(Source.Root, "docs", "concepts", "explanation.md")).ReplaceLineEndings("\n");
        foreach (var section in text.Split("\n## `plan ").Skip(1))
        {
            var rows = section.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).Select(line => line.Split('|'));
            yield return (section[..section.IndexOf(' ')], [.. rows.Select(cells => (cells[1].Trim(), Quoted(cells[2])))]);
        }
    }

    /// <summary>What stands in code, between backticks.</summary>
    private static string[] Quoted(string cell) => [.. cell.Split('`').Where((_, index) => index % 2 == 1)];
}
