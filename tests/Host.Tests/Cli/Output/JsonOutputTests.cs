using System.Text.Json;
using Rebalancer.Domain.Placement;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Tests.Cli.Output;

public sealed class JsonOutputTests
{
    [Theory]
    [InlineData(PlacementObjective.FewestTrades, "fewest-trades")]
    [InlineData(PlacementObjective.BuyOnly, "buy-only")]
    public void Objective_IsWrittenAndReadAsOnTheCommandLine(PlacementObjective objective, string word)
    {
        JsonSerializer.Serialize(objective, JsonOutput.Compact).ShouldBe($"\"{word}\"");
        JsonSerializer.Deserialize<PlacementObjective>($"\"{word}\"", JsonOutput.Compact).ShouldBe(objective);
    }

    [Theory]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    [InlineData(0.1)]
    public void Number_ThatJsonHasNoNumberFor_IsPrintedAsTheJournalHasIt(double bound)
    {
        var text = JsonOutput.Format(new { bound });
        using var parsed = JsonDocument.Parse(text);
        var value = parsed.RootElement.GetProperty("bound");
        (value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, System.Globalization.CultureInfo.InvariantCulture) : value.GetDouble()).ShouldBe(bound);
    }
}
