using Rebalancer.Host.Cli;

namespace Rebalancer.Host.Tests.Cli.Plan;

public sealed class PlanConversationTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("rebalancer-plan-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Plan_WhenInteractive_AsksForWhatIsMissingAndPlans()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "p.csv"), "Symbol,PositionValue,MarkPrice\nFOO,100,10\nBAR,200,5\n", TestContext.Current.CancellationToken);
        var (code, text) = await AskAsync("p.csv\n\n100\n", "--increment", "50");
        code.ShouldBe(0, text);
        text.ShouldContain("Broker's CSV or snapshot file [positions.csv]: ");

        // Held 100 and 200; then with the 100 to invest, before the trades.
        text.ShouldContain("FOO    33.33%  50.00%  ████████████░░░░░░ ");
        text.ShouldContain("FOO    25.00%  50.00%  ████████████░░░░░░░░░░░░ ");
        text.ShouldContain("FOO            100.00  10.00      +100.00           +10            20       200.00");
    }

    [Fact]
    public async Task Plan_WhenAnAnswerIsWrong_SaysSoBeforeTheNextQuestion()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "p.csv"), "Symbol,PositionValue,MarkPrice\nFOO,100,10\n", TestContext.Current.CancellationToken);
        var (code, text) = await AskAsync("p.csv\nmissing.json\n");
        code.ShouldBe(2);
        text.ShouldContain("missing.json");
        text.ShouldNotContain("Cash to invest");
    }

    [Fact]
    public async Task Plan_WhenTheAnswersEnd_SaysSo()
    {
        var (code, text) = await AskAsync("");
        code.ShouldBe(2);
        text.ShouldContain("-i: the input ended before all questions were answered; give the options instead");
    }

    private async Task<(int Code, string Text)> AskAsync(string answers, params string[] options)
    {
        using var output = new StringWriter();
        var variables = new SortedDictionary<string, string> { ["NO_COLOR"] = "1" };
        var context = new CliContext(
            output, output, new StringReader(answers), OutIsTerminal: true, ErrorIsTerminal: true, variables, _directory.FullName, TimeProvider.System);
        var code = await CommandLineApplication.RunAsync(["plan", "-i", .. options], context, TestContext.Current.CancellationToken);
        return (code, output.ToString());
    }
}
