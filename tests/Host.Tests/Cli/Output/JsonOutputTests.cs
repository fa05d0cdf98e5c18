using System.Text.Json;
using Rebalancer.Host.Cli.Output;

namespace Rebalancer.Host.Tests.Cli.Output;

public sealed class JsonOutputTests
{
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
