using System.Globalization;
using Rebalancer.Domain.Common;

namespace Rebalancer.Domain.Tests.Common;

public sealed class DecimalTextTests
{
    [Theory]
    [InlineData("0.1", "0.1")]
    [InlineData("1.00", "1")]
    [InlineData("-2.50e3", "-2500")]
    [InlineData("1e-8", "0.00000001")]
    [InlineData("0", "0")]
    [InlineData("0.000", "0")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    public void TryParse_WhenTextIsExactlyADecimal_GivesItsCanonicalForm(string text, string canonical)
    {
        DecimalText.TryParse(text, out var value).ShouldBeTrue();
        DecimalText.Format(value).ShouldBe(canonical);
    }

    [Theory]
    [InlineData("0.12345678901234567890123456789")]
    [InlineData("1e-30")]
    [InlineData("1e40")]
    [InlineData("NaN")]
    [InlineData("1,000")]
    [InlineData("")]
    public void TryParse_WhenTextIsNoDecimalOrWouldBeRounded_Refuses(string text) => DecimalText.TryParse(text, out _).ShouldBeFalse();

    /// <summary>The custom format is the independent way to the same text.</summary>
    [Fact]
    public void Format_OfAnyDecimal_IsItsValueWithoutTheZerosOfItsScale_AndIsReadBack()
    {
        var random = new Random(28);
        for (var i = 0; i < 20_000; i++)
        {
            var value = new decimal(random.Next(1_000) * 1_000, i % 3 == 0 ? 0 : random.Next(), i % 2 == 0 ? 0 : random.Next(), i % 5 == 0, (byte)random.Next(29));

            var text = DecimalText.Format(value);

            text.ShouldBe(DecimalText.Normalise(value).ToString("0.############################", CultureInfo.InvariantCulture));
            DecimalText.TryParse(text, out var again).ShouldBeTrue();
            again.ShouldBe(value);
        }
    }
}
