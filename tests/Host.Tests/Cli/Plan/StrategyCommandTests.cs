using System.Text.Json;

namespace Rebalancer.Host.Tests.Cli.Plan;

/// <summary>Every strategy that examples/README.md names with its command can be had by it, and trades what is written there.</summary>
public sealed class StrategyCommandTests : IDisposable
{
    private const int InfeasibleCode = 5;

    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    public static TheoryData<string> Commands => [.. Rows().Select(row => row.Command)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Plan_ByAStrategysCommand_TradesWhatIsWrittenBesideIt(string command)
    {
        var toSee = Rows().Single(row => row.Command == command).ToSee;
        string[] args = [.. command.Split(' ').Select(word => word.StartsWith("examples/", StringComparison.Ordinal) ? Path.Combine(Source.Root, word) : word), "--output", "json"];

        (await _terminal.RunAsync(args)).ShouldBe(toSee.Contains($"exit code {InfeasibleCode}", StringComparison.Ordinal) ? InfeasibleCode : 0, _terminal.Error);

        using var plan = JsonDocument.Parse(_terminal.Out);
        var trades = plan.RootElement.GetProperty("trades").EnumerateArray()
            .Select(trade => $"{trade.GetProperty("asset").GetString()} {(trade.GetProperty("side").GetString() == "buy" ? "+" : "-")}{trade.GetProperty("quantity").GetString()}").ToList();
        trades.ShouldNotBeEmpty();
        var written = toSee.Split('`').Where((_, index) => index % 2 == 1).ToList();
        if (written.Count > 0)
        {
            trades.ShouldBe(written, ignoreOrder: true);
        }
    }

    private static IEnumerable<(string Command, string ToSee)> Rows() =>
        from line in File.ReadAllText(Path.Combine(Source.Root, "examples", "README.md")).ReplaceLineEndings("\n").Split('\n')
        let cells = line.Split('|')
        where cells.Length > 3 && cells[2].StartsWith(" `plan ", StringComparison.Ordinal)
        select (cells[2].Trim(' ', '`'), cells[3]);
}
