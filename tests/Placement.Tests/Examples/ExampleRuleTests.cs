using Rebalancer.Domain.Common;
using Rebalancer.Domain.Placement;
using Rebalancer.Domain.Placement.Snapshots;

namespace Rebalancer.Placement.Tests.Examples;

/// <summary>Each example shows a rule: the plan with it, and the other plan that the same portfolio gets without it.</summary>
public sealed class ExampleRuleTests(SolverFixture fixture)
{
    public static TheoryData<string> Names => [.. ExampleRules.All.Select(example => example.File)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Plan_OfAnExample_IsAnotherWithoutItsRule(string file)
    {
        var example = ExampleRules.All.Single(example => example.File == file);
        var problem = SnapshotReader.Read(File.ReadAllText(Path.Combine(ExampleRules.Folder, $"{file}.json")), file, new DateOnly(2026, 11, 21));

        Trades(problem).ShouldBe(example.With);
        Trades(example.Lift(problem)).ShouldBe(example.Without);
        example.Without.ShouldNotBe(example.With);
    }

    [Fact]
    public void Examples_AreAllHeldByATestAndNamedInTheirIndex()
    {
        var files = Directory.GetFiles(ExampleRules.Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).ToList();
        files.ShouldBe(ExampleRules.All.Select(example => example.File), ignoreOrder: true);
        var index = File.ReadAllText(Path.Combine(ExampleRules.Folder, "README.md"));
        files.Where(file => !index.Contains($"({file}.json)", StringComparison.Ordinal)).ShouldBeEmpty("examples/README.md does not name it");
    }

    private string Trades(PlacementProblem problem) => string.Join("; ", Planner.Plan(problem, fixture.Solver).Plan.Trades
        .Select(trade => $"{trade.Account} {(trade.Side == TradeSide.Buy ? "+" : "-")}{DecimalText.Format(trade.Quantity)} {trade.Asset}/{trade.Quote}").Order(StringComparer.Ordinal));
}
